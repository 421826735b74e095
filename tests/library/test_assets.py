"""Assets and their versions: kept, searched, restored, and files that go with the last one that needs them."""

from typing import Any

import pytest

from diorama.errors import BadRequest, Conflict, NotAllowed, NotFound
from diorama.library import actions, assets, uploads
from diorama.library.assets import Asset, AssetFilter, WantedVersion
from tests.library.test_uploads import checksum_of
from tests.studio_world import MP4, World

OTHER = MP4 + b"another take"
JPEG = b"\xff\xd8\xff" + bytes(100)


@pytest.fixture
def project(world: World) -> str:
    return world.project("ann").project_id


def found(world: World, user: str = "ann", **which: Any) -> tuple[Asset, ...]:
    return assets.listed(world.platform, user, AssetFilter.model_validate(which), 100, None).assets


def numbers(world: World, asset_id: str) -> list[tuple[int, int | None]]:
    page = assets.versions(world.platform, "ann", asset_id, 100, None)
    return [(version.version, version.restored_from) for version in page.versions]


def test_what_arrives_is_an_asset(world: World, project: str) -> None:
    upload = world.uploaded("ann", project)
    (asset,) = found(world)
    assert (asset.name, asset.kind, asset.version, asset.size) == ("walk.mp4", "iso_video", 1, len(MP4))
    assert assets.look(world.platform, "ann", asset.asset_id) == asset
    url = assets.url(world.platform, "ann", asset.asset_id, None, download=True).url
    assert f"raw/{project}/{upload.upload_id}/" in url
    assert "walk.mp4" in url.partition("?")[2]


def test_the_same_content_again_is_the_same_asset(world: World, project: str) -> None:
    world.uploaded("ann", project)
    world.uploaded("ann", project, name="again.mp4")
    assert len(found(world)) == 1


def test_an_upload_may_be_a_new_version(world: World, project: str) -> None:
    world.uploaded("ann", project)
    (first,) = found(world)
    world.clock.time += 60
    world.uploaded("ann", project, OTHER, name="take2.mp4", asset_id=first.asset_id)
    (second,) = found(world)
    assert (second.asset_id, second.version, second.size) == (first.asset_id, 2, len(OTHER))
    assert (second.name, second.created_at) == (first.name, first.created_at)
    assert second.updated_at == world.clock.time
    assert numbers(world, first.asset_id) == [(2, None), (1, None)]
    urls = {
        assets.url(world.platform, "ann", first.asset_id, number, download=False).url for number in (1, 2)
    }
    assert len(urls) == 2


@pytest.mark.parametrize("known", [True, False])
def test_content_that_is_there_already_becomes_a_version_without_another_file(
    world: World, project: str, known: bool
) -> None:
    world.uploaded("ann", project)
    world.uploaded("ann", project, OTHER, name="other.mp4")
    walk = next(asset for asset in found(world) if asset.name == "walk.mp4")
    if known:
        world.begin("ann", project, OTHER, checksum=checksum_of(OTHER), asset_id=walk.asset_id)
    else:
        world.uploaded("ann", project, OTHER, asset_id=walk.asset_id)
    assert numbers(world, walk.asset_id) == [(2, None), (1, None)]
    assert len(world.stored_files()) == 2


def test_a_restored_version_is_a_new_one_of_the_same_content(world: World, project: str) -> None:
    world.uploaded("ann", project)
    (asset,) = found(world)
    world.uploaded("ann", project, OTHER, asset_id=asset.asset_id)
    restored = assets.restore(world.platform, "ann", asset.asset_id, WantedVersion(version=1))
    assert (restored.version, restored.size) == (3, len(MP4))
    assert numbers(world, asset.asset_id) == [(3, 1), (2, None), (1, None)]
    assert len(world.stored_files()) == 2
    with pytest.raises(NotFound, match="no version 9"):
        assets.restore(world.platform, "ann", asset.asset_id, WantedVersion(version=9))


def test_a_file_goes_with_the_last_that_needs_it(world: World, project: str) -> None:
    world.uploaded("ann", project)
    world.clock.time += 1
    world.uploaded("ann", project, OTHER, name="other.mp4")
    other, walk = found(world)
    world.uploaded("ann", project, OTHER, asset_id=walk.asset_id)
    assets.restore(world.platform, "ann", walk.asset_id, WantedVersion(version=1))
    actions.delete_asset(world.platform, "ann", other.asset_id)
    assert len(world.stored_files()) == 2
    actions.delete_asset(world.platform, "ann", walk.asset_id)
    assert world.stored_files() == []
    assert found(world) == ()
    rows = world.database.connection().execute(
        "SELECT pk FROM rows WHERE pk LIKE 'ASSET#%' OR sk LIKE 'USE#%'"
    )
    assert rows.fetchall() == []


def test_a_file_that_something_was_made_from_outlives_its_asset(world: World, project: str) -> None:
    upload = world.uploaded("ann", project)
    row, rev = uploads.find(world.platform, "ann", upload.upload_id)
    world.platform.records.transact(uploads.writes_of_use(row, rev, "t1"))
    actions.delete_asset(world.platform, "ann", found(world)[0].asset_id)
    assert len(world.stored_files()) == 1
    assert found(world) == ()


def test_a_deletion_that_was_cut_off_is_done_by_the_next(
    world: World, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.uploaded("ann", project)
    (asset,) = found(world)
    world.uploaded("ann", project, OTHER, asset_id=asset.asset_id)
    transact, calls = world.platform.records.transact, []

    def cut_off(writes: Any) -> None:
        calls.append(writes)
        if len(calls) == 2:
            raise RuntimeError
        transact(writes)

    with monkeypatch.context() as patched:
        patched.setattr(world.platform.records, "transact", cut_off)
        with pytest.raises(RuntimeError):
            actions.delete_asset(world.platform, "ann", asset.asset_id)
    actions.delete_asset(world.platform, "ann", asset.asset_id)
    assert found(world) == ()


def test_an_upload_that_is_one_of_several_versions_stays(world: World, project: str) -> None:
    upload = world.uploaded("ann", project)
    (asset,) = found(world)
    world.uploaded("ann", project, OTHER, asset_id=asset.asset_id)
    with pytest.raises(Conflict, match="one version"):
        actions.delete(world.platform, "ann", upload.upload_id)


def test_assets_are_found_by_words_kind_and_project(world: World, project: str) -> None:
    elsewhere = world.project("ann").project_id
    world.uploaded("ann", project, name="Grandma's house.mp4")
    world.uploaded("ann", project, JPEG, name="Garden.jpg", type="image/jpeg")
    world.uploaded("ann", elsewhere, name="House at night.mp4")
    assert {asset.name for asset in found(world, words="HOUSE")} == {
        "Grandma's house.mp4",
        "House at night.mp4",
    }
    assert [asset.name for asset in found(world, words="house grandma")] == ["Grandma's house.mp4"]
    assert [asset.name for asset in found(world, kind="jpeg")] == ["Garden.jpg"]
    assert [asset.name for asset in found(world, project_id=elsewhere)] == ["House at night.mp4"]
    assert len(found(world)) == 3


def test_pages_go_on_through_all_projects_and_hold_everything_once(world: World) -> None:
    for n in range(4):
        project = world.project("ann", f"House {n}").project_id
        for m in range(n):
            world.uploaded("ann", project, MP4 + bytes([n, m]), name=f"{n}-{m}.mp4")
    seen: list[str] = []
    cursor = None
    while True:
        page = assets.listed(world.platform, "ann", AssetFilter(), 2, cursor)
        assert len(page.assets) <= 2
        seen += [asset.name for asset in page.assets]
        cursor = page.cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(f"{n}-{m}.mp4" for n in range(4) for m in range(n))


@pytest.mark.parametrize("cursor", ["x", "W10=", "WzEsIDJd", "WyJhIiwgbnVsbF0="])
def test_a_forged_cursor_is_refused(world: World, project: str, cursor: str) -> None:
    with pytest.raises(BadRequest):
        assets.listed(world.platform, "ann", AssetFilter(), 10, cursor)


def test_strangers_find_nothing_and_viewers_change_nothing(world: World, project: str) -> None:
    world.uploaded("ann", project)
    (asset,) = found(world)
    for act in (
        lambda user: assets.look(world.platform, user, asset.asset_id),
        lambda user: assets.versions(world.platform, user, asset.asset_id, 10, None),
        lambda user: assets.url(world.platform, user, asset.asset_id, None, download=False),
        lambda user: world.begin(user, project, OTHER, asset_id=asset.asset_id),
    ):
        with pytest.raises(NotFound):
            act("bob")
    world.member("bob", project, "viewer")
    assert found(world, "bob") == (asset,)
    for act in (
        lambda user: actions.delete_asset(world.platform, user, asset.asset_id),
        lambda user: assets.restore(world.platform, user, asset.asset_id, WantedVersion(version=1)),
    ):
        with pytest.raises(NotAllowed):
            act("bob")


def test_an_asset_takes_versions_only_in_its_own_project(world: World, project: str) -> None:
    world.uploaded("ann", project)
    (asset,) = found(world)
    with pytest.raises(NotFound):
        world.begin("ann", world.project("ann").project_id, OTHER, asset_id=asset.asset_id)
