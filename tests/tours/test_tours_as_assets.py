"""A finished tour is an asset of the library: found, listed, with versions that are published and restored."""

import pytest

from diorama.errors import Conflict, Refused
from diorama.library import actions as library
from diorama.library import assets
from diorama.library.assets import Asset, AssetFilter
from diorama.tours import actions, publishing
from diorama.tours.models import TourVersion
from diorama.tours.publication import NewPublication
from tests.studio_world import World
from tests.tours.bundles import a_tour, make


@pytest.fixture
def tour_id(world: World) -> str:
    made = a_tour(world)
    make(world, made)
    return made


def found(world: World, user: str = "ann", words: str = "", kind: assets.Kind | None = "tour") -> list[Asset]:
    which = AssetFilter(kind=kind, words=words)
    return list(assets.listed(world.platform, user, which, 100, None).assets)


def restore(world: World, tour_id: str, version: int) -> Asset:
    return assets.restore(world.platform, "ann", tour_id, assets.WantedVersion(version=version))


def test_a_tour_that_is_not_made_yet_is_no_asset(world: World) -> None:
    a_tour(world)
    assert found(world) == []


def test_a_finished_tour_is_listed_and_found_by_its_name_and_kind(world: World, tour_id: str) -> None:
    (asset,) = found(world, words="WALK")
    assert (asset.asset_id, asset.kind, asset.name, asset.version) == (tour_id, "tour", "walk", 1)
    assert found(world, words="boat") == []
    assert [one.kind for one in found(world, kind="iso_video")] == ["iso_video"]
    assert found(world, user="eve") == []


def test_what_is_made_again_is_its_next_version_and_what_was_there_already_is_none(
    world: World, tour_id: str
) -> None:
    make(world, tour_id, attempt=2)
    tour = actions.find(world.platform, "ann", tour_id)
    assert tour.version is not None
    same = tour.version.model_copy(update={"attempt": 3})
    actions.keep(world.platform, tour_id, same)
    page = assets.versions(world.platform, "ann", tour_id, 10, None)
    assert [version.version for version in page.versions] == [2, 1]


def test_a_version_restored_in_the_library_is_what_the_tour_shows_and_publishes(
    world: World, tour_id: str
) -> None:
    first = bundle_of(world, tour_id)
    make(world, tour_id, attempt=2)
    publishing.publish(world.platform, "ann", tour_id, NewPublication())
    assert bundle_of(world, tour_id) != first
    assert restore(world, tour_id, 1).version == 3
    assert bundle_of(world, tour_id) == first
    published = publishing.publish(world.platform, "ann", tour_id, NewPublication())
    assert [(one.version, one.asset_version) for one in published.versions] == [(1, 2), (2, 3)]


def bundle_of(world: World, tour_id: str) -> str:
    tour = actions.look(world.platform, "ann", tour_id)
    assert isinstance(tour.version, TourVersion)
    return tour.version.bundle


def test_a_new_result_after_a_restored_one_is_shown(world: World, tour_id: str) -> None:
    make(world, tour_id, attempt=2)
    restore(world, tour_id, 1)
    newest = make(world, tour_id, attempt=3)
    assert bundle_of(world, tour_id) == newest


def test_a_tour_is_no_single_file_and_does_not_go_without_its_project(world: World, tour_id: str) -> None:
    with pytest.raises(Refused) as refused:
        assets.url(world.platform, "ann", tour_id, None, download=True)
    assert refused.value.stable_code == "not_one_file"
    with pytest.raises(Conflict) as conflict:
        library.delete_asset(world.platform, "ann", tour_id)
    assert conflict.value.stable_code == "asset_of_product"


def test_the_video_of_a_tour_is_deleted_only_without_it(world: World, tour_id: str) -> None:
    (video,) = found(world, kind="iso_video")
    library.delete_asset(world.platform, "ann", video.asset_id)
    assert bundle_of(world, tour_id)
    upload_id = actions.find(world.platform, "ann", tour_id).upload_id
    with pytest.raises(Conflict):
        library.delete(world.platform, "ann", upload_id)
