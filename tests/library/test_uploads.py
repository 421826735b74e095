"""Getting files in: begin, send, complete; again, at once, and wrongly."""

import base64
import contextlib
import hashlib
import threading
from typing import Any

import pytest

from diorama.errors import BadRequest, Conflict, NotFound, Refused
from diorama.library import actions, rules, uploads
from diorama.library.models import UploadView, WantedPart, WantedParts
from diorama.ports import UploadedPart
from tests.studio_world import MP4, World

DIGEST = base64.b64encode(hashlib.sha256(b"part").digest()).decode()


def checksum_of(content: bytes) -> str:
    size = rules.part_size_of(len(content))
    parts = [content[start : start + size] for start in range(0, len(content), size)]
    return rules.composite_checksum([hashlib.sha256(part).digest() for part in parts])


@pytest.fixture
def project(world: World) -> str:
    return world.project("ann").project_id


def test_a_file_arrives(world: World, project: str) -> None:
    upload = world.uploaded("ann", project)
    assert upload.state == "complete"
    assert upload.checksum == checksum_of(MP4)
    assert upload.expires_at is None
    uri = f"s3://media/raw/{project}/{upload.upload_id}/1/walk.mp4"
    assert world.store.get(uri) == MP4


def test_a_file_of_several_parts_arrives_in_any_order(world: World, project: str) -> None:
    content = MP4 + bytes(9 * 2**20)
    upload = world.begin("ann", project, content)
    assert upload.parts == 2
    world.send_part("ann", upload, 2, content[upload.part_size :])
    shown = actions.look(world.platform, "ann", upload.upload_id)
    assert [(part.number, part.size) for part in shown.arrived] == [(2, len(content) - upload.part_size)]
    world.send_part("ann", upload, 1, content[: upload.part_size])
    done = actions.complete(world.platform, "ann", upload.upload_id)
    assert done.checksum == checksum_of(content)


def test_completing_twice_completes_once(world: World, project: str) -> None:
    upload = world.uploaded("ann", project)
    assert actions.complete(world.platform, "ann", upload.upload_id) == upload


def test_missing_parts_can_still_be_sent(world: World, project: str) -> None:
    upload = world.begin("ann", project, MP4)
    with pytest.raises(Refused, match="1 of 1 parts") as refusal:
        actions.complete(world.platform, "ann", upload.upload_id)
    assert refusal.value.stable_code == "parts_missing"
    world.send("ann", upload, MP4)
    assert actions.complete(world.platform, "ann", upload.upload_id).state == "complete"


def test_a_part_of_another_size_than_agreed_counts_as_missing(world: World, project: str) -> None:
    upload = world.begin("ann", project, MP4)
    world.send_part("ann", upload, 1, MP4 + b"more")
    with pytest.raises(Refused) as refusal:
        actions.complete(world.platform, "ann", upload.upload_id)
    assert refusal.value.stable_code == "parts_missing"


def test_a_part_of_which_no_digest_is_known_counts_as_missing(world: World, project: str) -> None:
    upload = uploads.find(world.platform, "ann", world.begin("ann", project, MP4).upload_id)[0]
    with pytest.raises(Refused, match="parts are missing"):
        rules.check_arrived(upload, [UploadedPart(1, len(MP4), "", "etag")])


def test_a_part_with_a_wrong_checksum_is_refused_by_the_store(world: World, project: str) -> None:
    upload = world.begin("ann", project, MP4)
    wanted = WantedParts(parts=(WantedPart(number=1, sha256=DIGEST),))
    link = actions.sign_parts(world.platform, "ann", upload.upload_id, wanted).parts[0]
    assert DIGEST in link.headers.values()
    row = uploads.find(world.platform, "ann", upload.upload_id)[0]
    with pytest.raises(BadRequest):
        with world.store.incoming_part(row.uri, row.multipart_id, 1, DIGEST) as incoming:
            incoming.write(MP4)
    assert actions.look(world.platform, "ann", upload.upload_id).arrived == ()


def test_text_named_mp4_is_refused_and_nothing_is_kept(world: World, project: str) -> None:
    text = b"I am not a film, whatever my name says." * 10
    upload = world.begin("ann", project, text, checksum=checksum_of(text))
    world.send("ann", upload, text)
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            actions.complete(world.platform, "ann", upload.upload_id)
        assert refusal.value.stable_code == "wrong_type"
    assert world.stored_files() == []
    shown = actions.look(world.platform, "ann", upload.upload_id)
    assert shown.state == "refused"
    assert shown.problem is not None
    assert shown.problem.code == "wrong_type"
    again = world.begin("ann", project, text, checksum=checksum_of(text))
    assert again.upload_id != upload.upload_id


def test_a_zip_announced_as_a_video_is_refused(world: World, project: str) -> None:
    with pytest.raises(Refused, match=r"walk\.mp4"):
        world.uploaded("ann", project, b"PK\x03\x04" + bytes(100))
    assert world.stored_files() == []


def test_content_that_differs_from_what_was_announced_is_refused(world: World, project: str) -> None:
    upload = world.begin("ann", project, MP4, checksum=checksum_of(MP4))
    world.send("ann", upload, MP4[:-1] + b"!")
    with pytest.raises(Refused) as refusal:
        actions.complete(world.platform, "ann", upload.upload_id)
    assert refusal.value.stable_code == "wrong_checksum"
    assert actions.look(world.platform, "ann", upload.upload_id).state == "refused"


def test_the_same_content_again_moves_no_bytes(world: World, project: str) -> None:
    first = world.uploaded("ann", project)
    again = world.begin("ann", project, MP4, name="other.mov", checksum=checksum_of(MP4))
    assert again == first


def test_an_interrupted_upload_is_found_again_by_its_checksum(world: World, project: str) -> None:
    content = MP4 + bytes(9 * 2**20)
    first = world.begin("ann", project, content, checksum=checksum_of(content))
    world.send_part("ann", first, 1, content[: first.part_size])
    again = world.begin("ann", project, content, checksum=checksum_of(content))
    assert again.upload_id == first.upload_id
    assert [part.number for part in again.arrived] == [1]


def test_the_same_content_without_a_checksum_ends_in_the_same_upload(world: World, project: str) -> None:
    first = world.uploaded("ann", project)
    second = world.begin("ann", project, MP4)
    world.send("ann", second, MP4)
    assert actions.complete(world.platform, "ann", second.upload_id) == first
    assert actions.look(world.platform, "ann", second.upload_id) == first
    assert len(world.stored_files()) == 1


def test_the_same_content_in_another_project_is_another_upload(world: World, project: str) -> None:
    first = world.uploaded("ann", project)
    other = world.uploaded("ann", world.project("ann").project_id)
    assert other.upload_id != first.upload_id
    assert other.checksum == first.checksum


def test_equal_uploads_begun_and_completed_at_once_end_in_one(world: World, project: str) -> None:
    done: list[UploadView] = []
    barrier = threading.Barrier(6)

    def bring(**changes: Any) -> None:
        barrier.wait()
        upload = world.begin("ann", project, MP4, **changes)
        if upload.state == "open":
            with contextlib.suppress(Conflict, NotFound):  # an equal one was faster, and closed it
                world.send("ann", upload, MP4)
        done.append(actions.complete(world.platform, "ann", upload.upload_id))

    known = {"checksum": checksum_of(MP4)}
    threads = [threading.Thread(target=bring, kwargs=known if n % 2 else {}) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 6
    assert len({upload.upload_id for upload in done}) == 1
    assert len(world.stored_files()) == 1


def test_completing_goes_on_where_a_crash_cut_it_off(world: World, project: str) -> None:
    upload = world.begin("ann", project, MP4)
    world.send("ann", upload, MP4)
    row, rev = uploads.find(world.platform, "ann", upload.upload_id)
    joining, _ = actions._begin_joining(world.platform, row, rev)
    actions._join(world.platform, joining)
    done = actions.complete(world.platform, "ann", upload.upload_id)
    assert done.state == "complete"
    assert done.checksum == checksum_of(MP4)


def test_an_upload_of_somebody_else_is_not_there(world: World, project: str) -> None:
    upload = world.begin("ann", project, MP4)
    wanted = WantedParts(parts=(WantedPart(number=1, sha256=DIGEST),))
    for act in (
        lambda: actions.look(world.platform, "bob", upload.upload_id),
        lambda: actions.sign_parts(world.platform, "bob", upload.upload_id, wanted),
        lambda: actions.complete(world.platform, "bob", upload.upload_id),
        lambda: actions.delete(world.platform, "bob", upload.upload_id),
        lambda: world.begin("bob", project, MP4),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_deleted_upload_leaves_nothing(world: World, project: str) -> None:
    whole = world.uploaded("ann", project)
    other = MP4 + b"other"
    begun = world.begin("ann", project, other, checksum=checksum_of(other))
    world.send("ann", begun, other)
    for upload in (whole, begun):
        actions.delete(world.platform, "ann", upload.upload_id)
        with pytest.raises(NotFound):
            actions.look(world.platform, "ann", upload.upload_id)
    assert world.stored_files() == []
    assert world.begin("ann", project, MP4, checksum=checksum_of(MP4)).state == "open"


def test_an_upload_that_something_was_made_from_stays(world: World, project: str) -> None:
    upload = world.uploaded("ann", project)
    row, rev = uploads.find(world.platform, "ann", upload.upload_id)
    world.platform.records.transact(uploads.writes_of_use(row, rev, "t1"))
    with pytest.raises(Conflict, match="could not be made again"):
        actions.delete(world.platform, "ann", upload.upload_id)
    assert len(world.stored_files()) == 1


def test_an_upload_that_was_not_completed_in_a_week_is_gone(world: World, project: str) -> None:
    upload = world.begin("ann", project, MP4, checksum=checksum_of(MP4))
    world.clock.time += 7 * 24 * 3600 + 1
    with pytest.raises(NotFound):
        actions.look(world.platform, "ann", upload.upload_id)
    assert world.begin("ann", project, MP4, checksum=checksum_of(MP4)).upload_id != upload.upload_id


def test_links_are_signed_only_for_parts_that_exist(world: World, project: str) -> None:
    upload = world.begin("ann", project, MP4)
    with pytest.raises(Refused, match="no part 2"):
        actions.sign_parts(
            world.platform, "ann", upload.upload_id, WantedParts(parts=(WantedPart(number=2, sha256=DIGEST),))
        )
    world.send("ann", upload, MP4)
    actions.complete(world.platform, "ann", upload.upload_id)
    with pytest.raises(Conflict):
        actions.sign_parts(
            world.platform, "ann", upload.upload_id, WantedParts(parts=(WantedPart(number=1, sha256=DIGEST),))
        )


@pytest.mark.parametrize("digest", ["", "abc", DIGEST[:-4], "!" * 44])
def test_a_digest_that_is_none_is_not_taken(digest: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        WantedPart(number=1, sha256=digest)
