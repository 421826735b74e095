"""The engine of jobs in one process and one thread: real handlers, rules, machines and adapters, and no time passes.

What AWS or a laptop would do around them is played here: machines take work, messages are carried, executions go
on where they waited. An order of all that follows from one seed.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, cast

import diorama.platform
from diorama.errors import Unavailable
from diorama.jobs import actions, rules
from diorama.jobs.models import Budget, Job
from diorama.library.models import Upload
from diorama.platform import Platform
from diorama.ports import Accounts, Compute, JsonObject, Outbox, Records, Row, Store, Workflows
from diorama.request import WorkRequest
from diorama.settings import Settings
from diorama.studio import batches, live
from diorama.studio.access import project_key
from diorama.studio.batches import Batch, Item
from diorama.studio.models import Profile, Project
from diorama.tours.models import TourParams
from diorama.tours.rules import effective_params, machine_data
from diorama.tours.stages import STAGES as TOUR_STAGES
from local.compute import ProcessCompute
from local.database import Database
from local.events import Dispatcher
from local.executions import Executions, StudioHost
from local.expressions import Json
from local.functions import FunctionError
from local.outbox import LocalOutbox, QueuedMessage
from local.records import SqliteRecords
from local.template import Template, read_template
from local.workflows import LocalWorkflows
from tests.fakes import FakeClock
from tests.races.actors import Actor, Actors, Bell, Crashed
from tests.races.ports import (
    Bus,
    DatabaseInMemory,
    FilesInMemory,
    Interruptible,
    LaggingIndex,
    WatchedRecords,
)
from tests.races.workers import RaceWorker

ROOT = Path(__file__).parents[2]
OWNER, PROJECT, PAGE, BATCH = "ann", "house", "page", "batch"
RECONCILED_EVERY_S, ROUNDS_OFTEN = 60.0, 40
RECONCILED_LATER_S = 1800.0  # as often as the schedule says would only take the test longer
LONGEST_DELAY_S = 90.0
REDELIVERED_AFTER_S = 20.0
DELIVERIES = 4
CURRENT: list[Platform] = []


def connect(_settings: Settings) -> Platform:
    """Found by `diorama.platform.connect` through DIORAMA_PLATFORM."""
    return CURRENT[-1]


@cache
def template() -> Template:
    return read_template(ROOT / "template.yaml")


@cache
def handler(function: str) -> Callable[[Json, object], Json]:
    module, _, name = template().functions[function].handler.rpartition(".")
    found: Callable[[Json, object], Json] = getattr(importlib.import_module(module), name)
    return found


@dataclass(frozen=True)
class Weather:
    """What happens to messages, as shares of them, how much runs at once, and how far the index is behind."""

    lost: float = 0.0
    repeated: float = 0.0
    late: float = 0.0
    slots: int = 2
    index_lag_s: float = 0.0
    """How long after a write the index of a table tells of it."""


@dataclass
class Machine:
    """A machine that carries out a work."""

    name: str
    worker: RaceWorker
    actor: Actor


@dataclass
class World:
    """Everything, and what was seen of it: `faults` lists what must never be."""

    weather: Weather
    chance: Random
    actors: Actors
    database: DatabaseInMemory
    clock: FakeClock
    files: FilesInMemory
    bus: Bus
    workflows: LocalWorkflows
    compute: ProcessCompute
    jobs: WatchedRecords
    records: Records
    engine: "RaceExecutions"
    dispatcher: Dispatcher
    platform: Platform
    executing: dict[str, Actor] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    carried: list[tuple[Actor, Callable[[], None]]] = field(default_factory=list)
    queue: list[Callable[[], None]] = field(default_factory=list)
    """What a studio that is starting has to deliver before it opens."""
    history: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    ends: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    """Job and attempt -> the state that it ended in, and the code of its problem."""
    wrong: list[str] = field(default_factory=list)
    closed: bool = False
    has_batch: bool = False

    # --- What people do ---------------------------------------------------------------------------

    def start_job(self, job_id: str, video: str) -> None:
        upload = Upload.model_construct(uri=f"s3://media/raw/{video}.mp4", checksum=video)
        params = effective_params(TourParams(), {})
        job = Job(
            job_id=job_id,
            product="tours",
            project_id=PROJECT,
            user_id=OWNER,
            subject_id=f"tour-{job_id}",
            stages=tuple(stage.name for stage in TOUR_STAGES),
            data=machine_data(upload, params, {}),
            batch_id=BATCH if self.has_batch else "",
            correlation_id=job_id,
            created_at=self.clock.now(),
        )
        self.ask(f"start {job_id}", lambda: actions.start(self.platform, job))

    def begin_batch(self, job_ids: Sequence[str], minutes: float) -> None:
        """The jobs that are going to be started are one batch, which may take so much of machines."""
        self.has_batch = True
        batch = Batch(
            batch_id=BATCH,
            project_id=PROJECT,
            user_id=OWNER,
            product="tours",
            name=BATCH,
            items=tuple(Item(source_id=one, subject_id=f"tour-{one}", job_id=one) for one in job_ids),
            budget=Budget(minutes=minutes),
            is_started=True,
            created_at=self.clock.now(),
        )
        batches.add(self.platform, batch)

    def ask(self, name: str, deed: Callable[[], object]) -> None:
        """Somebody asks the API, whose function may be cut off as any other."""

        def asked() -> None:
            assert self.actors.current is not None
            self.actors.current.functions += 1
            with suppress(Unavailable):  # and is told so
                deed()

        self.actors.start(name, asked)

    # --- What the cloud does ----------------------------------------------------------------------

    def invoke(self, function: str, event: Json) -> Json:
        """Calls a handler as Lambda would; whoever has the turn goes through it."""
        actor = self.actors.current
        assert actor is not None
        actor.functions += 1
        try:
            return json.loads(json.dumps(handler(function)(json.loads(json.dumps(event)), None)))
        except Crashed:
            raise FunctionError("Lambda.Unknown", "Task timed out") from None
        except Exception as error:
            raise FunctionError(type(error).__name__, str(error)) from error
        finally:
            actor.functions -= 1

    def carry(self, topic: str, message: JsonObject) -> None:
        """Brings a message to its receivers: once, twice, late or never."""
        weather, chance = self.weather, self.chance
        text = json.dumps(message)
        if chance.random() < weather.lost:
            return
        for _ in range(2 if chance.random() < weather.repeated else 1):
            delay = chance.uniform(0, LONGEST_DELAY_S) if chance.random() < weather.late else 0
            queued = QueuedMessage(0, topic, json.loads(text))
            self._deliver(queued, self.clock.now() + delay, DELIVERIES)

    def _deliver(self, message: QueuedMessage, at: float, tries: int) -> None:
        def deliver() -> None:
            self.carried = [one for one in self.carried if one[0] is not actor]
            try:
                for function, payload in self.dispatcher._receivers(message):
                    self.invoke(function, payload)
            except FunctionError:
                if tries > 1:
                    self._deliver(message, self.clock.now() + REDELIVERED_AFTER_S, tries - 1)

        actor = self.actors.start(f"message {message.topic}", deliver, at)
        self.carried.append((actor, deliver))

    def keep_reconciling(self) -> None:
        def reconcile() -> None:
            for times in count():
                often = times < ROUNDS_OFTEN
                self.actors.sleep(self.clock.now() + (RECONCILED_EVERY_S if often else RECONCILED_LATER_S))
                self.reconcile()

        self.actors.start("schedule", reconcile, self.clock.now())

    def reconcile(self) -> None:
        refused = self.actors.refused
        try:
            self.invoke("ReconcileFunction", {})
        except FunctionError as error:
            if error.error != "Lambda.Unknown" and self.actors.refused == refused:
                raise

    def take_up(self) -> None:
        """Executions and work that nobody has begun with get somebody, while the studio is open."""
        if self.closed:
            return
        for row in self.workflows.running():
            if row["id"] not in self.executing:
                self.executing[row["id"]] = self.actors.start(row["id"], lambda row=row: self._execute(row))
        while (taken := self.compute.take_next()) is not None:
            self._begin(taken["name"], json.loads(taken["arguments"]))

    def _execute(self, row: Any) -> None:
        self.engine._execute(row)
        self.executing.pop(row["id"], None)

    def _begin(self, name: str, arguments: JsonObject) -> None:
        request = WorkRequest.model_validate_json(self.files.get(arguments["HyperParameters"]["request"]))
        worker = RaceWorker(
            self.platform, request, self.actors, self.chance, lambda: self.compute.stop_is_asked(name)
        )

        def work() -> None:
            self.actors.sleep(self.clock.now() + self.chance.uniform(0, 60))
            ended = worker.work()
            del self.machines[name]
            self.compute.end(name, *ENDS[ended.how])

        self.machines[name] = Machine(name, worker, self.actors.start(f"worker {name}", work))

    # --- What is seen -----------------------------------------------------------------------------

    def watch(self, row: Row) -> None:
        """Every row of the jobs table that is written comes by here."""
        if row["sk"] != "JOB":
            return
        job = Job.model_validate(row["value"])
        past = self.history.setdefault(job.job_id, [])
        now = (job.attempt, job.state)
        if past and past[-1] == now:
            return
        if past and (
            job.attempt < past[-1][0] or (job.attempt == past[-1][0] and past[-1][1] in rules.ENDED)
        ):
            self.wrong.append(f"{job.job_id} went from {past[-1]} to {now}")
        past.append(now)
        if job.state in rules.ENDED:
            code = job.problem.code if job.problem else ""
            self.ends[job.job_id, job.attempt] = job.state, code

    def look_for_twins(self) -> None:
        """No key is computed twice at once."""
        keys = [one.worker.running.key for one in self.machines.values() if one.worker.running]
        for key in {key for key in keys if keys.count(key) > 1}:
            works = [one.name for one in self.machines.values() if one.worker.running]
            self.wrong.append(f"{key} is computed by several of {works} at once")


ENDS: dict[str, tuple[Any, str]] = {
    "completed": ("succeeded", ""),
    "stopped": ("stopped", ""),
    "failed": ("failed", "AlgorithmError: failed"),
    "out_of_memory": ("failed", "AlgorithmError: out_of_memory: "),
    "interrupted": ("failed", "AlgorithmError: interrupted: "),
}


class RaceHost(StudioHost):
    """Waits as an actor does."""

    def __init__(self, executions: Executions, execution: str, actors: Actors) -> None:
        super().__init__(executions, execution)
        self.actors = actors

    def _wait(self, happened: Callable[[], bool], until: float | None) -> bool:
        while True:
            self._go_on()
            if happened():
                return True
            if until is not None and self.now() >= until:
                return False
            self.actors.sleep(float("inf") if until is None else until, listens=True)


class RaceExecutions(Executions):
    """The studio's executions, whose hosts wait as actors do."""

    actors: Actors

    def host(self, execution: str) -> StudioHost:
        return RaceHost(self, execution, self.actors)


Tables = Callable[[Database], tuple[Records, Records]]
"""Makes the tables of jobs and of records."""


def in_sqlite(database: Database) -> tuple[Records, Records]:
    """The tables of local mode."""
    return SqliteRecords(database, "jobs"), SqliteRecords(database, "records")


@contextmanager
def made_world(seed: int, weather: Weather, tables: Tables = in_sqlite) -> Iterator[World]:
    """A world in which nothing has happened yet, and that the handlers stand in."""
    chance, clock = Random(seed), FakeClock()
    actors = Actors(clock, chance)
    database = DatabaseInMemory()
    worlds: list[World] = []
    bus = Bus(lambda topic, message: worlds[0].carry(topic, message))
    outbox = cast(Outbox, bus)
    workflows = LocalWorkflows(database, outbox, clock)
    compute = ProcessCompute(database, outbox, clock, "StageEventsTopic")
    workflows.bell = compute.bell = cast(Any, Bell(actors))
    of_jobs, records = (LaggingIndex(table, clock, weather.index_lag_s) for table in tables(database))
    jobs, files = WatchedRecords(of_jobs, lambda row: worlds[0].watch(row)), FilesInMemory()
    invoke: Callable[[str, Json], Json] = lambda name, event: worlds[0].invoke(name, event)  # noqa: E731
    engine = RaceExecutions(workflows, template().machines, invoke, clock)
    engine.actors = actors
    dispatcher = Dispatcher(template(), cast(LocalOutbox, bus), invoke, clock)
    platform = Platform(
        settings=Settings(
            bucket="media",
            events_topic="StageEventsTopic",
            machines={"tours": "ToursMachine"},
            pools={"cpu": weather.slots, "gpu": weather.slots},
        ),
        store=cast(Store, Interruptible(files, actors)),
        jobs=cast(Records, Interruptible(jobs, actors)),
        records=cast(Records, Interruptible(records, actors)),
        workflows=cast(Workflows, Interruptible(workflows, actors)),
        compute=cast(Compute, Interruptible(compute, actors)),
        accounts=cast(Accounts, None),
        outbox=outbox,
        clock=clock,
    )
    worlds.append(
        World(
            weather, chance, actors, database, clock, files, bus, workflows, compute, jobs, records, engine,
            dispatcher, platform,
        )
    )  # fmt: skip
    with _standing_in(platform):
        _people(platform, bus)
        clock.time += 2 * live.OPENING_S
        try:
            yield worlds[0]
        finally:
            for actor in list(actors.everybody):
                actors.end(actor)
            database.end()


@contextmanager
def _standing_in(platform: Platform) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in ("DIORAMA_PLATFORM", "POWERTOOLS_LOG_LEVEL")}
    os.environ |= {"DIORAMA_PLATFORM": __name__, "POWERTOOLS_LOG_LEVEL": "CRITICAL"}
    if str(ROOT / "functions") not in sys.path:
        sys.path.append(str(ROOT / "functions"))
    CURRENT.append(platform)
    diorama.platform.connect.cache_clear()
    try:
        yield
    finally:
        diorama.platform.connect.cache_clear()
        CURRENT.pop()
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _people(platform: Platform, bus: Bus) -> None:
    """An owner with an address, and a page of theirs that is open."""
    profile = Profile(user_id=OWNER, email="ann@example.test", created_at=platform.clock.now())
    row = {"pk": f"USER#{OWNER}", "sk": "PROFILE", "value": profile.model_dump(mode="json")}
    platform.records.put(row, expected_rev=None)
    pk, sk = project_key(OWNER, PROJECT)
    now = platform.clock.now()
    house = Project(project_id=PROJECT, owner_id=OWNER, name=PROJECT, created_at=now, updated_at=now)
    platform.records.put({"pk": pk, "sk": sk, "value": house.model_dump(mode="json")}, expected_rev=None)
    bus.pages[PAGE] = []
    live.connect(platform, live.sell(platform, OWNER).ticket, PAGE)


def left(world: World) -> list[str]:
    """What only belongs to jobs under way, and is there all the same."""
    found = [
        f"{pk} {sk}"
        for (pk, sk), row in world.jobs.rows.items()
        if row.get("gsi_pk") in ("LEASE", "OPEN", "WORK") or sk.startswith("WAIT#")
    ]
    query = world.database.connection().execute
    found += [f"token {row['token']}" for row in query("SELECT token FROM task_tokens")]
    found += [f"execution {row['id']}" for row in query("SELECT id FROM executions WHERE state = 'running'")]
    found += [f"machine {name}" for name in world.machines]
    return found


def jobs_of(world: World) -> list[Job]:
    return [
        Job.model_validate(row["value"])
        for (_, sk), row in sorted(world.jobs.rows.items(), key=_place)
        if sk == "JOB"
    ]


def _place(found: tuple[tuple[str, str], Row]) -> tuple[str, str]:
    return found[0]
