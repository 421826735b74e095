"""A tour gets another name, and goes alone."""

from collections.abc import Sequence
from contextlib import nullcontext

import pytest

from diorama.errors import Conflict, NotAllowed, NotFound, NotSignedIn
from diorama.jobs import table
from diorama.library import actions as library
from diorama.library import assets
from diorama.library.assets import AssetFilter
from diorama.tours import actions, changing, hotspots, publication, publishing, viewing
from diorama.tours.changing import TourChange
from diorama.tours.hotspots import NewHotspot
from diorama.tours.models import NewTour
from diorama.tours.publication import NewPublication
from tests.studio_world import World
from tests.tours.bundles import a_tour, make

SEEN_FROM = {"position": (0, 0, 0), "yaw_deg": 0, "pitch_deg": 0}
HOTSPOT = NewHotspot.model_validate({"title": "A lamp", "position": (1, 1, 1), "seen_from": SEEN_FROM})


@pytest.fixture
def tour_id(world: World) -> str:
    """One that is made, and whose job has ended."""
    made = a_tour(world)
    make(world, made)
    end_job(world, made)
    return made


def end_job(world: World, tour_id: str) -> None:
    job_id = actions.find(world.platform, "ann", tour_id).job_id
    table.end_job(world.platform.jobs, job_id, 1, "succeeded", world.clock.now())


def bundle_of(world: World, tour_id: str) -> str:
    version = actions.find(world.platform, "ann", tour_id).version
    assert version is not None
    return version.bundle


def stored(world: World) -> list[str]:
    return [found.uri for found in world.store.list("s3://media/")]


def rows_that_name(world: World, tour_id: str) -> list[str]:
    rows = world.database.connection().execute("SELECT table_name, pk, sk, body FROM rows")
    named = [row for row in rows if tour_id in row["pk"] + row["sk"] + row["body"]]
    return [f"{row['pk']} {row['sk']}" for row in named if not row["pk"].startswith("JOB#")]


def test_another_name_is_seen_everywhere(world: World, tour_id: str) -> None:
    publishing.publish(world.platform, "ann", tour_id, NewPublication())
    renamed = changing.rename(world.platform, "ann", tour_id, TourChange(name="  The old mill "))
    assert renamed.name == "The old mill"
    assert renamed.job is not None
    assert renamed.job.name == "The old mill"
    (asset,) = assets.listed(world.platform, "ann", AssetFilter(kind="tour"), 10, None).assets
    assert asset.name == "The old mill"
    assert b"The old mill" in world.store.get(f"s3://media/published/{tour_id}/tour.json")


def test_a_tour_without_a_bundle_is_renamed_too(world: World) -> None:
    tour_id = a_tour(world)
    assert changing.rename(world.platform, "ann", tour_id, TourChange(name="new")).name == "new"
    assert actions.listed(world.platform, "ann", None, 10, None).tours[0].name == "new"


def test_of_a_deleted_tour_nothing_is_left_but_its_video_and_what_it_cost(world: World, tour_id: str) -> None:
    tour = actions.find(world.platform, "ann", tour_id)
    hotspots.add(world.platform, "ann", tour_id, HOTSPOT)
    publishing.publish(world.platform, "ann", tour_id, NewPublication())
    make(world, tour_id, attempt=2)
    world.clock.time += publishing.COPYING_ENDS_S
    changing.delete(world.platform, "ann", tour_id)
    assert [uri for uri in stored(world) if "/raw/" not in uri] == []
    assert rows_that_name(world, tour_id) == []
    assert assets.listed(world.platform, "ann", AssetFilter(kind="tour"), 10, None).assets == ()
    with pytest.raises(NotFound):
        changing.delete(world.platform, "ann", tour_id)
    library.delete(world.platform, "ann", tour.upload_id)


def test_whoever_looks_at_a_deleted_tour_gets_no_more_of_it(world: World, tour_id: str) -> None:
    view = viewing.open_view(world.platform, "ann", tour_id)
    bundle = bundle_of(world, tour_id)
    changing.delete(world.platform, "ann", tour_id)
    with pytest.raises(NotSignedIn):
        viewing.file_url(world.platform, view.files_url.split("/")[-2], "poster.jpg")
    with pytest.raises(NotFound):
        world.store.get(f"{bundle}/poster.jpg")
    with pytest.raises(NotFound):
        viewing.open_view(world.platform, "ann", tour_id)


def test_a_tour_that_a_job_works_on_is_not_deleted(world: World) -> None:
    tour_id = a_tour(world)
    with pytest.raises(Conflict) as refusal:
        changing.delete(world.platform, "ann", tour_id)
    assert refusal.value.stable_code == "tour_at_work"
    end_job(world, tour_id)
    changing.delete(world.platform, "ann", tour_id)


def test_a_tour_that_was_published_just_now_is_deleted_in_a_minute(world: World, tour_id: str) -> None:
    publishing.publish(world.platform, "ann", tour_id, NewPublication())
    with pytest.raises(Conflict) as refusal:
        changing.delete(world.platform, "ann", tour_id)
    assert refusal.value.stable_code == "just_published"
    world.clock.time += publishing.COPYING_ENDS_S
    changing.delete(world.platform, "ann", tour_id)


def test_files_that_another_tour_shows_too_are_kept(world: World, tour_id: str) -> None:
    tour = actions.find(world.platform, "ann", tour_id)
    wanted = NewTour(project_id=tour.project_id, upload_id=tour.upload_id)
    other = actions.start(world.platform, "ann", wanted, "c").tour_id
    assert tour.version is not None
    actions.keep(world.platform, other, tour.version)
    tokens = [
        viewing.open_view(world.platform, "ann", shown).files_url.split("/")[-2] for shown in (tour_id, other)
    ]
    changing.delete(world.platform, "ann", tour_id)
    assert f"{tour.version.bundle}/poster.jpg" in stored(world)
    with pytest.raises(NotSignedIn):
        viewing.file_url(world.platform, tokens[0], "poster.jpg")
    assert viewing.file_url(world.platform, tokens[1], "poster.jpg")
    end_job(world, other)
    changing.delete(world.platform, "ann", other)
    assert f"{tour.version.bundle}/poster.jpg" not in stored(world)


def test_a_copy_that_was_overtaken_by_the_end_of_its_tour_is_cleaned_away(
    world: World, tour_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, bundle = world.store.copy, bundle_of(world, tour_id)

    def overtaken(copies: Sequence[tuple[str, str]]) -> None:
        hidden = publication.change(world.platform.records, "p", tour_id, publication.hidden)
        publication.change(
            world.platform.records, "p", tour_id, lambda _: hidden.model_copy(update={"copying_until": 0.0})
        )
        copy(copies)
        changing.delete(world.platform, "ann", tour_id)

    monkeypatch.setattr(world.store, "copy", overtaken)
    with pytest.raises((Conflict, NotFound)):
        publishing.publish(world.platform, "ann", tour_id, NewPublication())
    world.clock.time += publishing.COPYING_ENDS_S
    publishing.clean_up(world.platform)
    assert [uri for uri in stored(world) if bundle in uri or "/published/" in uri] == []
    assert rows_that_name(world, tour_id) == []


@pytest.mark.parametrize(("user", "refusal"), [("eve", NotFound), ("vera", NotAllowed), ("carl", None)])
def test_collaborators_rename_and_delete_viewers_and_strangers_do_not(
    world: World, tour_id: str, user: str, refusal: type[Exception] | None
) -> None:
    project_id = actions.find(world.platform, "ann", tour_id).project_id
    world.member("vera", project_id, "viewer")
    world.member("carl", project_id, "collaborator")
    with pytest.raises(refusal) if refusal else nullcontext():
        changing.rename(world.platform, user, tour_id, TourChange(name="mine"))
    with pytest.raises(refusal) if refusal else nullcontext():
        changing.delete(world.platform, user, tour_id)
    left = actions.listed(world.platform, "ann", None, 10, None).tours
    assert [tour.name for tour in left] == (["walk"] if refusal else [])
