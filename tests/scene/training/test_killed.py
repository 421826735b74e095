"""kill -9 in mid-training: the next run goes on from the newest checkpoint."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scene.training.generated import Place

STEPS = 900
PROGRAM = """
import json, sys
from pathlib import Path
import train_splats
from diorama.tours.stages import TrainSplatsParams
from training import checkpoint, train
checkpoint.EVERY_STEPS = 50
train.PROGRESS_EVERY_S = 0.0
def progress(percent, message, **metrics):
    print(metrics.get("step", 0), flush=True)
params = TrainSplatsParams(steps=int(sys.argv[3]), max_splats=300)
report = train_splats.run(Path(sys.argv[1]), Path(sys.argv[2]), params, progress)
print(report.model_dump_json(), flush=True)
"""


def begin(place: Place, outputs: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, str(place.inputs), str(outputs), str(STEPS)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def finish(process: subprocess.Popen[str]) -> dict[str, float]:
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0
    report: dict[str, float] = json.loads(output.splitlines()[-1])
    return report


def kill_at(step: int, process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= step:
            process.send_signal(signal.SIGKILL)
            break
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL


@pytest.mark.slow
def test_a_run_killed_three_times_ends_as_good_as_an_unbroken_one(place: Place, tmp_path: Path) -> None:
    unbroken = finish(begin(place, tmp_path / "unbroken"))
    for step in (130, 420, 780):
        kill_at(step, begin(place, tmp_path / "broken"))
    broken = finish(begin(place, tmp_path / "broken"))
    assert broken["resumed_at"] >= 730
    assert broken["steps"] == unbroken["steps"] == STEPS
    assert abs(broken["psnr"] - unbroken["psnr"]) < 0.1
    assert (tmp_path / "broken/splats.ply").read_bytes() == (tmp_path / "unbroken/splats.ply").read_bytes()
    assert not list((tmp_path / "broken").glob(".*"))
