"""Tiny stand-ins for what a test does not want to wait for; everything else is the real local adapter."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from diorama.errors import NotFound
from diorama.platform import Platform
from diorama.ports import Accounts, Execution, JsonObject, LaunchCall, Outbox, WorkState
from diorama.settings import Settings
from local.database import Database
from local.outbox import LocalOutbox
from local.records import SqliteRecords
from local.store import FolderStore

START_OF_TIME = 1_800_000_000.0


@dataclass
class FakeClock:
    """A clock that stands still until a test moves it."""

    time: float = START_OF_TIME

    def now(self) -> float:
        return self.time


@dataclass
class FakeWorkflows:
    """Remembers what was started, stopped and answered; `broken`, it does not say how anything stands."""

    executions: dict[str, Execution] = field(default_factory=dict)
    started: list[tuple[str, str, JsonObject]] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    answers: list[tuple[str, str]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    broken: bool = False

    def start(self, machine: str, name: str, data: JsonObject) -> str:
        self.started.append((machine, name, data))
        self.executions.setdefault(f"{machine}:{name}", Execution("running"))
        return f"{machine}:{name}"

    def stop(self, execution: str, cause: str) -> None:
        self.stopped.append(execution)
        if self.status(execution).state == "running":
            self.executions[execution] = Execution("aborted", cause=cause)

    def status(self, execution: str) -> Execution:
        if self.broken:
            raise RuntimeError("no answer")
        if execution not in self.executions:
            raise NotFound("There is no such execution.")
        return self.executions[execution]

    def data_of(self, execution: str) -> tuple[str, JsonObject]:
        """The machine of what was started, and what it was given."""
        return next((m, data) for m, name, data in self.started if f"{m}:{name}" == execution)

    def answer(self, task_token: str, output: JsonObject) -> None:
        self._take(task_token, "")

    def fail(self, task_token: str, error: str, cause: str) -> None:
        self._take(task_token, error)

    def _take(self, task_token: str, error: str) -> None:
        if task_token not in self.waiting:
            raise NotFound("Nobody waits on this token.")
        self.waiting.remove(task_token)
        self.answers.append((task_token, error))


@dataclass
class FakeCompute:
    """Remembers what was launched and stopped."""

    launched: list[LaunchCall] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    states: dict[str, WorkState] = field(default_factory=dict)
    stops_at_once: bool = True
    billed: dict[str, float] = field(default_factory=dict)

    def launch(self, call: LaunchCall) -> None:
        self.launched.append(call)
        self.states[call.name] = "running"

    def stop(self, name: str) -> None:
        self.stopped.append(name)
        if self.states.get(name) == "running" and self.stops_at_once:
            self.states[name] = "stopped"

    def state(self, name: str) -> WorkState:
        return self.states.get(name, "unknown")

    def billable_s(self, name: str) -> float | None:
        return self.billed.get(name)


def platform_in(folder: Path, **settings: Any) -> Platform:
    """A platform of real local adapters in a folder, with a fake clock, workflows and compute."""
    clock = FakeClock()
    database = Database(folder / "diorama.sqlite")
    return Platform(
        settings=Settings(
            bucket="media", events_topic="events", machines={"tours": "ToursMachine"}, **settings
        ),
        store=FolderStore(folder / "store", "http://127.0.0.1:1/store", b"secret", clock),
        jobs=SqliteRecords(database, "jobs"),
        records=SqliteRecords(database, "records"),
        workflows=FakeWorkflows(),
        compute=FakeCompute(),
        accounts=cast(Accounts, None),
        outbox=cast(Outbox, LocalOutbox(database, folder / "outbox", clock)),
        clock=clock,
    )


def workflows_of(platform: Platform) -> FakeWorkflows:
    """The platform's fake workflows, typed as what they are."""
    assert isinstance(platform.workflows, FakeWorkflows)
    return platform.workflows


def compute_of(platform: Platform) -> FakeCompute:
    """The platform's fake compute, typed as what it is."""
    assert isinstance(platform.compute, FakeCompute)
    return platform.compute


def clock_of(platform: Platform) -> FakeClock:
    """The platform's fake clock, typed as what it is."""
    assert isinstance(platform.clock, FakeClock)
    return platform.clock
