"""The same uploads over S3 and DynamoDB, as moto plays them."""

import base64
import hashlib

import pytest
import requests

from diorama.errors import NotFound, Refused
from diorama.library import actions, rules
from diorama.library.models import UploadView, WantedPart, WantedParts
from tests.cloud import aws
from tests.cloud_world import in_the_cloud
from tests.studio_world import MP4, World

__all__ = ["aws"]


@pytest.fixture
def cloud(world: World, aws: None) -> World:
    return in_the_cloud(world)


def put_parts(cloud: World, upload: UploadView, content: bytes) -> None:
    for start in range(0, len(content), upload.part_size):
        part = content[start : start + upload.part_size]
        digest = base64.b64encode(hashlib.sha256(part).digest()).decode()
        wanted = WantedParts(parts=(WantedPart(number=start // upload.part_size + 1, sha256=digest),))
        (link,) = actions.sign_parts(cloud.platform, "ann", upload.upload_id, wanted).parts
        requests.put(link.url, data=part, headers=link.headers, timeout=10).raise_for_status()


def test_files_arrive_once_or_are_refused_and_leave_nothing_when_deleted(cloud: World) -> None:
    project = cloud.project("ann").project_id
    film = MP4 + bytes(9 * 2**20)
    upload = cloud.begin("ann", project, film)
    put_parts(cloud, upload, film[: upload.part_size])
    with pytest.raises(Refused, match="1 of 2 parts"):
        actions.complete(cloud.platform, "ann", upload.upload_id)
    put_parts(cloud, upload, film)
    done = actions.complete(cloud.platform, "ann", upload.upload_id)
    parts = [film[: upload.part_size], film[upload.part_size :]]
    assert done.checksum == rules.composite_checksum([hashlib.sha256(part).digest() for part in parts])
    assert cloud.begin("ann", project, film, checksum=done.checksum) == done

    text = b"A text, whatever it is called, is no film. " * 9
    wrong = cloud.begin("ann", project, text)
    put_parts(cloud, wrong, text)
    with pytest.raises(Refused) as refusal:
        actions.complete(cloud.platform, "ann", wrong.upload_id)
    assert refusal.value.stable_code == "wrong_type"
    assert [stored.size for stored in cloud.platform.store.list("s3://media/")] == [len(film)]

    actions.delete(cloud.platform, "ann", done.upload_id)
    with pytest.raises(NotFound):
        actions.look(cloud.platform, "ann", done.upload_id)
    assert list(cloud.platform.store.list("s3://media/")) == []
