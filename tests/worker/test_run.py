"""A stage as a program: folders in, a folder and a report out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from diorama.catalog import STAGES
from diorama.errors import BadRequest, StageError
from diorama.ports import JsonObject
from diorama.run import main, run
from diorama.stage import Progress
from diorama.tours.stages import SampleFramesParams, SampleFramesReport

STAGE = STAGES["sample_frames"]


def stub(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Puts a quick stage in the place of the real one."""

    def quick(
        inputs: Path, outputs: Path, params: SampleFramesParams, progress: Progress
    ) -> SampleFramesReport:
        (outputs / "images").mkdir()
        (outputs / "images/1.jpg").write_bytes(b"x")
        (outputs / "begun.json").write_text("{}")
        progress(50, "half way", frames=3)
        if how == "refuse":
            raise StageError("too_dark", "It is too dark.", "Add light.")
        return SampleFramesReport.model_construct(source="video", kept=params.max_frames)

    monkeypatch.setattr("diorama.run.run_function", lambda stage: quick)


def inputs_in(folder: Path) -> Path:
    (folder / "inputs/video").mkdir(parents=True)
    return folder / "inputs"


def report_of(outputs: Path) -> JsonObject:
    report: JsonObject = json.loads((outputs / "report.json").read_text())
    return report


def test_a_stage_gets_its_parameters_and_leaves_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stub(monkeypatch, "succeed")
    run(STAGE, inputs_in(tmp_path), tmp_path / "out", {"max_frames": 7})
    assert report_of(tmp_path / "out")["kept"] == 7
    line = json.loads(capsys.readouterr().out)
    assert line == {"percent": 50, "message": "half way", "metrics": {"frames": 3}}


def test_a_refusal_leaves_nothing_but_its_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch, "refuse")
    run(STAGE, inputs_in(tmp_path), tmp_path / "out", {})
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["report.json"]
    assert report_of(tmp_path / "out") == {
        "outcome": "refused",
        "code": "too_dark",
        "message": "It is too dark.",
        "advice": "Add light.",
        "found": None,
    }


def test_a_missing_input_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="lacks video"):
        run(STAGE, tmp_path, tmp_path / "out", {})


def test_a_wrong_parameter_is_told_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = inputs_in(tmp_path)
    told = [
        "sample_frames",
        "--inputs",
        str(inputs),
        "--outputs",
        str(tmp_path / "out"),
        "--set",
        "max_frames=0",
    ]
    assert main(told) == 2
    assert "max_frames" in capsys.readouterr().err


def test_a_stage_ends_when_the_one_who_started_it_is_gone(tmp_path: Path) -> None:
    waiting = "from diorama.run import end_with_parent; import time; end_with_parent(); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", waiting], stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(10) == 1
