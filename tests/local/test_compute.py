"""Works as real processes: a tiny program stands in for the worker."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from diorama.platform import SystemClock
from diorama.ports import LaunchCall
from local.compute import ProcessCompute
from local.database import Database
from local.outbox import LocalOutbox
from local.processes import end_leftover, start_mark
from local.workers import NICENESS, Workers

TOPIC = "StageEvents"
QUICK = "print('working'); import os; print(os.environ['DIORAMA_X'], os.nice(0))"
FAILING = "raise SystemExit(3)"
KILLED = "import os; os.kill(os.getpid(), 9)"
SLOW = "import time; time.sleep(60)"
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""
WITH_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def job(name: str, program: str) -> LaunchCall:
    """A training job whose "request" is the program to run."""
    return LaunchCall(
        "create_training_job",
        {
            "TrainingJobName": name,
            "AlgorithmSpecification": {"TrainingImage": "scene:latest"},
            "HyperParameters": {"request": program},
            "Environment": {"DIORAMA_X": "from the call", "HOME": "/nowhere"},
        },
    )


def inference(name: str, program: str) -> LaunchCall:
    return LaunchCall(
        "invoke_endpoint_async", {"EndpointName": "vision", "InputLocation": program, "InferenceId": name}
    )


class Machines:
    """Compute with its workers, on one folder; may be closed and opened again."""

    def __init__(self, folder: Path) -> None:
        clock = SystemClock()
        database = Database(folder / "d.sqlite")
        self.logs = folder / "logs"
        self.outbox = LocalOutbox(database, folder / "outbox", clock)
        self.compute = ProcessCompute(database, self.outbox, clock, TOPIC)
        self.workers = Workers(
            self.compute,
            self.logs,
            folder / "scratch",
            environment={"HOME": str(folder), "PATH": os.environ["PATH"]},
            command=lambda program: [sys.executable, "-c", program],
        )

    def open(self) -> "Machines":
        self.workers.recover()
        self.workers.open()
        return self

    def row(self, name: str) -> dict[str, Any]:
        found = self.compute.database.connection().execute("SELECT * FROM works WHERE name = ?", (name,))
        return dict(found.fetchone() or {})

    def notices(self) -> list[Any]:
        return [queued.message for queued in self.outbox.undelivered()]


def eventually(condition: Any, within_s: float = 10) -> Any:
    give_up_at = time.monotonic() + within_s
    while not (found := condition()):
        assert time.monotonic() < give_up_at, "it did not happen"
        time.sleep(0.02)
    return found


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    it = Machines(tmp_path).open()
    yield it
    it.workers.close()


def is_alive(pid: int) -> bool:
    return bool(start_mark(pid))


def test_a_work_runs_and_its_end_is_told(machines: Machines) -> None:
    machines.compute.launch(job("one", QUICK))
    assert machines.compute.state("one") == "running"
    eventually(lambda: machines.compute.state("one") == "succeeded")
    (notice,) = machines.notices()
    assert (notice["source"], notice["detail-type"]) == (
        "aws.sagemaker",
        "SageMaker Training Job State Change",
    )
    assert notice["detail"]["TrainingJobName"] == "one"
    assert notice["detail"]["TrainingJobStatus"] == "Completed"
    nicer = min(os.nice(0) + NICENESS, 19)
    assert (machines.logs / "one.log").read_text().split("\n")[:2] == ["working", f"from the call {nicer}"]


def test_this_machine_s_variables_stand_over_the_call_s(machines: Machines) -> None:
    machines.compute.launch(job("one", "import os; print(os.environ['HOME'])"))
    eventually(lambda: machines.compute.state("one") == "succeeded")
    assert "/nowhere" not in (machines.logs / "one.log").read_text()


def test_a_bug_is_our_program_s_fault_and_a_kill_is_not(machines: Machines) -> None:
    machines.compute.launch(job("bug", FAILING))
    machines.compute.launch(job("killed", KILLED))
    eventually(lambda: machines.compute.state("killed") == "failed")
    bug, killed = (notice["detail"] for notice in machines.notices())
    assert (bug["TrainingJobStatus"], killed["TrainingJobStatus"]) == ("Failed", "Failed")
    assert bug["FailureReason"].startswith("AlgorithmError")
    assert killed["FailureReason"].startswith("InternalServerError")


def test_the_same_name_is_one_work(machines: Machines) -> None:
    for _ in range(3):
        machines.compute.launch(job("one", QUICK))
    eventually(lambda: machines.compute.state("one") == "succeeded")
    machines.compute.launch(job("one", QUICK))
    time.sleep(0.5)
    assert (machines.logs / "one.log").read_text().count("working") == 1
    assert len(machines.notices()) == 1


def test_one_work_runs_at_a_time_in_the_order_of_launch(machines: Machines, tmp_path: Path) -> None:
    note = "import time; f = open({path!r}, 'a'); f.write('<'); f.flush(); time.sleep(0.1); f.write('>')"
    program = note.format(path=str(tmp_path / "order"))
    for number in range(4):
        machines.compute.launch(job(f"w{number}", program))
    eventually(lambda: machines.compute.state("w3") == "succeeded")
    assert (tmp_path / "order").read_text() == "<>" * 4


def test_an_endpoint_s_work_answers_on_the_topic(machines: Machines) -> None:
    machines.compute.launch(inference("good", "pass"))
    machines.compute.launch(inference("bad", FAILING))
    good, bad = eventually(lambda: machines.notices() if len(machines.notices()) == 2 else None)
    assert (good["inferenceId"], good["invocationStatus"]) == ("good", "Completed")
    assert (bad["inferenceId"], bad["invocationStatus"]) == ("bad", "Failed")
    assert machines.compute.state("good") == "unknown"


def test_stopping_ends_the_process_and_its_children(machines: Machines) -> None:
    machines.compute.launch(job("one", WITH_CHILD))
    log = machines.logs / "one.log"
    child = int(eventually(lambda: log.exists() and log.read_text()))
    machines.compute.stop("one")
    eventually(lambda: machines.compute.state("one") == "stopped")
    eventually(lambda: not is_alive(child))
    assert machines.notices()[0]["detail"]["TrainingJobStatus"] == "Stopped"


def test_what_waits_is_stopped_without_being_run(machines: Machines) -> None:
    machines.compute.launch(job("slow", SLOW))
    machines.compute.launch(job("waiting", QUICK))
    machines.compute.stop("waiting")
    assert machines.compute.state("waiting") == "stopped"
    machines.compute.stop("slow")
    machines.compute.stop("waiting")
    machines.compute.stop("never launched")
    eventually(lambda: machines.compute.state("slow") == "stopped")
    assert not (machines.logs / "waiting.log").exists()
    assert len(machines.notices()) == 2


@pytest.mark.slow
def test_a_process_that_does_not_listen_is_killed_within_ten_seconds(machines: Machines) -> None:
    machines.compute.launch(job("deaf", DEAF))
    log = machines.logs / "deaf.log"
    eventually(lambda: log.exists() and log.read_text())
    machines.compute.stop("deaf")
    eventually(lambda: machines.compute.state("deaf") == "stopped", within_s=10)


def test_a_program_that_can_not_start_fails(tmp_path: Path) -> None:
    it = Machines(tmp_path)
    it.workers.command = lambda program: ["/no/such/program", program]
    it.open()
    it.compute.launch(job("one", ""))
    eventually(lambda: it.compute.state("one") == "failed")
    it.workers.close()


def test_closing_ends_the_process_and_the_next_studio_tells_it(tmp_path: Path) -> None:
    first = Machines(tmp_path).open()
    first.compute.launch(job("one", SLOW))
    first.compute.launch(job("two", QUICK))
    pid = eventually(lambda: first.row("one").get("pid"))
    first.workers.close()
    assert not is_alive(pid)
    assert first.notices() == []

    second = Machines(tmp_path).open()
    assert [notice["detail"]["TrainingJobStatus"] for notice in second.notices()] == ["Stopped", "Stopped"]
    second.compute.launch(job("one", QUICK))
    eventually(lambda: second.compute.state("one") == "succeeded")
    second.workers.close()


def test_a_worker_that_outlived_its_studio_is_ended_with_its_children(tmp_path: Path) -> None:
    it = Machines(tmp_path)
    log = tmp_path / "left.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", WITH_CHILD],
            stdout=output,
            start_new_session=True,
            env={"LOCAL_WORK": "one"},
        )
    child = int(eventually(lambda: log.read_text()))
    it.compute.launch(job("one", SLOW))
    it.compute.take_next()
    it.compute.remember_process("one", process.pid, start_mark(process.pid))
    it.workers.recover()
    assert process.wait(5) == -signal.SIGTERM
    eventually(lambda: not is_alive(child))
    assert it.compute.state("one") == "unknown"
    assert it.notices()[0]["detail"]["TrainingJobStatus"] == "Stopped"


def test_a_stranger_with_the_same_process_id_is_left_alone() -> None:
    with subprocess.Popen([sys.executable, "-c", SLOW], start_new_session=True) as stranger:
        mark = start_mark(stranger.pid)
        assert mark
        assert not end_leftover(stranger.pid, mark + "1", "LOCAL_WORK=one", patience_s=1)
        assert is_alive(stranger.pid)
        stranger.kill()


def test_what_a_call_carries_survives_a_restart(tmp_path: Path) -> None:
    Machines(tmp_path).compute.launch(job("one", QUICK))
    row = Machines(tmp_path).row("one")
    assert json.loads(row["arguments"])["HyperParameters"] == {"request": QUICK}
