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
