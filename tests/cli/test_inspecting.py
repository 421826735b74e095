"""`python -m local inspect VIDEO`."""

import json
from pathlib import Path

import pytest

from local.__main__ import main
from local.inspecting import time_line, told

REPORT = {
    "outcome": "succeeded",
    "expected_share": 0.71,
    "expected_low": 0.5,
    "expected_high": 0.9,
    "chances": [1.0, 1.0, 0.0, 0.5],
    "duration_s": 65.2,
    "stretches": [{"advice": "Film 0:30-0:45 again, slower: the picture moves too fast."}],
    "warnings": ["The picture is small."],
    "loop_closed": False,
    "enough": False,
}


def test_the_report_says_what_to_film_again_in_order() -> None:
    lines = told(REPORT)
    assert lines[0] == "About 71% of the frames should get a pose (50% to 90%)."
    assert "Film 0:30-0:45 again, slower: the picture moves too fast." in lines
    assert "The picture is small." in lines
    assert lines[-1] == "A tour is not to be expected of this."


def test_the_time_line_ends_with_the_length_of_the_video() -> None:
    bars, times = time_line([1.0] * 20 + [0.0] * 20, 65.2)
    assert bars == "█" * 20 + "▁" * 20
    assert times.startswith("0:00")
    assert times.endswith("1:05")
    assert len(times) == len(bars)


def test_a_refusal_is_told_as_it_is() -> None:
    assert told({"outcome": "refused", "message": "No video.", "advice": "Take one."}) == [
        "No video.",
        "Take one.",
    ]


def test_what_is_no_file_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(tmp_path / "none.mp4")]) == 1
    assert "There is no file" in capsys.readouterr().err


def test_what_is_no_video_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("not a video")
    assert main(["inspect", str(text), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "not_a_video"
    assert [path.name for path in tmp_path.iterdir()] == ["notes.mp4"]
