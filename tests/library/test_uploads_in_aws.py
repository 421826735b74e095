"""The same uploads over S3 and DynamoDB, as moto plays them."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace

import boto3
import pytest
import requests

from diorama.aws.records import DynamoRecords
from diorama.aws.store import S3Store
from diorama.errors import NotFound, Refused
from diorama.library import actions, rules
from diorama.library.models import UploadView, WantedPart, WantedParts
from diorama.ports import PartToUpload, SignedPart, UploadedPart
from tests.cloud import REGION, aws
from tests.studio_world import MP4, World

__all__ = ["aws"]
KEYS = [("pk", "HASH"), ("sk", "RANGE")]
GSI_KEYS = [("gsi_pk", "HASH"), ("gsi_sk", "RANGE")]


class StoreInMoto(S3Store):
    """moto's ListParts leaves out the checksums; here it tells those that the links were signed for."""

    def __init__(self) -> None:
        self.digests: dict[tuple[str, int], str] = {}

    def upload_urls(
        self, uri: str, multipart_id: str, parts: Sequence[PartToUpload], expires_s: int
    ) -> Sequence[SignedPart]:
        self.digests |= {(multipart_id, part.number): part.sha256 for part in parts}
        return super().upload_urls(uri, multipart_id, parts, expires_s)

    def uploaded_parts(self, uri: str, multipart_id: str) -> Sequence[UploadedPart]:
        parts = super().uploaded_parts(uri, multipart_id)
        return [replace(part, sha256=self.digests[multipart_id, part.number]) for part in parts]


def key_schema(keys: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys]


@pytest.fixture
def cloud(world: World, aws: None) -> World:
    """The small world, its files in S3 and its rows in DynamoDB."""
    boto3.client("s3", region_name=REGION).create_bucket(
        Bucket="media", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    index = {
        "IndexName": "by_gsi",
        "KeySchema": key_schema(GSI_KEYS),
        "Projection": {"ProjectionType": "ALL"},
    }
    boto3.client("dynamodb", region_name=REGION).create_table(
        TableName="records",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in KEYS + GSI_KEYS],
        KeySchema=key_schema(KEYS),
        GlobalSecondaryIndexes=[index],
    )
    platform = replace(world.platform, store=StoreInMoto(), records=DynamoRecords("records"))
    return replace(world, platform=platform)


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
