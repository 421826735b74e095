"""A session's files, and its story."""

import pytest

from diorama.errors import Conflict, NotFound, NotSignedIn
from diorama.objects import actions, story, viewing
from diorama.objects.models import SessionView
from tests.objects.sessions import READ, begun, cut_out, make, read, ready
from tests.studio_world import World


def opened(world: World, session_id: str, user: str = "ann") -> SessionView:
    return viewing.open_view(world.platform, user, session_id, "c")


def token_of(view: SessionView) -> str:
    return view.files_url.split("/")[-2]


def test_photo_masks_and_the_newest_build_lie_below_one_address(world: World) -> None:
    session = ready(world)
    make(world, session, "job1")
    newest = make(world, session, "job2")
    view = opened(world, session.session_id)
    assert "/v1/object-files/" in view.files_url
    mask = session.cutouts[0].mask
    folder = f"media/cutouts/{session.project_id}/{session.session_id}"
    for path, lies in {
        f"{view.photo}photo.jpg": f"media/embeddings/{session.project_id}/key/job-1/photo.jpg",
        str(mask): f"{folder}/{mask}",
        f"{view.build}objects/chair/mesh.glb": f"{newest.removeprefix('s3://')}/objects/chair/mesh.glb",
    }.items():
        assert f"/store/{lies}?" in viewing.file_url(world.platform, token_of(view), path)


@pytest.mark.parametrize(
    "path",
    ["photo/report.json", "photo/log.txt", "photo", "photo/", "other/a", "masks/../photo/a", "build/a"],
)
def test_nothing_else_does(world: World, path: str) -> None:
    view = opened(world, ready(world).session_id)
    with pytest.raises(NotFound):
        viewing.file_url(world.platform, token_of(view), path)


def test_it_ends_within_the_hour_and_is_good_in_this_room_only(world: World) -> None:
    from diorama.tours import viewing as touring

    view = opened(world, ready(world).session_id)
    with pytest.raises(NotSignedIn):
        touring.file_url(world.platform, token_of(view), "photo/photo.jpg")
    world.clock.time += 3600
    with pytest.raises(NotSignedIn):
        viewing.file_url(world.platform, token_of(view), "photo/photo.jpg")


def test_it_leads_nowhere_once_its_session_is_deleted(world: World) -> None:
    session = ready(world)
    view = opened(world, session.session_id)
    actions.delete(world.platform, "ann", session.session_id)
    with pytest.raises(NotSignedIn):
        viewing.file_url(world.platform, token_of(view), "photo/photo.jpg")


def test_there_is_nothing_to_see_while_the_photo_is_read_and_nothing_for_strangers(world: World) -> None:
    session = begun(world)
    with pytest.raises(Conflict) as early:
        opened(world, session.session_id)
    assert early.value.stable_code == "photo_not_ready"
    with pytest.raises(NotFound):
        opened(world, session.session_id, "eve")


def test_what_was_read_long_ago_and_has_gone_is_read_anew(world: World) -> None:
    session = ready(world)
    embedding = read(world, session)
    world.store.delete(f"{embedding.folder}/")
    with pytest.raises(Conflict):
        opened(world, session.session_id)
    again = actions.look(world.platform, "ann", session.session_id)
    assert again.step == "encoding"
    assert again.encode_job is not None
    assert session.encode_job is not None
    assert again.encode_job.job_id != session.encode_job.job_id
    assert again.cutouts == session.cutouts
    read(world, session)
    assert opened(world, session.session_id).photo == "photo/"


def test_the_story_has_stages_clicks_coverage_and_what_was_built(world: World) -> None:
    session = ready(world)
    clicks = [{"x": 1, "y": 1, "adds": True}, {"x": 2, "y": 2, "adds": False}]
    cut_out(world, session, clicks=clicks, segmenter="diorama")
    before = story.tell(world.platform, "ann", session.session_id)
    assert (before.photo, before.build) == (READ, None)
    (chair,) = before.cutouts
    assert (chair.clicks_adding, chair.clicks_taking_away, chair.coverage) == (1, 1, 0.25)
    make(world, session)
    assert story.tell(world.platform, "ann", session.session_id).build == {"points": 1000}
