"""One order of things: jobs, the weather of messages, and faults, each at a moment of its own."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random

from diorama.costs import budget, machines, spent
from diorama.costs.spent import JobCost, Sum
from diorama.errors import DioramaError
from diorama.jobs import actions, rules, table
from diorama.jobs.models import Budget, Job
from diorama.studio import batches
from diorama.studio.batches import BatchRetry
from diorama.studio.notices import TOLD
from tests.races.world import BATCH, OWNER, PAGE, PROJECT, Machine, Weather, World, jobs_of

KINDS = (
    "cancel", "retry", "abort", "crash", "refuse", "bug", "spot", "memory", "kill", "restart", "reconcile",
    "lapse", "close_page", "throttle", "budget", "stop_batch", "retry_batch",
)  # fmt: skip
MOST_FAULTS = 8
LEASES_LAST_S = 27 * 3600.0
INTERRUPTIONS_BORNE = 3
BUDGETS_MIN = (0.0, 0.5, 2.0, 20.0)
"""Of machine time: too little for anything, for most stages, for most jobs, for few."""


@dataclass(frozen=True)
class Fault:
    """Something that happens at a moment, counted in breaths; `which` chooses a job or a machine."""

    at: int
    kind: str
    which: int = 0


@dataclass(frozen=True)
class Scenario:
    """All that decides how a race goes. `batch_min`: the jobs are a batch, which may cost so much."""

    seed: int
    videos: tuple[str, ...] = ("a",)
    batch_min: float | None = None
    weather: Weather = field(default_factory=Weather)
    faults: tuple[Fault, ...] = ()

    @classmethod
    def of(cls, seed: int, **weather: float) -> "Scenario":
        """The scenario of that number."""
        chance = Random(seed)
        told = {
            "lost": chance.choice([0, 0, 0.2, 1]),
            "repeated": chance.choice([0, 0.3]),
            "late": chance.choice([0, 0.3]),
            "slots": chance.choice([1, 2]),
            "index_lag_s": chance.choice([0, 0, 1, 20]),
        }
        moments = chance.choice([150, 800, 2500])
        faults = [
            Fault(chance.randrange(moments), chance.choice(KINDS), chance.randrange(3))
            for _ in range(chance.randrange(MOST_FAULTS + 1))
        ]
        videos = tuple(chance.choice("ab") for _ in range(chance.randint(1, 3)))
        batch_min = chance.choice([None, None, 1.0, 5.0, 100.0])
        return cls(seed, videos, batch_min, Weather(**{**told, **weather}), tuple(faults))

    def smaller(self) -> Iterator["Scenario"]:
        """What is left with one thing less."""
        for number in range(len(self.faults)):
            yield replace(self, faults=self.faults[:number] + self.faults[number + 1 :])
        for number in range(len(self.videos) if len(self.videos) > 1 else 0):
            yield replace(self, videos=self.videos[:number] + self.videos[number + 1 :])
        if self.batch_min is not None:
            yield replace(self, batch_min=None)
        for name in ("lost", "repeated", "late", "index_lag_s"):
            if getattr(self.weather, name):
                yield replace(self, weather=replace(self.weather, **{name: 0.0}))


@dataclass
class Story:
    """What was done to the jobs, so that their ends can be judged. Keys are (job, attempt)."""

    world: World
    cancelled: set[tuple[str, int]] = field(default_factory=set)
    cancel_asked: set[str] = field(default_factory=set)
    aborted: set[tuple[str, int]] = field(default_factory=set)
    refused: set[tuple[str, int]] = field(default_factory=set)
    starved: set[tuple[str, int]] = field(default_factory=set)
    broken: set[tuple[str, int]] = field(default_factory=set)
    capped: set[str] = field(default_factory=set)
    """Jobs that were given a budget."""
    batch_is_stopped: bool = False
    interrupted: list[tuple[str, int]] = field(default_factory=list)
    crashes: int = 0
    lapses: int = 0
    restarts: int = 0
    page_missed_something: bool = False

    # --- What happens -----------------------------------------------------------------------------

    def job(self, which: int) -> Job | None:
        jobs = sorted(jobs_of(self.world), key=lambda job: job.job_id)
        return jobs[which % len(jobs)] if jobs else None

    def machine(self, which: int) -> Machine | None:
        """One of those that run a stage."""
        running = [one for _, one in sorted(self.world.machines.items()) if one.worker.running]
        return running[which % len(running)] if running else None

    def cancel(self, which: int) -> None:
        job = self.job(which)
        if job is None:
            return
        self.cancel_asked.add(job.job_id)

        def deed() -> None:
            try:
                done = actions.cancel(self.world.platform, job.job_id)
            except DioramaError:
                return
            self.cancelled.add((job.job_id, done.attempt))

        self.world.ask(f"cancel {job.job_id}", deed)

    def retry(self, which: int) -> None:
        job = self.job(which)
        if job is None:
            return

        self._try(f"retry {job.job_id}", lambda: actions.retry(self.world.platform, job.job_id))

    def abort(self, which: int) -> None:
        job = self.job(which)
        if job is not None and job.execution:
            if job.state not in rules.ENDED:
                self.aborted.add((job.job_id, job.attempt))
            self.world.workflows.stop(job.execution, "by an operator")

    def crash(self, which: int) -> None:
        self.crashes += 1
        self.world.actors.crash_next = not self.world.closed

    def throttle(self, which: int) -> None:
        """The next call of a function to a service is refused, which is too busy."""
        self.world.actors.refuse_next = not self.world.closed

    def budget(self, which: int) -> None:
        job = self.job(which)
        if job is None:
            return
        self.capped.add(job.job_id)
        allowed = Budget(minutes=self.world.chance.choice(BUDGETS_MIN))
        self._try(f"budget {job.job_id}", lambda: budget.set_budget(self.world.platform, job.job_id, allowed))

    def stop_batch(self, which: int) -> None:
        if self.world.has_batch:
            self.batch_is_stopped = True
            self._try("stop the batch", lambda: batches.cancel(self.world.platform, OWNER, BATCH))

    def retry_batch(self, which: int) -> None:
        """With what it may cost from now on, or as it was."""
        if self.world.has_batch:
            minutes = self.world.chance.choice([None, *BUDGETS_MIN])
            wanted = BatchRetry(budget=None if minutes is None else Budget(minutes=minutes))
            self._try("retry the batch", lambda: batches.retry(self.world.platform, OWNER, BATCH, wanted))

    def _try(self, name: str, deed: Callable[[], object]) -> None:
        def tried() -> None:
            with suppress(DioramaError):
                deed()

        self.world.ask(name, tried)

    def refuse(self, which: int) -> None:
        self._doom(which, "refuse", self.refused)

    def bug(self, which: int) -> None:
        self._doom(which, "bug", self.broken)

    def spot(self, which: int) -> None:
        """The capacity is taken away, with a word before."""
        machine = self.machine(which)
        if machine is not None and not machine.worker.fate:
            machine.worker.fate = "spot"
            self._interrupts(machine)

    def _interrupts(self, machine: Machine) -> None:
        self.interrupted.append((machine.worker.request.job_id, machine.worker.request.attempt))

    def memory(self, which: int) -> None:
        self._doom(which, "memory", self.starved)

    def _doom(self, which: int, fate: str, whom: set[tuple[str, int]]) -> None:
        machine = self.machine(which)
        if machine is not None and not machine.worker.fate:
            machine.worker.fate = fate
            whom.add((machine.worker.request.job_id, machine.worker.request.attempt))

    def kill(self, which: int) -> None:
        """SIGKILL: the worker says nothing; its machine may."""
        machine = self.machine(which)
        if machine is not None:
            self._interrupts(machine)
            self.world.actors.end(machine.actor)
            machine.worker.running = None
            del self.world.machines[machine.name]
            self.world.compute.end(machine.name, "failed", "InternalServerError: killed by signal 9")

    def restart(self, which: int) -> None:
        """The studio is killed and started again, as `local.studio` does."""
        self.restarts += 1
        world = self.world
        world.queue += [deliver for actor, deliver in world.carried if actor in world.actors.everybody]
        for actor in list(world.actors.everybody):
            world.actors.end(actor)
        world.carried.clear()
        world.executing.clear()
        for machine in world.machines.values():
            machine.worker.running = None
        world.machines.clear()
        world.closed, world.actors.crash_next, world.actors.refuse_next = True, False, False
        world.actors.start("the new studio", self._recover)

    def _recover(self) -> None:
        """No function is cut off alone here: all run in the studio's process."""
        world = self.world
        for row in world.compute.open_works():
            world.compute.end(row["name"], "stopped", "The studio was closed.")
        world.compute.forget_all()
        world.workflows.drop_interrupted()
        world.queue += [deliver for _, deliver in world.carried]
        while world.queue:
            world.queue[0]()
            world.queue.pop(0)
        world.closed = False
        world.keep_reconciling()

    def reconcile(self, which: int) -> None:
        self.world.actors.start("another reconciler", self.world.reconcile)

    def lapse(self, which: int) -> None:
        """Nobody does anything for so long that every lease is over; no machine and no function runs so long."""
        world = self.world
        if not world.compute.open_works() and not any(one.functions for one in world.actors.everybody):
            self.lapses += 1
            self.world.clock.time += LEASES_LAST_S

    def close_page(self, which: int) -> None:
        """A page goes without a word."""
        self.world.bus.pages.pop(PAGE, None)
        self.page_missed_something = any(job.state not in rules.ENDED for job in jobs_of(self.world))

    # --- How it went ------------------------------------------------------------------------------

    def misfits(self) -> list[str]:
        """Jobs whose end is not what happened to them, and what was not told."""
        found = [f"{job.job_id}: {why}" for job in jobs_of(self.world) for why in self._misfits_of(job)]
        if self.page_missed_something and self.world.records.query(f"LIVE#{OWNER}").rows:
            found.append("a page that is gone is still told")
        return [*found, *self._wrong_sums()]

    def _wrong_sums(self) -> Iterator[str]:
        """What jobs cost is what their machines took, and their project's sum is exactly theirs."""
        total = Sum()
        for job in jobs_of(self.world):
            written = table.read(self.world.records.get(f"COST#{job.job_id}", "COST"), JobCost)
            if written is not None:
                total = total.changed(None, written)
            if machines.of_job(self.world.platform, job.job_id):
                taken = spent.so_far(self.world.platform, job)
                if written != taken:
                    yield f"{job.job_id} cost {taken} and {written} is written"
        if (of_project := spent.of_project(self.world.platform, PROJECT)) != total:
            yield f"the project's jobs cost {total} together, and {of_project} is written"

    def _misfits_of(self, job: Job) -> Iterator[str]:
        for attempt, state in self.world.history[job.job_id]:
            if state in rules.ENDED and not self._fits((job.job_id, attempt), state):
                yield f"attempt {attempt} has {state}, and nothing that happened explains it"
        if job.state == "succeeded":
            whole = self.world.files.reports()
            results = (job.result or {}).get("results", {})
            yield from (
                f"{name} has no output" for name in job.stages if results[name]["output"]["uri"] not in whole
            )
        noted = self.world.records.get(f"NOTICE#{job.job_id}", f"ENDED#{job.attempt:04d}")
        if job.state in TOLD and noted is None:
            yield "its owner got no letter"

    def _fits(self, me: tuple[str, int], state: str) -> bool:
        _, code = self.world.ends[me]
        if me in self.cancelled or me in self.aborted:
            # Whoever comes first decides: an abort or a cancel may find it ended.
            return state == "cancelled" or me not in self.cancelled
        if state == "cancelled":
            by_batch = {
                "batch_budget_reached": self.world.has_batch,
                "batch_cancelled": self.batch_is_stopped,
            }
            return by_batch.get(code, me[0] in self.cancel_asked)  # whose answer was cut off
        if state == "refused":
            return me[0] in self.capped if code == budget.CODE else me in self.refused | self.starved
        if state == "failed":
            lost = self.interrupted.count(me) + self.restarts
            return me in self.broken or lost > INTERRUPTIONS_BORNE or self.lapses > 0
        return True
