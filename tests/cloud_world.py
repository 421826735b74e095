"""The small world over S3 and DynamoDB, as moto plays them."""

from collections.abc import Sequence
from dataclasses import replace

import boto3
import requests

from diorama.aws.records import DynamoRecords
from diorama.aws.store import S3Store
from diorama.ports import PartToUpload, SignedPart, UploadedPart
from tests.cloud import REGION, make_table
from tests.studio_world import World

TABLES = ("records", "jobs")


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


def in_the_cloud(world: World) -> World:
    """The small world with its files in S3, versioned as the template has it, and its rows in DynamoDB."""
    requests.post("http://motoapi.amazonaws.com/moto-api/reset", timeout=10).raise_for_status()
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket="media", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="media", VersioningConfiguration={"Status": "Enabled"})
    for table in TABLES:
        make_table(table)
    platform = replace(
        world.platform, store=StoreInMoto(), records=DynamoRecords("records"), jobs=DynamoRecords("jobs")
    )
    return replace(world, platform=platform)


def everything_in_the_cloud() -> list[str]:
    """Every row and every version of every file, as text to look through."""
    dynamodb, s3 = (boto3.client(name, region_name=REGION) for name in ("dynamodb", "s3"))
    rows = [str(item) for table in TABLES for item in dynamodb.scan(TableName=table)["Items"]]
    listed = s3.list_object_versions(Bucket="media")
    files = [each["Key"] for kind in ("Versions", "DeleteMarkers") for each in listed.get(kind, [])]
    return [*rows, *files]
