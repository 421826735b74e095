"""Looking at a tour that is not published."""

import hashlib

import pytest

from diorama.errors import Conflict, NotFound, NotSignedIn
from diorama.tours import viewing
from diorama.tours.viewing import TourView
from tests.studio_world import World
from tests.tours.bundles import a_tour, make


@pytest.fixture
def tour_id(world: World) -> str:
    """A tour of ann's, without a bundle."""
    return a_tour(world)


@pytest.fixture
def view(world: World, tour_id: str) -> TourView:
    make(world, tour_id)
    return viewing.open_view(world.platform, "ann", tour_id)


def token_of(view: TourView) -> str:
    return view.files_url.split("/")[-2]


def test_a_view_is_an_address_with_a_token_that_ends_within_the_hour(world: World, view: TourView) -> None:
    assert view.name == "walk"
    assert view.files_url.startswith(f"{world.platform.settings.public_url}/v1/tour-files/")
    assert view.files_url.endswith("/")
    assert view.expires_at == world.clock.now() + 3600


def test_below_it_every_file_of_the_bundle_is_a_link_of_the_stores(world: World, view: TourView) -> None:
    for path in ("manifest.json", "levels/high.sog"):
        link = viewing.file_url(world.platform, token_of(view), path)
        assert f"/store/media/tours/p/key/job1-1/{path}?" in link


def test_the_token_says_nothing_about_its_owner_and_is_kept_as_a_hash(world: World, view: TourView) -> None:
    token = token_of(view)
    row = world.platform.records.get(
        f"VIEW#{hashlib.sha256(f'tour-files/{token}'.encode()).hexdigest()}", "VIEW"
    )
    assert row is not None
    assert row["ttl"] == int(view.expires_at)
    assert not any(secret in str(row) for secret in (token, "ann"))


HIDDEN = ["log.txt", "report.json", "", ".hidden"]
OUTSIDE = ["../job2-1/manifest.json", "levels/../log.txt", "a/%2e%2e/b", "/etc/passwd", "a//b", "a\\b"]


@pytest.mark.parametrize("path", [*HIDDEN, *OUTSIDE, "x" * 2000])
def test_what_is_none_of_the_bundles_files_is_not_there(world: World, view: TourView, path: str) -> None:
    with pytest.raises(NotFound):
        viewing.file_url(world.platform, token_of(view), path)


def test_an_old_view_and_a_made_up_one_get_the_same_answer(world: World, view: TourView) -> None:
    world.clock.time += 3600
    for token in (token_of(view), "made-up"):
        with pytest.raises(NotSignedIn) as refusal:
            viewing.file_url(world.platform, token, "manifest.json")
        assert refusal.value.stable_code == "view_expired"


def test_a_tour_without_a_bundle_is_not_ready(world: World, tour_id: str) -> None:
    with pytest.raises(Conflict) as refusal:
        viewing.open_view(world.platform, "ann", tour_id)
    assert refusal.value.stable_code == "tour_not_ready"


def test_a_stranger_gets_no_view(world: World, view: TourView) -> None:
    with pytest.raises(NotFound):
        viewing.open_view(world.platform, "bob", view.tour_id)
