"""Executes state machines: a thread each, in the studio's process and nowhere else.

What an execution has done so far lives in its thread only. When the studio dies, every execution that was
running is run again from the top; the cache of finished stages makes that cheap.
"""

import json
import logging
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Mapping

from diorama.errors import Conflict
from diorama.ports import Clock
from local.expressions import Json
from local.functions import FunctionError
from local.machine import Call, OutOfTimeError, Run, StateError, timestamp
from local.states import Machine
from local.workflows import LocalWorkflows

POLL_S = 0.5
Invoke = Callable[[str, Json], Json]
_log = logging.getLogger("local.executions")


class StoppedError(Exception):
    """The execution has been aborted, or the studio is closing: its thread goes no further."""


class Executions:
    """Starts a thread for each running execution that has none."""

    def __init__(
        self, workflows: LocalWorkflows, machines: Mapping[str, Machine], invoke: Invoke, clock: Clock
    ) -> None:
        self.workflows = workflows
        self.machines = machines
        self.invoke = invoke
        self.clock = clock
        self.closing = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._watch = threading.Thread(target=self._follow, name="executions", daemon=True)

    def recover(self) -> None:
        """Forgets how far a dead studio came: `open` runs what it left again from the top."""
        self.workflows.drop_interrupted()

    def open(self) -> None:
        """Runs whatever is running by its row, and from now on whatever is started."""
        self._watch.start()

    def close(self, timeout_s: float = 2.0) -> None:
        """Lets go of every execution; they stay running, for the next studio to take up."""
        self.closing.set()
        self.workflows.bell.ring()
        self._watch.join(timeout_s)
        give_up_at = time.monotonic() + timeout_s
        for thread in list(self._threads.values()):
            thread.join(max(0.0, give_up_at - time.monotonic()))

    def _follow(self) -> None:
        bell = self.workflows.bell
        while not self.closing.is_set():
            seen = bell.count
            try:
                self._start_threads()
            except Exception:
                _log.exception("executions can't be read; trying again")
            bell.wait(seen, POLL_S)
        self.workflows.database.close()

    def _start_threads(self) -> None:
        self._threads = {name: thread for name, thread in self._threads.items() if thread.is_alive()}
        for row in self.workflows.running():
            if row["id"] not in self._threads:
                thread = threading.Thread(target=self._execute, args=(row,), name=row["id"], daemon=True)
                thread.start()
                self._threads[row["id"]] = thread

    def host(self, execution: str) -> "StudioHost":
        """What one execution stands on."""
        return StudioHost(self, execution)

    def _execute(self, row: sqlite3.Row) -> None:
        try:
            self._run(row)
        except StoppedError:
            pass
        except Exception as error:
            _log.exception("execution %s", row["id"])
            self.workflows.end(
                row["id"], "failed", error="States.Runtime", cause=f"{type(error).__name__}: {error}"
            )
        finally:
            self.workflows.database.close()

    def _run(self, row: sqlite3.Row) -> None:
        if row["machine"] not in self.machines:
            self.workflows.end(row["id"], "failed", error="StateMachineDoesNotExist")
            return
        data = json.loads(row["input"])
        run = Run(self.machines[row["machine"]], self.host(row["id"]), _context(row, data))
        try:
            output = run.result(data)
        except StateError as error:
            _log.info("execution %s failed: %s", row["id"], error)
            self.workflows.end(row["id"], "failed", error=error.error, cause=error.cause)
        except OutOfTimeError:
            self.workflows.end(row["id"], "timed_out", error="States.Timeout")
        else:
            self.workflows.end(row["id"], "succeeded", output)


def _context(row: sqlite3.Row, data: Json) -> Json:
    return {
        "Execution": {
            "Id": row["id"],
            "Name": row["name"],
            "Input": data,
            "StartTime": timestamp(row["started"]),
        },
        "StateMachine": {"Id": row["machine"], "Name": row["machine"]},
    }


class StudioHost:
    """One execution's view of the studio."""

    def __init__(self, executions: Executions, execution: str) -> None:
        self.executions = executions
        self.workflows = executions.workflows
        self.execution = execution

    def now(self) -> float:
        return self.executions.clock.now()

    def wait_until(self, moment: float) -> None:
        self._wait(lambda: False, moment)

    def new_token(self) -> str:
        return self.workflows.new_token(self.execution)

    def perform(self, call: Call) -> Json:
        self._go_on()
        if call.resource.endswith("startExecution.sync:2"):
            return self._run_machine(call)
        result = self._invoke(call.arguments)
        self._go_on()
        if call.token is not None:
            return self._answer(call.token, call.deadline)
        if call.deadline is not None and self.now() > call.deadline:
            raise StateError("States.Timeout")
        return result

    # --- Functions and tokens -----------------------------------------------------------------------

    def _invoke(self, arguments: Json) -> Json:
        _only(arguments, {"FunctionName", "Payload"})
        try:
            payload = self.executions.invoke(arguments["FunctionName"], arguments.get("Payload", {}))
        except FunctionError as error:
            raise StateError(error.error, error.cause) from None
        return {"ExecutedVersion": "$LATEST", "Payload": payload, "StatusCode": 200}

    def _answer(self, token: str, deadline: float | None) -> Json:
        self._wait(lambda: not self.workflows.is_waiting(token), deadline)
        row = self.workflows.take_token(token)
        if row is None:
            raise StoppedError  # it goes with its execution
        if row["state"] == "answered":
            return json.loads(row["output"])
        if row["state"] == "failed":
            raise StateError(row["error"], row["cause"])
        raise StateError("States.Timeout", "Nobody answered in time.")

    # --- Other machines -----------------------------------------------------------------------------

    def _run_machine(self, call: Call) -> Json:
        _only(call.arguments, {"StateMachineArn", "Input", "Name"})
        machine, name = call.arguments["StateMachineArn"], call.arguments.get("Name", str(uuid.uuid4()))
        try:
            child = self.workflows.start_child(self.execution, machine, name, call.arguments.get("Input", {}))
        except Conflict as error:
            raise StateError("StepFunctions.ExecutionAlreadyExistsException", error.message) from None
        if not self._wait(lambda: not self.workflows.is_running(child), call.deadline):
            self.workflows.stop(child, "The execution that waited for it gave up.")
            raise StateError("States.Timeout")
        status = self.workflows.status(child)
        told = {
            "ExecutionArn": child,
            "Name": name,
            "StateMachineArn": machine,
            "Status": status.state.upper(),
        }
        if status.state != "succeeded":
            cause = {**told, "Error": status.error, "Cause": status.cause}
            raise StateError("States.TaskFailed", json.dumps(cause))
        return {**told, "Input": call.arguments.get("Input", {}), "Output": status.output}

    # --- Waiting ------------------------------------------------------------------------------------

    def _wait(self, happened: Callable[[], bool], until: float | None) -> bool:
        """Whether it happened before that moment. Raises `StoppedError` at once when stopped."""
        bell = self.workflows.bell
        while True:
            seen = bell.count
            self._go_on()
            if happened():
                return True
            left_s = POLL_S if until is None else min(POLL_S, until - self.now())
            if left_s <= 0:
                return False
            bell.wait(seen, left_s)

    def _go_on(self) -> None:
        if self.executions.closing.is_set() or not self.workflows.is_running(self.execution):
            raise StoppedError


def _only(arguments: Json, known: set[str]) -> None:
    if unknown := set(arguments) - known:
        raise StateError("States.Runtime", f"Local mode does not know {', '.join(sorted(unknown))}.")
