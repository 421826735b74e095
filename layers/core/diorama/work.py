"""The worker: for each stage of a request, fetch its inputs, run it, upload its output, report.

    python -m diorama.work REQUEST          # a path or an s3:// URI
    python -m diorama.work --sagemaker      # the request named in a training job's hyperparameters

Exit 0: done, or refused; 1: a bug; 143: stopped by SIGTERM. Started again with the same request it
goes on after the last stage that is whole in the store.
"""

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

from diorama.checkpoints import CheckpointSync
from diorama.errors import NotFound
from diorama.events import StageEnded, StageProgress, StageStarted, WorkEnd, WorkEnded, WorkerEvent
from diorama.log_sync import LogSync
from diorama.platform import Platform, connect
from diorama.ports import JsonObject
from diorama.request import EARLIER_STAGE, StageRequest, WorkRequest
from diorama.run import OUT_OF_MEMORY_EXIT, end_with_parent
from diorama.stage import LOG, REPORT, WEIGHTS

PROGRESS_EVERY_S = 1.0
STOP_WITHIN_S = 6.0
LOG_TAIL_BYTES = 1_000_000
SAGEMAKER = Path("/opt/ml")
COUNTERS = Path("/proc/vmstat")


class Ended(NamedTuple):
    """How the work ended, and why if not well."""

    how: WorkEnd
    reason: str = ""


def stage_command(stage: str, folder: Path) -> list[str]:
    """The program of a stage, on the folders that the worker laid out."""
    return [
        sys.executable, "-m", "diorama.run", stage, "--tethered",
        "--inputs", str(folder / "inputs"), "--outputs", str(folder / "outputs"),
        "--params", str(folder / "params.json"),
    ]  # fmt: skip


class Worker:
    """Carries out one request. `stop` may be called from a signal handler or another thread."""

    def __init__(
        self,
        platform: Platform,
        request: WorkRequest,
        folder: Path,
        command: Callable[[str, Path], list[str]] = stage_command,
    ) -> None:
        self.platform = platform
        self.request = request
        self.folder = folder
        self.command = command
        self.stopping = threading.Event()
        self.child: subprocess.Popen[str] | None = None
        self.fetched: dict[str, Path] = {}
        self.sequence = int(platform.clock.now() * 1000)  # so that it grows over a restart, too

    def stop(self) -> None:
        """Asks the running stage to end, and the worker to start no other."""
        self.stopping.set()
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()

    def work(self) -> Ended:
        """Runs every stage, and tells how the work ended."""
        ended = self._work()
        self._tell(WorkEnded, ended=ended.how, reason=ended.reason)
        return ended

    def _work(self) -> Ended:
        for item in self.request.stages:
            if self.stopping.is_set():
                return Ended("stopped")
            report = self._report_in_store(item)
            if report is None:
                failure = self._run_stage(item)
                if failure is not None:
                    return failure
                report = self._report_in_store(item) or {}
            if report.get("outcome") == "refused":
                return Ended("completed")
        return Ended("completed")

    def _run_stage(self, item: StageRequest) -> Ended | None:
        """Runs one stage and uploads its output; None where all went well."""
        started = time.monotonic()
        folder = self.folder / item.stage
        self._tell(StageStarted, stage=item.stage)
        self._lay_out(item, folder)
        kills_before = killed_for_memory()
        store, log = self.platform.store, f"{item.output}/{LOG}"
        with CheckpointSync(store, folder / "outputs", item.checkpoint), LogSync(store, folder / LOG, log):
            code = self._run_program(item, folder)
        if self.stopping.is_set():
            return Ended("stopped")
        if code != 0:
            self._upload_log(item, folder)
            how = _how(code, killed_for_memory() - kills_before)
            return Ended(how, f"{item.stage} ended with {code}; its log is {item.output}/{LOG}")
        shutil.copy(folder / LOG, folder / "outputs" / LOG)
        report = _final_report(item, folder / "outputs" / REPORT)
        self.platform.store.put_folder(folder / "outputs", item.output)
        self._tell_end(item, report, time.monotonic() - started)
        return None

    def _lay_out(self, item: StageRequest, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "outputs").mkdir(parents=True)
        (folder / "params.json").write_text(json.dumps(item.params))
        for name, source in item.inputs.items():
            target = folder / "inputs" / name
            target.parent.mkdir(exist_ok=True)
            self._provide(source, target)
        weights = self.platform.settings.weights
        if weights and Path(weights).is_dir():
            (folder / "inputs").mkdir(exist_ok=True)
            (folder / "inputs" / WEIGHTS).symlink_to(Path(weights).absolute())

    def _provide(self, source: str, target: Path) -> None:
        """An input: the output of an earlier stage, or what it was given too, where still here; else fetched."""
        uri = source
        if source.startswith(EARLIER_STAGE):
            earlier = source.removeprefix(EARLIER_STAGE)
            here = self.folder / earlier / "outputs"
            if (here / REPORT).exists():
                target.symlink_to(here)
                return
            uri = next(item.output for item in self.request.stages if item.stage == earlier)
        if uri in self.fetched and self.fetched[uri].exists():
            target.symlink_to(self.fetched[uri])
            return
        self.platform.store.fetch_folder(uri, target)
        self.fetched[uri] = target

    def _run_program(self, item: StageRequest, folder: Path) -> int:
        with (folder / LOG).open("w", buffering=1) as log, self._start(item, folder) as child:
            self.child = child
            if self.stopping.is_set():
                child.terminate()
            threading.Thread(target=self._kill_when_overdue, args=(child,), daemon=True).start()
            errors = threading.Thread(target=_copy_lines, args=(child.stderr, log))
            errors.start()
            self._follow_progress(item, child, log)
            errors.join()
        return child.returncode

    def _start(self, item: StageRequest, folder: Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(item.stage, folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )

    def _follow_progress(self, item: StageRequest, child: subprocess.Popen[str], log: IO[str]) -> None:
        """Passes progress on, once a second at most, and to the log; so does whatever else the stage prints."""
        told = 0.0
        for line in child.stdout or ():
            progress = _progress(line)
            if progress is None:
                log.write(line)
            elif time.monotonic() - told >= PROGRESS_EVERY_S:
                told = time.monotonic()
                log.write(_line(progress))
                self._tell(StageProgress, stage=item.stage, **progress)

    def _kill_when_overdue(self, child: subprocess.Popen[str]) -> None:
        """A stage that does not heed SIGTERM (a long call into C++) is killed in time for the machine."""
        while child.poll() is None:
            if self.stopping.wait(timeout=0.5):
                try:
                    child.wait(timeout=STOP_WITHIN_S)
                except subprocess.TimeoutExpired:
                    child.kill()

    def _upload_log(self, item: StageRequest, folder: Path) -> None:
        content = (folder / LOG).read_bytes()[-LOG_TAIL_BYTES:]
        self.platform.store.put(f"{item.output}/{LOG}", content, "text/plain")

    def _report_in_store(self, item: StageRequest) -> JsonObject | None:
        try:
            report: JsonObject = json.loads(self.platform.store.get(f"{item.output}/{REPORT}"))
        except NotFound:
            return None
        return report

    def _tell_end(self, item: StageRequest, report: JsonObject, seconds: float) -> None:
        self._tell(
            StageEnded,
            stage=item.stage,
            key=item.key,
            output=item.output,
            report=report,
            seconds=round(seconds, 3),
        )

    def _tell(self, event: type[WorkerEvent], **what: object) -> None:
        message = self._message(event, **what)
        print(json.dumps(message), flush=True)  # noqa: T201 - the machine's log
        if self.request.topic:
            self.platform.outbox.publish(self.request.topic, message)

    def _message(self, event: type[WorkerEvent], **what: object) -> JsonObject:
        self.sequence += 1
        return event.model_validate(
            {
                "job_id": self.request.job_id,
                "attempt": self.request.attempt,
                "work": self.request.work,
                "launch": self.request.launch,
                "sequence": self.sequence,
                "time": self.platform.clock.now(),
                **what,
            }
        ).model_dump(mode="json")


def killed_for_memory() -> int:
    """How many processes this machine has killed for want of memory since it started; 0 where it doesn't say."""
    try:
        counted = dict(line.split() for line in COUNTERS.read_text().splitlines())
    except OSError:
        return 0
    return int(counted.get("oom_kill", 0))


def _how(code: int, kills: int) -> WorkEnd:
    """What an exit code says, and that the machine has killed somebody for want of memory meanwhile."""
    if code == OUT_OF_MEMORY_EXIT or (code == -signal.SIGKILL and kills > 0):
        return "out_of_memory"
    return "interrupted" if code < 0 else "failed"


def _final_report(item: StageRequest, path: Path) -> JsonObject:
    """The stage's report, which says "reduced" where the stage was asked for less than its key stands for."""
    report: JsonObject = json.loads(path.read_text())
    if item.smaller and report["outcome"] == "succeeded":
        report["outcome"] = "reduced"
        path.write_text(json.dumps(report, indent=2))
    return report


def _copy_lines(source: IO[str] | None, log: IO[str]) -> None:
    for line in source or ():
        log.write(line)
        sys.stderr.write(line)


def _line(progress: JsonObject) -> str:
    """Progress as people read it in a log; the time is UTC."""
    return f"{datetime.now(UTC):%H:%M:%S} {progress['percent']:5.1f} % {progress['message']}\n"


def _progress(line: str) -> JsonObject | None:
    """A progress line of `diorama.run`, or None for anything else."""
    if not line.startswith("{"):
        return None
    try:
        progress: JsonObject = json.loads(line)
    except ValueError:
        return None
    return progress if progress.keys() == {"percent", "message", "metrics"} else None


def read_request(platform: Platform, where: str) -> WorkRequest:
    """The request at a path or URI."""
    content = platform.store.get(where) if "://" in where else Path(where).read_bytes()
    return WorkRequest.model_validate_json(content)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="diorama.work", description="Carry out one work request.")
    parser.add_argument("request", nargs="?", help="path or s3:// URI of the request")
    parser.add_argument(
        "--sagemaker", nargs="?", type=Path, const=SAGEMAKER, help="run as a training job [in this folder]"
    )
    parser.add_argument("--tethered", action="store_true", help="end when stdin closes")
    asked = parser.parse_args(arguments)
    if (asked.request is None) == (asked.sagemaker is None):
        parser.error("give either a request or --sagemaker")
    return asked


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    asked = _arguments(arguments)
    if asked.tethered:
        end_with_parent()
    where = asked.request
    if asked.sagemaker:
        hyperparameters = json.loads((asked.sagemaker / "input/config/hyperparameters.json").read_text())
        where = hyperparameters["request"]
    platform = connect()
    with tempfile.TemporaryDirectory(prefix="diorama-work-", ignore_cleanup_errors=True) as folder:
        worker = Worker(platform, read_request(platform, where), Path(folder))
        signal.signal(signal.SIGTERM, lambda *_: worker.stop())
        ended = worker.work()
    if ended.how == "stopped":
        return 128 + signal.SIGTERM
    if ended.how != "completed" and asked.sagemaker:
        (asked.sagemaker / "output").mkdir(exist_ok=True)
        (asked.sagemaker / "output/failure").write_text(f"{ended.how}: {ended.reason}")
    return 0 if ended.how == "completed" else 1


if __name__ == "__main__":
    sys.exit(main())
