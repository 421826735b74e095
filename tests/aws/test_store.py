from urllib.parse import parse_qs, urlsplit

import pytest

from diorama.aws.store import S3Store
from diorama.ports import PartToUpload


@pytest.fixture(scope="module")
def store(aws: None) -> S3Store:
    return S3Store()


def test_a_link_for_a_part_has_the_checksum_among_what_is_signed(store: S3Store) -> None:
    part = PartToUpload(3, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
    (signed,) = store.upload_urls("s3://media/raw/a b.mp4", "upload1", [part], 900)
    link = urlsplit(signed.url)
    query = parse_qs(link.query)
    assert link.hostname == "media.s3.eu-central-1.amazonaws.com"
    assert link.path == "/raw/a%20b.mp4"
    assert query["X-Amz-SignedHeaders"] == ["host;x-amz-checksum-sha256"]
    assert query["X-Amz-Expires"] == ["900"]
    assert (query["uploadId"], query["partNumber"]) == (["upload1"], ["3"])


def test_a_link_to_read_demands_no_header(store: S3Store) -> None:
    query = parse_qs(urlsplit(store.url("s3://media/a", 300, "a.mp4")).query)
    assert query["X-Amz-SignedHeaders"] == ["host"]
    assert query["response-content-disposition"] == ["attachment; filename*=utf-8''a.mp4"]


def test_a_purge_leaves_no_version_no_mark_and_no_open_upload(store: S3Store) -> None:
    s3 = store._s3
    place = {"LocationConstraint": "eu-central-1"}
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration=place)  # type: ignore[arg-type]
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    for content in (b"one", b"two"):
        store.put("s3://kept/raw/p1/a", content)
    store.put("s3://kept/raw/p10/b", b"another project's")
    store.delete("s3://kept/raw/p1/")
    store.begin_upload("s3://kept/raw/p1/c", "video/mp4")
    store.purge("s3://kept/raw/p1/")
    left = s3.list_object_versions(Bucket="kept")
    assert [each["Key"] for each in left["Versions"]] == ["raw/p10/b"]
    assert "DeleteMarkers" not in left
    assert s3.list_multipart_uploads(Bucket="kept").get("Uploads", []) == []
