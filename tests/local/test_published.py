"""What visitors of published tours can read, and how long their browsers keep it."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from local.published import published_routes
from local.store import FolderStore
from tests.fakes import FakeClock

FILES = {
    "published/t1/tour.json": b'{"version": 2}',
    "published/t1/v2/manifest.json": b"{}",
    "published/t1/v2/levels/full.sog": bytes(range(100)),
    "tours/p/key/job1-1/manifest.json": b"not published",
}


@pytest.fixture
def visitor(tmp_path: Path) -> TestClient:
    store = FolderStore(tmp_path / "store", "http://testserver/store", b"a secret", FakeClock())
    for key, content in FILES.items():
        store.put(f"s3://media/{key}", content)
    return TestClient(Starlette(routes=published_routes(store, "media")))


def test_everybody_reads_a_published_file_in_part_too(visitor: TestClient) -> None:
    answer = visitor.get("/published/t1/v2/levels/full.sog", headers={"range": "bytes=10-12"})
    assert (answer.status_code, answer.content) == (206, bytes([10, 11, 12]))
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-security-policy"] == "sandbox"


def test_a_versions_files_are_kept_for_good_and_the_note_for_a_minute(visitor: TestClient) -> None:
    manifest = visitor.get("/published/t1/v2/manifest.json")
    assert manifest.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert manifest.headers["content-type"] == "application/json"
    assert visitor.get("/published/t1/tour.json").headers["cache-control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "path",
    [
        "t2/tour.json",
        "",
        "t1",
        "t1/",
        "../tours/p/key/job1-1/manifest.json",
        "%2e%2e/tours/p/key/job1-1/manifest.json",
    ],
)
def test_nothing_else_of_the_store_can_be_read(visitor: TestClient, path: str) -> None:
    assert visitor.get(f"/published/{path}").status_code in (403, 404)
