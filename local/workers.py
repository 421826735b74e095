"""Runs queued work as processes, one at a time: a laptop has one set of cores and one memory."""

import json
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from diorama.ports import JsonObject, WorkState
from local.compute import ProcessCompute
from local.processes import end_leftover, kill_group, start_mark

POLL_S = 0.2
STOP_PATIENCE_S = 8.0
NICENESS = 10
_SIGN = "LOCAL_WORK"  # stands in the environment of a work's processes
ROOT = Path(__file__).resolve().parent.parent
_log = logging.getLogger("local.workers")


def worker_command(request: str) -> list[str]:
    """The worker, which ends when its stdin closes."""
    return [sys.executable, "-m", "diorama.work", "--tethered", request]


class Workers:
    """Takes work from `compute`, oldest first. `logs` gets a log a work; `scratch` is emptied after each.

    `tidy` is called after each too: a killed one may have left something half written elsewhere.
    """

    def __init__(
        self,
        compute: ProcessCompute,
        logs: Path,
        scratch: Path,
        environment: Mapping[str, str] = os.environ,
        command: Callable[[str], list[str]] = worker_command,
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        self.compute = compute
        self.logs = logs
        self.scratch = scratch
        self.environment = environment
        self.command = command
        self.tidy = tidy
        self.closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="workers", daemon=True)

    def recover(self) -> None:
        """Ends what a dead studio left, tells it, and forgets all names: nothing of it goes on."""
        for row in self.compute.open_works():
            pid, mark, sign = row["pid"] or 0, row["start_mark"], _sign(row["name"])
            if end_leftover(pid, mark, sign, STOP_PATIENCE_S):
                _log.warning("work %s had outlived its studio and was ended", row["name"])
            self.compute.end(row["name"], "stopped", "The studio was closed.")
        self.compute.forget_all()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def open(self) -> None:
        """From now on runs what is launched."""
        self._thread.start()

    def close(self) -> None:
        """Ends the running process, within ten seconds; the next studio's `recover` tells its end."""
        self.closing.set()
        self.compute.bell.ring()
        self._thread.join(STOP_PATIENCE_S + 1)

    def _follow(self) -> None:
        bell = self.compute.bell
        while not self.closing.is_set():
            seen = bell.count
            try:
                row = self.compute.take_next()
                if row is not None:
                    self._run(row)
                    continue
            except Exception:
                _log.exception("work can't be taken; trying again")
            bell.wait(seen, POLL_S)
        self.compute.database.close()

    def _run(self, row: sqlite3.Row) -> None:
        name = row["name"]
        try:
            process = self._start(name, json.loads(row["arguments"]))
        except (OSError, KeyError) as error:
            self.compute.end(name, "failed", f"InternalServerError: it can't be started: {error}")
            return
        with process:
            try:
                self.compute.remember_process(name, process.pid, start_mark(process.pid))
                self._wait(name, process)
            finally:
                kill_group(process.pid)
        shutil.rmtree(self.scratch, ignore_errors=True)
        if not self.closing.is_set():
            self.compute.end(name, *_ending(process.returncode, self.compute.stop_is_asked(name)))
        self.tidy()

    def _start(self, name: str, arguments: JsonObject) -> subprocess.Popen[bytes]:
        self.logs.mkdir(parents=True, exist_ok=True)
        self.scratch.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                # What it starts inherits it, from its first moment on.
                ["/usr/bin/env", "nice", "-n", str(NICENESS), *self.command(_request_of(arguments))],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment(name, arguments),
                cwd=ROOT,
                start_new_session=True,
            )

    def _environment(self, name: str, arguments: JsonObject) -> dict[str, str]:
        """The call's variables under this process's own, which say where local mode keeps everything."""
        paths = [str(ROOT / "layers" / "core"), str(ROOT)]
        return {
            **arguments.get("Environment", {}),
            **self.environment,
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(self.scratch),
            _SIGN: name,
        }

    def _wait(self, name: str, process: subprocess.Popen[bytes]) -> None:
        """Until it ends, or is stopped: asked first, killed after a while."""
        while process.poll() is None:
            if self.closing.is_set() or self.compute.stop_is_asked(name):
                process.terminate()
                try:
                    process.wait(STOP_PATIENCE_S)
                except subprocess.TimeoutExpired:
                    kill_group(process.pid)
                return
            try:
                process.wait(POLL_S)
            except subprocess.TimeoutExpired:
                continue


def _sign(name: str) -> str:
    return f"{_SIGN}={name}"


def _request_of(arguments: JsonObject) -> str:
    """Where the work's request lies, for a training job or an endpoint's invocation."""
    if "InputLocation" in arguments:
        return str(arguments["InputLocation"])
    return str(arguments["HyperParameters"]["request"])


def _ending(code: int, stop_asked: bool) -> tuple[WorkState, str]:
    """State and reason, in SageMaker's words: AlgorithmError is our program's fault."""
    if code == 0:
        return "succeeded", ""
    if stop_asked:
        return "stopped", ""
    if code < 0:
        return "failed", f"InternalServerError: the worker was killed by signal {-code}"
    return "failed", f"AlgorithmError: the worker ended with exit code {code}"
