"""Files reach the studio over HTTP: in parts, resumed, once."""

from pathlib import Path
from typing import Any

import pytest

from diorama.library import rules
from local.client import AnsweredProblem, StudioClient
from local.demo import demo_project
from local.sending import parts_of, send
from tests.cli.conftest import Served
from tests.studio_world import MP4

SMALL_PART = 5 * 2**20  # no store takes smaller ones, but the last


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of four parts, by a rule of parts that is a little smaller than the real one."""
    monkeypatch.setattr(rules, "part_size_of", lambda _size: SMALL_PART)
    path = tmp_path / "film.mp4"
    path.write_bytes(MP4 + bytes(range(256)) * ((3 * SMALL_PART + 1000) // 256))
    return path


def sent_by(client: StudioClient, path: Path, counts: list[int]) -> Any:
    return send(client, demo_project(client), path, path.name, "video/mp4", counts.append)


def test_a_file_of_many_parts_arrives_whole(served: Served, film: Path) -> None:
    counts: list[int] = []
    upload = sent_by(served.client(), film, counts)
    assert upload["state"] == "complete"
    assert upload["parts"] == len(parts_of(film)) == 4
    assert sum(counts) == film.stat().st_size
    (uri,) = served.world.stored_files()
    assert served.world.store.get(uri) == film.read_bytes()


def test_an_interrupted_upload_sends_only_what_is_missing(
    served: Served, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import local.sending

    real = local.sending._send_part

    def cut(client: Any, store: Any, upload: Any, path: Path, part: Any) -> None:
        if part.number > 2:
            raise KeyboardInterrupt
        real(client, store, upload, path, part)

    monkeypatch.setattr(local.sending, "_send_part", cut)
    with pytest.raises(KeyboardInterrupt):
        sent_by(served.client(), film, [])
    monkeypatch.setattr(local.sending, "_send_part", real)
    counts: list[int] = []
    assert sent_by(served.client(), film, counts)["state"] == "complete"
    assert counts[0] == 2 * SMALL_PART
    assert len(counts) == 1 + 2


def test_the_same_file_again_sends_nothing(served: Served, film: Path) -> None:
    first = sent_by(served.client(), film, [])
    counts: list[int] = []
    assert sent_by(served.client(), film, counts) == first
    assert counts == []


def test_what_is_no_video_is_refused_in_words(served: Served, tmp_path: Path) -> None:
    text = tmp_path / "walk.mp4"
    text.write_text("I am a text, and longer than a head of a file has to be to be looked at. " * 3)
    with pytest.raises(AnsweredProblem) as problem:
        sent_by(served.client(), text, [])
    assert (problem.value.stable_code, problem.value.http_status) == ("wrong_type", 422)
    assert served.world.stored_files() == []


def test_an_empty_file_is_refused_in_words(served: Served, tmp_path: Path) -> None:
    (tmp_path / "walk.mp4").touch()
    with pytest.raises(AnsweredProblem, match="is empty"):
        sent_by(served.client(), tmp_path / "walk.mp4", [])


def test_the_demo_project_is_made_once(served: Served) -> None:
    client = served.client()
    first = demo_project(client)
    for n in range(60):
        served.world.project(served.user_id, f"Other {n}")
    assert demo_project(client) == first
