"""A stage at work beside what is measured: `train_splats` on a generated place, as the studio would run it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.workers import NICENESS
from tests.scene.training.generated import generated_place

STARTS_WITHIN_S = 60.0
TRAINS_FROM_PERCENT = 6.0
"""What comes before is reading and measuring depths, which is done soon."""


@dataclass
class Beside:
    """What the stage got of the machine while it was looked at."""

    processor_s: float = 0.0
    seconds: float = 0.0


@contextmanager
def training_beside(folder: Path) -> Iterator[Beside]:
    """Trains at the priority of local work, on every core, for as long as the block lasts.

    Raises `RuntimeError` where the stage does not start, or ends before the block does: then nothing was beside it.
    """
    generated_place(folder / "inputs", photos=24, splats=4000, enlarged=8)
    said = folder / "progress.jsonl"
    with said.open("wb") as output:
        stage = subprocess.Popen(_command(folder), stdout=output, start_new_session=True)
    seen = Beside()
    try:
        _wait_until_it_trains(stage, said)
        began, had_s = time.monotonic(), processor_s(stage.pid)
        yield seen
        if stage.poll() is not None:
            raise RuntimeError("The stage ended before the measurement did.")
        seen.seconds, seen.processor_s = time.monotonic() - began, processor_s(stage.pid) - had_s
    finally:
        os.killpg(stage.pid, signal.SIGKILL)
        stage.wait()


def processor_s(pid: int) -> float:
    """Processor seconds that a process has had, all its threads together (proc(5), `utime` and `stime`)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _command(folder: Path) -> list[str]:
    stage = [sys.executable, "-m", "diorama.run", "train_splats", "--inputs", str(folder / "inputs")]
    params = ["--set", "training_s=3600", "--set", "max_splats=20000"]
    return ["nice", "-n", str(NICENESS), *stage, "--outputs", str(folder / "outputs"), *params]


def _wait_until_it_trains(stage: subprocess.Popen[bytes], said: Path) -> None:
    give_up_at = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < give_up_at and stage.poll() is None:
        lines = [line for line in said.read_text().splitlines() if line.endswith("}")]
        if lines and json.loads(lines[-1])["percent"] > TRAINS_FROM_PERCENT:
            return
        time.sleep(0.1)
    raise RuntimeError("The stage did not start.")
