import errno
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.errors import Conflict, NotFound, Unavailable
from local import files
from local.files import new_file
from local.store import FolderStore
from local.store import _walk as walk
from tests.fakes import FakeClock

DAY_S = 24 * 3600
ROOT = Path(__file__).parents[2]
WRITES_AND_WAITS = """
import sys, time
from pathlib import Path
from local.files import new_file
with new_file(Path(sys.argv[1])) as (draft, file):
    print(draft, flush=True)
    time.sleep(60)
"""
ABC_SHA256 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> FolderStore:
    return FolderStore(tmp_path / "store", "http://127.0.0.1:8787/store", b"secret", clock)


def everything_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_file_lies_where_its_uri_says_and_nothing_else_is_left(store: FolderStore, tmp_path: Path) -> None:
    store.put("s3://media/frames/p1/a.jpg", b"")
    upload = store.begin_upload("s3://media/raw/b", "text/plain")
    store.abort_upload("s3://media/raw/b", upload)
    assert everything_in(tmp_path / "store") == ["media/frames/p1/a.jpg"]


def test_deleting_leaves_no_empty_folders(store: FolderStore, tmp_path: Path) -> None:
    store.put("s3://media/a/b/c/1", b"", content_type="odd/type")
    store.put("s3://media/a/2", b"")
    store.delete("s3://media/a/b/")
    assert [path.name for path in (tmp_path / "store" / "media" / "a").iterdir()] == ["2"]
    assert everything_in(tmp_path / "store") == ["media/a/2"]


def test_a_type_does_not_outlive_its_file(store: FolderStore) -> None:
    store.put("s3://media/a.json", b"", content_type="odd/type")
    assert store.content_type("s3://media/a.json") == "odd/type"
    store.delete("s3://media/a.json")
    store.put("s3://media/a.json", b"")
    assert store.content_type("s3://media/a.json") == "application/json"


def test_a_file_can_not_be_a_folder_too(store: FolderStore) -> None:
    store.put("s3://media/a", b"", content_type="odd/type")
    store.put("s3://media/b/c", b"")
    for uri in ("s3://media/a/b", "s3://media/b"):
        with pytest.raises(Conflict):
            store.put(uri, b"")


def test_a_full_disk_is_told_in_words_and_leaves_nothing(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", no_room)
    with pytest.raises(Unavailable, match="disk is full"):
        store.put("s3://media/a", b"content")
    assert everything_in(tmp_path / "store") == []


def test_joining_parts_asks_for_room_first(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = "s3://media/a"
    upload = store.begin_upload(uri, "text/plain")
    with store.incoming_part(uri, upload, 1, ABC_SHA256) as part:
        part.write(b"abc")
    usage = type(files.shutil.disk_usage("/"))
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: usage(100, 98, 2))
    with pytest.raises(Unavailable, match="GB"):
        store.complete_upload(uri, upload, store.uploaded_parts(uri, upload))
    monkeypatch.undo()
    store.complete_upload(uri, upload, store.uploaded_parts(uri, upload))
    assert store.get(uri) == b"abc"


def test_sweeping_takes_the_drafts_of_killed_processes_at_once_and_of_no_others(
    store: FolderStore, tmp_path: Path, clock: FakeClock
) -> None:
    clock.time = time.time()
    drafts = tmp_path / "store" / ".drafts"
    drafts.mkdir(parents=True)
    with new_file(drafts) as (mine, _):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITES_AND_WAITS, str(drafts)], stdout=subprocess.PIPE, cwd=ROOT
        )
        with writer:
            assert writer.stdout is not None
            theirs = Path(writer.stdout.readline().decode().strip())
            store.sweep()
            assert theirs.exists()
            writer.kill()
        store.sweep()
        assert mine.exists()
        assert not theirs.exists()


def test_sweeping_takes_what_crashes_left_and_nothing_else(
    store: FolderStore, tmp_path: Path, clock: FakeClock
) -> None:
    clock.time = time.time()
    store.put("s3://media/kept", b"")
    draft = tmp_path / "store" / ".drafts" / ".draft-left"
    draft.write_bytes(b"half")
    upload = store.begin_upload("s3://media/raw", "text/plain")
    store.sweep()
    assert draft.exists()
    clock.time += 2 * DAY_S
    store.sweep()
    assert not draft.exists()
    assert list(store.uploaded_parts("s3://media/raw", upload)) == []
    clock.time += 6 * DAY_S
    store.sweep()
    with pytest.raises(NotFound):
        store.uploaded_parts("s3://media/raw", upload)
    assert store.get("s3://media/kept") == b""


def test_files_appear_while_others_of_their_folder_are_deleted(store: FolderStore) -> None:
    stop = threading.Event()

    def delete() -> None:
        while not stop.is_set():
            store.delete("s3://media/deep/folder/")

    deleting = threading.Thread(target=delete)
    deleting.start()
    try:
        for number in range(300):
            store.put(f"s3://media/deep/folder/{number}", b"")
            list(store.list("s3://media/"))
    finally:
        stop.set()
        deleting.join()


def test_an_upload_completed_by_two_at_once_is_whole(store: FolderStore) -> None:
    uri = "s3://media/a"
    upload = store.begin_upload(uri, "text/plain")
    with store.incoming_part(uri, upload, 1, ABC_SHA256) as part:
        part.write(b"abc")
    parts = store.uploaded_parts(uri, upload)

    def complete(_: int) -> bool:
        try:
            store.complete_upload(uri, upload, parts)
        except NotFound:  # the other was first
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert any(threads.map(complete, range(4)))
    assert store.get(uri) == b"abc"


def test_a_draft_that_somebody_took_away_is_an_error_and_no_endless_wait(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_away(_: int) -> None:
        for draft in (tmp_path / "store" / ".drafts").iterdir():
            draft.unlink()

    monkeypatch.setattr(files.os, "fsync", take_away)
    with pytest.raises(FileNotFoundError):
        store.put("s3://media/a", b"content")


WRITE = """
import sys; from pathlib import Path
from local.store import FolderStore; from diorama.platform import SystemClock
store = FolderStore(Path(sys.argv[1]), "http://x/store", b"secret", SystemClock())
print("ready", flush=True)
number = 0
while True:
    number = (number + 1) % 250
    store.put("s3://media/a", bytes([number]) * 300_000)
"""


def test_a_killed_writer_leaves_a_whole_file(store: FolderStore, tmp_path: Path) -> None:
    for wait_s in (0.02, 0.05, 0.09):
        with subprocess.Popen(
            [sys.executable, "-c", WRITE, str(tmp_path / "store")],
            env={"PYTHONPATH": ":".join(sys.path)},
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(wait_s)
            process.send_signal(signal.SIGKILL)
        try:
            content = store.get("s3://media/a")
        except NotFound:
            continue
        assert len(content) == 300_000
        assert len(set(content)) == 1
        assert [found.uri for found in store.list("s3://media/")] == ["s3://media/a"]


NAME = st.text(st.sampled_from("a.-/0z\u00e9\U0001f3a5"), min_size=1, max_size=6).filter(
    lambda key: all(part not in ("", ".", "..") for part in key.split("/"))
)


@given(keys=st.sets(NAME, max_size=12))
def test_walking_gives_keys_in_order_of_their_bytes(
    keys: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("walk")
    kept = []
    for key in keys:
        try:
            (folder / key).parent.mkdir(parents=True, exist_ok=True)
            (folder / key).touch(exist_ok=False)
        except (FileExistsError, NotADirectoryError):  # a file is never a folder too
            continue
        kept.append(key)
    assert [key for key, _ in walk(folder, "")] == sorted(kept, key=str.encode)
