"""What every store of files keeps to."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from boto3.s3.transfer import TransferConfig
from moto.s3.exceptions import NoSuchUpload
from moto.s3.models import S3Backend
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from diorama.aws.store import S3Store
from diorama.errors import BadRequest, Conflict, NotFound, Refused
from diorama.ports import SMALLEST_PART_BYTES, PartToUpload, SignedPart, Store, UploadedPart
from local.store import FolderStore
from local.store_server import store_app
from tests.fakes import FakeClock

VIDEO = "s3://media/raw/project1/upload1/1/walk through.mp4"
Headers = dict[str, str] | None
LARGE = b"m" * SMALLEST_PART_BYTES


@dataclass(frozen=True)
class Served:
    """A store, and the way a browser has to it."""

    store: Store
    request: Callable[..., Any]  # (method, url, data / content, headers) -> requests' or httpx's response

    def put_part(self, signed: SignedPart, content: bytes) -> Any:
        return self.request("PUT", signed.url, content, dict(signed.headers))


@pytest.fixture(params=["aws", "local"])
def served(request: pytest.FixtureRequest) -> Served:
    fixture: Served = request.getfixturevalue(f"served_by_{request.param}")
    return fixture


@pytest.fixture(scope="module")
def adapter(aws: None) -> S3Store:
    """One for all tests, because a client takes its time to make."""
    return S3Store()


@pytest.fixture
def served_by_aws(adapter: S3Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(
        S3Backend, "complete_multipart_upload", knowing_its_uploads(S3Backend.complete_multipart_upload)
    )
    adapter._s3.create_bucket(
        Bucket="media", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )

    def request(method: str, url: str, content: bytes = b"", headers: Headers = None) -> Any:
        return requests.request(method, url, data=content, headers=headers, timeout=5)

    yield Served(adapter, request)
    for found in adapter.list("s3://media/"):
        adapter.delete(found.uri)
    for upload in adapter._s3.list_multipart_uploads(Bucket="media").get("Uploads", []):
        adapter.abort_upload(f"s3://media/{upload['Key']}", upload["UploadId"])
    adapter._s3.delete_bucket(Bucket="media")


def knowing_its_uploads(complete: Callable[..., Any]) -> Callable[..., Any]:
    """Answers as S3 does where moto breaks: there is no such upload."""

    def completed(backend: S3Backend, bucket_name: str, multipart_id: str, body: Any) -> Any:
        if multipart_id not in backend.get_bucket(bucket_name).multiparts:
            raise NoSuchUpload(multipart_id)
        return complete(backend, bucket_name, multipart_id, body)

    return completed


@pytest.fixture
def served_by_local(tmp_path: Path, clock: FakeClock) -> Iterator[Served]:
    store = FolderStore(tmp_path / "store", "http://testserver/store", b"a secret", clock)
    with TestClient(Starlette(routes=[Mount("/store", store_app(store))])) as client:

        def request(method: str, url: str, content: bytes = b"", headers: Headers = None) -> Any:
            return client.request(method, url, content=content, headers=headers)

        yield Served(store, request)


@pytest.fixture
def store(served: Served) -> Store:
    return served.store


def uris(store: Store, prefix: str = "s3://media/") -> list[str]:
    return [found.uri.removeprefix("s3://media/") for found in store.list(prefix)]


def part(number: int, content: bytes) -> PartToUpload:
    return PartToUpload(number, base64.b64encode(hashlib.sha256(content).digest()).decode())


def send(served: Served, uri: str, upload: str, contents: Sequence[bytes]) -> Sequence[UploadedPart]:
    wanted = [part(number, content) for number, content in enumerate(contents, 1)]
    signed = served.store.upload_urls(uri, upload, wanted, 900)
    for link, content in zip(signed, contents, strict=True):
        assert served.put_part(link, content).status_code == 200
    return served.store.uploaded_parts(uri, upload)


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"frames", bytes(range(256)) * 4096])
def test_a_file_comes_back_as_it_was_put(store: Store, content: bytes) -> None:
    store.put("s3://media/a/b.bin", content)
    assert store.get("s3://media/a/b.bin") == content


def test_a_file_is_replaced_whole(store: Store) -> None:
    store.put("s3://media/a", b"a long first version")
    store.put("s3://media/a", b"short")
    assert store.get("s3://media/a") == b"short"


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, 3, b"012"),
        (3, None, b"3456789"),
        (8, 5, b"89"),
        (10, 1, b""),
        (99, None, b""),
        (0, 0, b""),
        (4, 0, b""),
    ],
)
def test_a_span_of_a_file_ends_where_the_file_does(
    store: Store, start: int, length: int | None, expected: bytes
) -> None:
    store.put("s3://media/digits", b"0123456789")
    assert store.get("s3://media/digits", start, length) == expected


def test_there_are_no_bytes_before_the_start(store: Store) -> None:
    store.put("s3://media/digits", b"0123456789")
    for start, length in ((-1, None), (0, -1)):
        with pytest.raises(ValueError, match="start"):
            store.get("s3://media/digits", start, length)


@pytest.mark.parametrize("span", [(0, None), (0, 0), (5, 2)])
def test_a_missing_file_is_not_found(store: Store, span: tuple[int, int | None]) -> None:
    store.put("s3://media/folder/file", b"")
    for uri in ("s3://media/missing", "s3://media/folder", "s3://media/folder/file2"):
        with pytest.raises(NotFound):
            store.get(uri, *span)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "media/a",
        "/etc/passwd",
        "file:///etc/passwd",
        "s3://media",
        "s3://media/",
        "s3:///a",
        "s3://../a",
        "s3://.uploads/a",
        "s3://media//a",
        "s3://media/a//b",
        "s3://media/a/",
        "s3://media/../a",
        "s3://media/a/..",
        "s3://media/a/./b",
        "s3://media/a\\..\\b",
        "s3://media/a\0",
        "s3://media/a\nb",
        "s3://media/" + "x" * 300,
        "s3://media/" + "x/" * 600 + "x",
        "s3://media/\ud800",
    ],
    ids=ascii,
)
def test_a_uri_that_names_no_clean_file_is_refused(store: Store, uri: str) -> None:
    for action in (
        lambda: store.put(uri, b""),
        lambda: store.get(uri),
        lambda: store.url(uri, 60),
        lambda: store.begin_upload(uri, "video/mp4"),
        lambda: store.upload_urls(uri, "0" * 32, [part(1, b"")], 60),
    ):
        with pytest.raises(BadRequest):
            action()


def test_names_of_other_scripts_and_signs_are_kept(store: Store) -> None:
    keys = ["küche/a b+c&d=e%20#?.mp4", "台所/🎥", ".hidden/.file", "a'b\"c<d>"]
    for key in keys:
        store.put(f"s3://media/{key}", key.encode())
    assert uris(store) == sorted(keys, key=str.encode)
    assert [store.get(f"s3://media/{key}") for key in keys] == [key.encode() for key in keys]


# --- lists and deleting -------------------------------------------------------------------------

KEYS = ["a-b/1", "a.txt", "a/1", "a/10", "a/2/x", "a/2.x", "a0", "b/1"]


@pytest.mark.parametrize("prefix", ["", "a", "a/", "a/1", "a/2", "a/2/", "a/2/x", "c", "a/3/", "a.txt/"])
def test_a_list_holds_what_starts_with_the_prefix_in_order(store: Store, prefix: str) -> None:
    for key in KEYS:
        store.put(f"s3://media/{key}", key.encode())
    found = list(store.list(f"s3://media/{prefix}"))
    expected = sorted((key for key in KEYS if key.startswith(prefix)), key=str.encode)
    assert [one.uri for one in found] == [f"s3://media/{key}" for key in expected]
    assert [one.size for one in found] == [len(key) for key in expected]


def test_deleting_takes_what_starts_with_the_prefix_and_counts(store: Store) -> None:
    for key in KEYS:
        store.put(f"s3://media/{key}", b"")
    assert store.delete("s3://media/a/") == 4
    assert store.delete("s3://media/a/") == 0
    assert store.delete("s3://media/a0") == 1
    assert uris(store) == ["a-b/1", "a.txt", "b/1"]


def test_more_files_than_one_answer_lists_are_listed_and_deleted(store: Store) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: store.put(f"s3://media/n/{number:04}", b""), range(1010)))
    assert uris(store) == [f"n/{number:04}" for number in range(1010)]
    assert store.delete("s3://media/n/") == 1010


def test_a_whole_bucket_is_not_deleted(store: Store) -> None:
    store.put("s3://media/a", b"")
    with pytest.raises(BadRequest):
        store.delete("s3://media/")
    assert uris(store) == ["a"]


@pytest.mark.parametrize("prefix", ["s3://media/../", "s3://media/a/../b", "media/", "s3://media"])
def test_a_prefix_that_leads_elsewhere_is_refused(store: Store, prefix: str) -> None:
    with pytest.raises(BadRequest):
        store.delete(prefix)
    with pytest.raises(BadRequest):
        list(store.list(prefix))


# --- copies -------------------------------------------------------------------------------------


def test_a_copy_is_a_file_of_its_own_with_the_same_content_and_type(served: Served) -> None:
    store = served.store
    store.put("s3://media/a/1.bin", b"one", "application/x-splats")
    store.put("s3://media/a/2.txt", b"")
    store.copy([("s3://media/a/1.bin", "s3://media/b/x/1.bin"), ("s3://media/a/2.txt", "s3://media/b/2.txt")])
    store.delete("s3://media/a/")
    assert uris(store) == ["b/2.txt", "b/x/1.bin"]
    assert store.get("s3://media/b/x/1.bin") == b"one"
    answer = served.request("GET", store.url("s3://media/b/x/1.bin", 60))
    assert answer.headers["content-type"] == "application/x-splats"


def test_a_copy_replaces_what_was_there(store: Store) -> None:
    store.put("s3://media/a", b"new")
    store.put("s3://media/b", b"an old one")
    store.copy([("s3://media/a", "s3://media/b")])
    assert store.get("s3://media/b") == b"new"


def test_what_is_not_there_is_not_copied(store: Store) -> None:
    with pytest.raises(NotFound):
        store.copy([("s3://media/missing", "s3://media/b")])
    assert uris(store) == []
    store.copy([])


def test_a_large_file_is_copied_in_parts(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    in_parts = TransferConfig(
        multipart_threshold=SMALLEST_PART_BYTES, multipart_chunksize=SMALLEST_PART_BYTES
    )
    monkeypatch.setattr("diorama.aws.store._COPYING", in_parts)
    served.store.put("s3://media/large", LARGE + b"the rest", "video/mp4")
    served.store.copy([("s3://media/large", "s3://media/copy")])
    assert served.store.get("s3://media/copy", len(LARGE)) == b"the rest"
    assert (
        served.request("GET", served.store.url("s3://media/copy", 60)).headers["content-type"] == "video/mp4"
    )


# --- folders ------------------------------------------------------------------------------------


def fill(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


def test_a_folder_goes_there_and_back(store: Store, tmp_path: Path) -> None:
    source = fill(tmp_path / "out", a="1", images__1="3", images__deep__2="")
    store.put_folder(source, "s3://media/frames/p/k/1")
    store.fetch_folder("s3://media/frames/p/k/1", tmp_path / "new" / "in")
    assert contents(tmp_path / "new" / "in") == {
        "a": "1",
        "images/1": "3",
        "images/deep/2": "",
    }


def test_the_report_is_stored_last(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fill(tmp_path / "out", a="1", z="2", zz__z="4")
    (folder / "report.json").write_text("{}")
    (folder / "zz" / "report.json").write_text("{}")
    before = RecordOrder(served, monkeypatch)
    served.store.put_folder(folder, "s3://media/x")
    assert before.order[-1] == "x/report.json"
    assert sorted(before.order) == ["x/a", "x/report.json", "x/z", "x/zz/report.json", "x/zz/z"]


class RecordOrder:
    """Looks on while files appear in a store."""

    def __init__(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        self.order: list[str] = []
        store = served.store
        if isinstance(store, S3Store):
            store._s3.meta.events.register(
                "before-parameter-build.s3.PutObject", lambda params, **_: self.order.append(params["Key"])
            )
            return
        place = FolderStore._place

        def recorded(self_: FolderStore, draft: Path, location: Any, content_type: Any) -> None:
            self.order.append(location.key)
            place(self_, draft, location, content_type)

        monkeypatch.setattr(FolderStore, "_place", recorded)


def test_fetching_one_file_puts_it_into_the_folder(store: Store, tmp_path: Path) -> None:
    store.put(VIDEO, b"moving")
    store.fetch_folder(VIDEO, tmp_path / "in")
    assert contents(tmp_path / "in") == {"walk through.mp4": "moving"}


def test_fetching_takes_no_neighbours(store: Store, tmp_path: Path) -> None:
    for key in ("k/1/a", "k/10/b", "k/1.txt"):
        store.put(f"s3://media/{key}", b"")
    store.fetch_folder("s3://media/k/1", tmp_path / "in")
    assert list(contents(tmp_path / "in")) == ["a"]


def test_fetching_what_is_not_there_is_not_found(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        store.fetch_folder("s3://media/k/1", tmp_path / "in")


def test_a_stage_may_change_what_it_fetched(store: Store, tmp_path: Path) -> None:
    store.put("s3://media/k/database", b"stored")
    store.fetch_folder("s3://media/k", tmp_path / "in")
    with (tmp_path / "in" / "database").open("r+b") as file:
        file.write(b"CHANGED")
    assert store.get("s3://media/k/database") == b"stored"


@pytest.mark.parametrize("target", ["/etc/hostname", "a", "missing"])
def test_a_folder_with_a_symbolic_link_is_refused(store: Store, tmp_path: Path, target: str) -> None:
    folder = fill(tmp_path / "out", a="1")
    (folder / "link").symlink_to(target)
    with pytest.raises(BadRequest, match="link"):
        store.put_folder(folder, "s3://media/x")
    assert uris(store) == []


# --- links --------------------------------------------------------------------------------------


def test_a_link_gives_the_file_and_its_type(served: Served) -> None:
    served.store.put(VIDEO, b"0123456789")
    answer = served.request("GET", served.store.url(VIDEO, 60))
    assert (answer.status_code, answer.content) == (200, b"0123456789")
    assert answer.headers["content-type"] == "video/mp4"


def test_a_type_that_the_name_does_not_tell_is_kept(served: Served) -> None:
    served.store.put("s3://media/raw/source", b"", content_type="video/quicktime")
    served.store.put("s3://media/poses/cameras.json", b"{}")
    types = [
        served.request("GET", served.store.url(f"s3://media/{key}", 60)).headers["content-type"]
        for key in ("raw/source", "poses/cameras.json")
    ]
    assert types == ["video/quicktime", "application/json"]


def test_a_link_serves_ranges(served: Served) -> None:
    served.store.put(VIDEO, b"0123456789")
    answer = served.request("GET", served.store.url(VIDEO, 60), headers={"range": "bytes=2-4"})
    assert (answer.status_code, answer.content) == (206, b"234")
    assert answer.headers["content-range"] == "bytes 2-4/10"


def test_a_link_may_give_the_file_a_name(served: Served) -> None:
    served.store.put(VIDEO, b"")
    answer = served.request("GET", served.store.url(VIDEO, 60, download_name='Küche "1".mp4'))
    assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''K%C3%BCche%20%221%22.mp4"


def test_a_link_to_a_missing_file_answers_404(served: Served) -> None:
    assert served.request("GET", served.store.url(VIDEO, 60)).status_code == 404


# --- uploads ------------------------------------------------------------------------------------


def test_parts_become_the_file_in_the_order_of_their_numbers(served: Served) -> None:
    store = served.store
    upload = store.begin_upload(VIDEO, "video/quicktime")
    arrived = send(served, VIDEO, upload, [LARGE, LARGE.upper(), b"end"])
    assert [(one.number, one.size) for one in arrived] == [(1, len(LARGE)), (2, len(LARGE)), (3, 3)]
    assert uris(store) == []
    store.complete_upload(VIDEO, upload, arrived[::-1])
    assert store.get(VIDEO) == LARGE + LARGE.upper() + b"end"
    answer = served.request("GET", store.url(VIDEO, 60), headers={"range": "bytes=0-0"})
    assert answer.headers["content-type"] == "video/quicktime"


def test_an_upload_goes_on_from_the_parts_that_arrived(served: Served) -> None:
    store = served.store
    upload = store.begin_upload(VIDEO, "video/mp4")
    assert list(store.uploaded_parts(VIDEO, upload)) == []
    (second,) = store.upload_urls(VIDEO, upload, [part(2, b"end")], 900)
    served.put_part(second, b"end")
    assert [one.number for one in store.uploaded_parts(VIDEO, upload)] == [2]
    (first,) = store.upload_urls(VIDEO, upload, [part(1, LARGE)], 900)
    served.put_part(first, LARGE)
    store.complete_upload(VIDEO, upload, store.uploaded_parts(VIDEO, upload))
    assert store.get(VIDEO, len(LARGE) - 1) == b"mend"


def test_a_part_sent_again_takes_the_place_of_the_first(served: Served) -> None:
    upload = served.store.begin_upload(VIDEO, "video/mp4")
    send(served, VIDEO, upload, [b"first"])
    arrived = send(served, VIDEO, upload, [b"second"])
    assert [(one.number, one.size) for one in arrived] == [(1, 6)]
    served.store.complete_upload(VIDEO, upload, arrived)
    assert served.store.get(VIDEO) == b"second"


def test_the_answer_to_a_part_holds_its_etag(served: Served) -> None:
    upload = served.store.begin_upload(VIDEO, "video/mp4")
    (signed,) = served.store.upload_urls(VIDEO, upload, [part(1, b"only")], 900)
    etag = served.put_part(signed, b"only").headers["etag"]
    assert [one.etag for one in served.store.uploaded_parts(VIDEO, upload)] == [etag]


def test_links_for_parts_demand_the_checksum(store: Store) -> None:
    upload = store.begin_upload(VIDEO, "video/mp4")
    (signed,) = store.upload_urls(VIDEO, upload, [part(7, b"x")], 900)
    assert signed.number == 7
    assert signed.headers == {"x-amz-checksum-sha256": part(7, b"x").sha256}


@pytest.mark.parametrize(
    "wrong",
    [
        [PartToUpload(0, part(1, b"").sha256)],
        [PartToUpload(10_001, part(1, b"").sha256)],
        [part(1, b"a"), part(1, b"b")],
        [PartToUpload(1, "")],
        [PartToUpload(1, "ü" * 44)],
        [PartToUpload(1, hashlib.sha256(b"").hexdigest())],
    ],
    ids=repr,
)
def test_parts_that_make_no_sense_get_no_links(store: Store, wrong: list[PartToUpload]) -> None:
    upload = store.begin_upload(VIDEO, "video/mp4")
    with pytest.raises(BadRequest):
        store.upload_urls(VIDEO, upload, wrong, 900)


def test_a_part_that_never_came_conflicts(served: Served) -> None:
    upload = served.store.begin_upload(VIDEO, "video/mp4")
    (arrived,) = send(served, VIDEO, upload, [LARGE])
    for claimed in (
        [arrived, replace(arrived, number=2)],
        [replace(arrived, etag='"00000000000000000000000000000000"')],
    ):
        with pytest.raises(Conflict):
            served.store.complete_upload(VIDEO, upload, claimed)
    assert uris(served.store) == []
    assert len(served.store.uploaded_parts(VIDEO, upload)) == 1


def test_a_small_part_is_only_taken_as_the_last(served: Served) -> None:
    upload = served.store.begin_upload(VIDEO, "video/mp4")
    arrived = send(served, VIDEO, upload, [b"small", b"end"])
    with pytest.raises(Refused):
        served.store.complete_upload(VIDEO, upload, arrived)


def test_an_upload_of_no_parts_is_refused(store: Store) -> None:
    upload = store.begin_upload(VIDEO, "video/mp4")
    with pytest.raises(BadRequest):
        store.complete_upload(VIDEO, upload, [])


def test_an_upload_ends_when_it_is_whole(served: Served) -> None:
    store = served.store
    upload = store.begin_upload(VIDEO, "video/mp4")
    arrived = send(served, VIDEO, upload, [b"all"])
    store.complete_upload(VIDEO, upload, arrived)
    with pytest.raises(NotFound):
        store.uploaded_parts(VIDEO, upload)


def test_an_aborted_upload_is_gone_with_its_parts(served: Served) -> None:
    store = served.store
    upload = store.begin_upload(VIDEO, "video/mp4")
    arrived = send(served, VIDEO, upload, [b"all"])
    store.abort_upload(VIDEO, upload)
    store.abort_upload(VIDEO, upload)
    with pytest.raises(NotFound):
        store.uploaded_parts(VIDEO, upload)
    with pytest.raises(NotFound):
        store.complete_upload(VIDEO, upload, arrived)


@pytest.mark.parametrize("upload", ["", "0" * 32, "../../raw", "."])
def test_an_upload_that_was_never_begun_is_not_found(store: Store, upload: str) -> None:
    arrived = [UploadedPart(1, 3, part(1, b"all").sha256, '"e"')]
    for action in (
        lambda: store.uploaded_parts(VIDEO, upload or "none"),
        lambda: store.complete_upload(VIDEO, upload or "none", arrived),
    ):
        with pytest.raises(NotFound):
            action()
    store.abort_upload(VIDEO, upload or "none")


def test_two_uploads_of_one_file_do_not_mix(served: Served) -> None:
    store = served.store
    first, second = (store.begin_upload(VIDEO, "video/mp4") for _ in range(2))
    arrived = send(served, VIDEO, first, [b"first"])
    send(served, VIDEO, second, [b"second"])
    store.complete_upload(VIDEO, first, arrived)
    assert store.get(VIDEO) == b"first"
    assert [one.size for one in store.uploaded_parts(VIDEO, second)] == [6]


def test_a_purge_takes_files_and_open_uploads_below_a_prefix_and_no_others(store: Store) -> None:
    store.put("s3://media/raw/p1/a", b"x")
    store.put("s3://media/raw/p10/a", b"y")
    ours = store.begin_upload("s3://media/raw/p1/b", "video/mp4")
    others = store.begin_upload("s3://media/raw/p10/b", "video/mp4")
    store.purge("s3://media/raw/p1/")
    assert [found.uri for found in store.list("s3://media/raw/")] == ["s3://media/raw/p10/a"]
    with pytest.raises(NotFound):
        store.uploaded_parts("s3://media/raw/p1/b", ours)
    assert store.uploaded_parts("s3://media/raw/p10/b", others) == []
    with pytest.raises(BadRequest):
        store.purge("s3://media/")
