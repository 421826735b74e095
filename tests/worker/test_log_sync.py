import time
from pathlib import Path

import pytest

from diorama.errors import NotFound
from diorama.log_sync import LogSync
from diorama.platform import Platform

URI = "s3://media/frames/p/key/job1-1/log.txt"


def test_a_growing_log_is_in_the_store_before_its_stage_ends(platform: Platform, tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    with LogSync(platform.store, log, URI, every_s=0.01):
        log.write_text("begins\n")
        give_up_at = time.monotonic() + 5
        while not _there(platform):
            assert time.monotonic() < give_up_at
            time.sleep(0.01)
        log.write_text("begins\nends\n")
    assert platform.store.get(URI) == b"begins\nends\n"


def _there(platform: Platform) -> bool:
    try:
        return platform.store.get(URI) == b"begins\n"
    except NotFound:
        return False


def test_a_store_that_does_not_answer_stops_no_stage(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise ConnectionError("gone")

    monkeypatch.setattr(platform.store, "put", fails)
    (tmp_path / "log.txt").write_text("begins\n")
    with LogSync(platform.store, tmp_path / "log.txt", URI):
        pass
    assert "log not kept: gone" in capsys.readouterr().out
