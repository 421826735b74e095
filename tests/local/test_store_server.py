import asyncio
import base64
import hashlib
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from diorama.ports import PartToUpload, SignedPart
from local import uploads
from local.store import FolderStore
from local.store_server import store_app
from tests.fakes import FakeClock

URI = "s3://media/raw/project1/walk through.mp4"
CONTENT = b"0123456789"


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> FolderStore:
    store = FolderStore(tmp_path / "store", "http://testserver/files/here", b"secret", clock)
    store.put(URI, CONTENT)
    return store


@pytest.fixture
def client(store: FolderStore) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[Mount("/files/here", store_app(store))])) as client:
        yield client


@pytest.fixture
def upload(store: FolderStore) -> str:
    return store.begin_upload(URI, "video/mp4")


def checksum(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def signed_part(store: FolderStore, upload: str, content: bytes = CONTENT, number: int = 1) -> SignedPart:
    return store.upload_urls(URI, upload, [PartToUpload(number, checksum(content))], 900)[0]


def drafts(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "store").rglob(".draft-*"))


# --- reading ------------------------------------------------------------------------------------


def test_head_tells_the_size_and_sends_nothing(store: FolderStore, client: TestClient) -> None:
    answer = client.head(store.url(URI, 60))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "10"
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=0-0", 206, b"0"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-2", 206, b"89"),
        ("bytes=5-99", 206, b"56789"),
        ("bytes=10-", 416, b""),
    ],
)
def test_ranges_are_served_as_asked(
    store: FolderStore, client: TestClient, asked: str, status: int, content: bytes
) -> None:
    answer = client.get(store.url(URI, 60), headers={"range": asked})
    assert (answer.status_code, answer.content) == (status, content)


def test_uploaded_pages_run_nothing_in_the_studios_name(store: FolderStore, client: TestClient) -> None:
    store.put("s3://media/raw/evil.html", b"<script>alert(1)</script>")
    answer = client.get(store.url("s3://media/raw/evil.html", 60))
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_any_page_may_use_a_link(store: FolderStore, client: TestClient) -> None:
    origin = {"origin": "https://example.com"}
    answer = client.get(store.url(URI, 60), headers=origin)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    asked = {
        "access-control-request-method": "PUT",
        "access-control-request-headers": "x-amz-checksum-sha256",
    }
    assert client.options(store.url(URI, 60), headers=origin | asked).status_code == 200


# --- links --------------------------------------------------------------------------------------


def test_a_link_stops_when_its_time_is_over(store: FolderStore, client: TestClient, clock: FakeClock) -> None:
    link = store.url(URI, 60)
    clock.time += 59
    assert client.get(link).status_code == 200
    clock.time += 1
    answer = client.get(link)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "link_refused"


def test_a_link_to_read_does_not_write_and_the_other_way_round(
    store: FolderStore, client: TestClient, upload: str
) -> None:
    assert client.put(store.url(URI, 60), content=CONTENT).status_code == 403
    assert client.get(signed_part(store, upload).url).status_code == 403
    for method in ("POST", "DELETE", "PATCH"):
        assert client.request(method, store.url(URI, 60)).status_code == 405


def test_a_link_without_a_signature_is_refused(client: TestClient) -> None:
    for link in ("/files/here/media/raw", "/files/here/media/raw?expires=99999999999", "/files/here/"):
        assert client.get(link).status_code in (400, 403)


def test_another_secret_makes_other_links(
    store: FolderStore, client: TestClient, tmp_path: Path, clock: FakeClock
) -> None:
    other = FolderStore(tmp_path / "store", "http://testserver/files/here", b"another", clock)
    assert client.get(other.url(URI, 60)).status_code == 403


def altered(link: str, **changes: str | None) -> str:
    query = {**dict(parse_qsl(urlsplit(link).query)), **changes}
    told = {name: value for name, value in query.items() if value is not None}
    return link.partition("?")[0] + "?" + urlencode(told)


@pytest.mark.parametrize(
    "changes",
    [
        {"expires": "99999999999"},
        {"expires": None},
        {"expires": "soon"},
        {"download": "other.mp4"},
        {"download": None},
        {"signature": ""},
        {"signature": None},
        {"signature": "ü"},
        {"more": "x"},
    ],
    ids=repr,
)
def test_nothing_of_a_link_can_be_changed(
    store: FolderStore, client: TestClient, changes: dict[str, str | None]
) -> None:
    link = store.url(URI, 60, download_name="walk.mp4")
    assert client.get(link).status_code == 200
    assert client.get(altered(link, **changes)).status_code == 403


@given(place=st.integers(0, 400), sign=st.characters(codec="ascii", exclude_categories=["Cc"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_other_letter_anywhere_gives_no_file(
    store: FolderStore, client: TestClient, place: int, sign: str
) -> None:
    link = urlsplit(store.url(URI, 60))
    start = len("/files/here/")
    text = f"{link.path}?{link.query}"
    place = start + place % (len(text) - start)
    changed = text[:place] + sign + text[place + 1 :]
    assume(sign != "#")
    answer = client.get(changed)
    assert answer.status_code != 200 or parse_qsl(changed) == parse_qsl(text)


@pytest.mark.parametrize(
    "path",
    [
        "media/../../../../etc/passwd",
        "../diorama.sqlite",
        ".uploads/x/upload.json",
        "media//etc/passwd",
        "media/a\\..\\b",
        "media/\0",
    ],
)
def test_no_path_leads_out_of_the_store(client: TestClient, path: str) -> None:
    for spelling in (quote(path), quote(path, safe=""), quote(path).replace(".", "%2e")):
        assert client.get(f"/files/here/{spelling}?expires=1&signature=x").status_code in (400, 403, 404)


# --- parts --------------------------------------------------------------------------------------


def test_a_part_with_a_wrong_checksum_is_refused_and_forgotten(
    store: FolderStore, client: TestClient, upload: str, tmp_path: Path
) -> None:
    signed = signed_part(store, upload)
    answer = client.put(signed.url, content=b"0123456780", headers=signed.headers)
    assert answer.status_code == 400
    assert "checksum" in answer.json()["title"]
    assert list(store.uploaded_parts(URI, upload)) == []
    assert drafts(tmp_path) == []


def test_a_part_without_the_signed_header_is_refused(
    store: FolderStore, client: TestClient, upload: str
) -> None:
    signed = signed_part(store, upload)
    for headers in ({}, {"x-amz-checksum-sha256": checksum(b"other")}):
        assert client.put(signed.url, content=CONTENT, headers=headers).status_code == 403
    assert list(store.uploaded_parts(URI, upload)) == []


def test_a_wrong_part_does_not_harm_the_right_one_before_it(
    store: FolderStore, client: TestClient, upload: str
) -> None:
    signed = signed_part(store, upload)
    client.put(signed.url, content=CONTENT, headers=signed.headers)
    client.put(signed.url, content=b"broken off", headers=signed.headers)
    assert [(part.size, part.sha256) for part in store.uploaded_parts(URI, upload)] == [
        (10, checksum(CONTENT))
    ]


def test_a_part_that_grows_too_large_is_cut_off(
    store: FolderStore, client: TestClient, upload: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST_PART_BYTES", 9)
    signed = signed_part(store, upload)
    assert client.put(signed.url, content=CONTENT, headers=signed.headers).status_code == 400
    assert drafts(tmp_path) == []


def test_a_part_for_an_upload_that_was_dropped_meanwhile_is_not_found(
    store: FolderStore, client: TestClient, upload: str, tmp_path: Path
) -> None:
    signed = signed_part(store, upload)
    store.abort_upload(URI, upload)
    assert client.put(signed.url, content=CONTENT, headers=signed.headers).status_code == 404

    upload = store.begin_upload(URI, "video/mp4")
    signed = signed_part(store, upload)

    def body() -> Iterator[bytes]:
        yield CONTENT[:5]
        store.abort_upload(URI, upload)
        yield CONTENT[5:]

    assert client.put(signed.url, content=body(), headers=signed.headers).status_code == 404
    assert drafts(tmp_path) == []


def test_a_part_that_breaks_off_leaves_nothing(store: FolderStore, upload: str, tmp_path: Path) -> None:
    signed = signed_part(store, upload)
    link = urlsplit(signed.url)
    messages = [
        {"type": "http.request", "body": CONTENT[:5], "more_body": True},
        {"type": "http.disconnect"},
    ]
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        statuses.append(message.get("status", 0))

    scope = {
        "type": "http",
        "method": "PUT",
        "path": unquote(link.path).removeprefix("/files/here"),
        "query_string": link.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in signed.headers.items()],
    }
    asyncio.run(store_app(store)(scope, receive, send))
    assert statuses[0] == 400
    assert list(store.uploaded_parts(URI, upload)) == []
    assert drafts(tmp_path) == []


def test_a_large_part_arrives_whole(store: FolderStore, client: TestClient, upload: str) -> None:
    content = bytes(range(256)) * 40_000
    signed = signed_part(store, upload, content)
    answer = client.put(signed.url, content=content, headers=signed.headers)
    assert answer.status_code == 200
    store.complete_upload(URI, upload, store.uploaded_parts(URI, upload))
    assert store.get(URI) == content
