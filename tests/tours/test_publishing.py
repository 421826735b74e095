"""Publishing, taking away, going back: what visitors see, whatever is cut off or happens at once."""

import json
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diorama.errors import Conflict, DioramaError, NotFound, Refused, Unavailable
from diorama.studio import projects
from diorama.tours import actions, publication, publishing
from diorama.tours.publication import NewPublication, Published, WantedVersion
from tests.studio_world import World, make_world
from tests.tours.bundles import FILES, a_tour, make

PUBLIC, UNLISTED = NewPublication(visibility="public"), NewPublication()


@pytest.fixture
def tour_id(world: World) -> str:
    made = a_tour(world)
    make(world, made)
    return made


def publish(world: World, tour_id: str, wanted: NewPublication = PUBLIC) -> Published:
    return publishing.publish(world.platform, "ann", tour_id, wanted)


def seen(world: World, tour_id: str) -> dict[str, str]:
    """What lies there for visitors: path -> content."""
    folder = f"s3://media/published/{tour_id}/"
    found = [stored.uri for stored in world.store.list(folder)]
    return {uri.removeprefix(folder): world.store.get(uri).decode() for uri in found}


def note(world: World, tour_id: str) -> Any:
    return json.loads(seen(world, tour_id)["tour.json"])


def test_visitors_get_the_bundle_without_its_log_and_a_note_that_names_it(world: World, tour_id: str) -> None:
    published = publish(world, tour_id)
    files = seen(world, tour_id)
    assert set(files) == {"tour.json", *(f"v1/{path}" for path in FILES)}
    assert files["v1/levels/full.sog"] == "levels/full.sog of 1"
    assert json.loads(files["tour.json"]) == {
        "schema": 1,
        "tour_id": tour_id,
        "name": "walk",
        "version": 1,
        "visibility": "public",
        "files": "v1/",
    }
    assert published.url == f"http://127.0.0.1:8787/t/{tour_id}"


def test_the_tour_says_how_it_is_published_and_leads_to_the_visitors_page(world: World, tour_id: str) -> None:
    before = actions.look(world.platform, "ann", tour_id)
    assert (before.published, before.tour_url) == (None, f"http://127.0.0.1:8787/view/{tour_id}")
    published = publish(world, tour_id)
    after = actions.look(world.platform, "ann", tour_id)
    assert (after.published, after.tour_url) == (published, published.url)


def test_the_same_bundle_again_makes_no_new_version_but_may_change_who_finds_it(
    world: World, tour_id: str
) -> None:
    publish(world, tour_id)
    again = publish(world, tour_id, UNLISTED)
    assert (again.version, again.visibility, len(again.versions)) == (1, "unlisted", 1)
    assert note(world, tour_id)["visibility"] == "unlisted"


def test_a_new_bundle_is_the_next_version_and_the_last_five_are_kept(world: World, tour_id: str) -> None:
    for attempt in range(1, 8):
        make(world, tour_id, attempt)
        published = publish(world, tour_id)
    assert published.version == 7
    assert [one.version for one in published.versions] == [3, 4, 5, 6, 7]
    folders = {path.partition("/")[0] for path in seen(world, tour_id)}
    assert folders == {"tour.json", "v3", "v4", "v5", "v6", "v7"}


def test_going_back_shows_an_earlier_version_until_the_next_is_published(world: World, tour_id: str) -> None:
    for attempt in (1, 2):
        make(world, tour_id, attempt)
        publish(world, tour_id)
    back = publishing.roll_back(world.platform, "ann", tour_id, WantedVersion(version=1))
    assert (back.version, [one.version for one in back.versions]) == (1, [1, 2])
    assert note(world, tour_id)["files"] == "v1/"
    assert publish(world, tour_id).version == 2


def test_there_is_no_going_back_to_what_is_not_kept(world: World, tour_id: str) -> None:
    with pytest.raises(Conflict, match="not published"):
        publishing.roll_back(world.platform, "ann", tour_id, WantedVersion(version=1))
    publish(world, tour_id)
    with pytest.raises(NotFound, match="no version 2"):
        publishing.roll_back(world.platform, "ann", tour_id, WantedVersion(version=2))


def test_what_is_unpublished_is_gone_and_its_number_is_not_used_again(world: World, tour_id: str) -> None:
    publish(world, tour_id)
    for _ in range(2):
        publishing.unpublish(world.platform, "ann", tour_id)
        assert seen(world, tour_id) == {}
    assert actions.look(world.platform, "ann", tour_id).published is None
    assert publish(world, tour_id).version == 2


def test_a_tour_that_is_not_made_yet_is_not_published(world: World) -> None:
    with pytest.raises(Conflict) as refusal:
        publish(world, a_tour(world))
    assert refusal.value.stable_code == "tour_not_ready"


def test_a_tour_too_poor_to_be_shown_is_not_published(world: World, tour_id: str) -> None:
    quality = {"psnr": 12.34, "ssim": 0.3, "splats": 9, "held_out_views": 4, "long_side_px": 640}
    make(world, tour_id, 2, quality=quality)
    with pytest.raises(Refused, match=r"12\.3 dB .* below 15 dB"):
        publish(world, tour_id)
    assert seen(world, tour_id) == {}


def test_nobody_else_publishes_it(world: World, tour_id: str) -> None:
    publish(world, tour_id)
    for action in (
        lambda: publishing.publish(world.platform, "bob", tour_id, PUBLIC),
        lambda: publishing.unpublish(world.platform, "bob", tour_id),
        lambda: publishing.roll_back(world.platform, "bob", tour_id, WantedVersion(version=1)),
    ):
        with pytest.raises(NotFound):
            action()
    assert "tour.json" in seen(world, tour_id)


def test_a_project_with_a_published_tour_is_not_deleted(world: World, tour_id: str) -> None:
    project = actions.look(world.platform, "ann", tour_id).project_id
    world.platform.jobs.delete(f"JOB#{actions.look(world.platform, 'ann', tour_id).job_id}", "OPEN#0001")
    publish(world, tour_id)
    with pytest.raises(Conflict, match="published"):
        projects.delete(world.platform, "ann", project)
    publishing.unpublish(world.platform, "ann", tour_id)
    projects.delete(world.platform, "ann", project)


def test_copying_many_files_goes_on_with_the_next_request(
    world: World, tour_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "COPIED_AT_ONCE", 1)
    copy, copied = world.store.copy, []

    def slowly(copies: Sequence[tuple[str, str]]) -> None:
        copied.extend(target for _, target in copies)
        copy(copies)
        world.clock.time += publishing.COPYING_S

    monkeypatch.setattr(world.store, "copy", slowly)
    with pytest.raises(Unavailable, match=r"2 of 3 files") as refusal:
        publish(world, tour_id)
    assert refusal.value.stable_code == "still_copying"
    assert "tour.json" not in seen(world, tour_id)
    assert actions.look(world.platform, "ann", tour_id).published is None
    assert publish(world, tour_id).version == 1
    assert len(copied) == len(set(copied)) == len(FILES) - 1  # the manifest is written


def test_what_a_copy_leaves_that_was_overtaken_by_unpublishing_is_cleaned_away(
    world: World, tour_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = world.store.copy

    def overtaken(copies: Sequence[tuple[str, str]]) -> None:
        publishing.unpublish(world.platform, "ann", tour_id)
        copy(copies)
        raise ConnectionError("the process died here")

    monkeypatch.setattr(world.store, "copy", overtaken)
    with pytest.raises(ConnectionError):
        publish(world, tour_id)
    assert seen(world, tour_id)
    assert publishing.clean_up(world.platform) == 0  # somebody might still be copying
    world.clock.time += publishing.COPYING_ENDS_S + 1
    assert publishing.clean_up(world.platform) == 1
    assert not seen(world, tour_id)
    assert publishing.clean_up(world.platform) == 0


def assert_files_fit(world: World, tour_id: str) -> None:
    """Visitors see all of the version that the row says, and nothing lies there that no row knows."""
    wanted = publication.read(world.platform.records, tour_id).publication
    files = seen(world, tour_id)
    assert ("tour.json" in files) == (wanted.version is not None)
    if wanted.version is not None:
        assert note(world, tour_id)["version"] == wanted.version
        assert {f"v{wanted.version}/{path}" for path in FILES} <= set(files)
    known = {kept.version for kept in wanted.versions} | set(wanted.doomed)
    assert {path.partition("/")[0] for path in files} <= {"tour.json", *(f"v{one}" for one in known)}
    assert len([kept for kept in wanted.versions if kept.is_whole]) <= publication.KEPT_VERSIONS


STEPS = st.one_of(
    st.tuples(st.just("make"), st.integers(1, 9)),
    st.tuples(st.just("publish"), st.integers(0, 12)),
    st.tuples(st.just("unpublish"), st.integers(0, 12)),
    st.tuples(st.just("roll_back"), st.integers(1, 9)),
)


class BreakingStore:
    """A store whose requests fail from some moment on, as if the process had died."""

    def __init__(self, store: Any, survives: int) -> None:
        self._store, self._left = store, survives

    def __getattr__(self, name: str) -> Any:
        self._left -= 1
        if self._left < 0:
            raise ConnectionError("the process died here")
        return getattr(self._store, name)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(steps=st.lists(STEPS, max_size=14))
def test_whatever_is_cut_off_where_the_next_request_makes_the_files_fit(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(Path(folder))
        tour_id = a_tour(world)
        make(world, tour_id)
        for step, number in steps:
            if step == "make":
                make(world, tour_id, number)
                continue
            try:
                act(world, tour_id, step, number)
            except (ConnectionError, DioramaError):
                act(world, tour_id, ("publish", "unpublish")[number % 2], 1000)
            assert_files_fit(world, tour_id)
        world.database.close()


def act(world: World, tour_id: str, step: str, number: int) -> None:
    if step == "roll_back":
        publishing.roll_back(world.platform, "ann", tour_id, WantedVersion(version=number))
        return
    platform = replace(world.platform, store=BreakingStore(world.store, number))
    if step == "publish":
        publishing.publish(platform, "ann", tour_id, PUBLIC)
    else:
        publishing.unpublish(platform, "ann", tour_id)


@pytest.mark.parametrize("seed", range(3))
def test_requests_at_once_leave_what_the_row_says(world: World, tour_id: str, seed: int) -> None:
    def attempt(number: int) -> None:
        try:
            if (number + seed) % 3 == 0:
                publishing.unpublish(world.platform, "ann", tour_id)
            else:
                publish(world, tour_id)
        except (Conflict, NotFound):
            pass  # the other was quicker
        finally:
            world.database.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(attempt, range(12)))
    assert_files_fit(world, tour_id)
    assert publish(world, tour_id).version >= 1
    assert_files_fit(world, tour_id)
