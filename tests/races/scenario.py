"""One order of things: jobs, the weather of messages, and faults, each at a moment of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field

from diorama.errors import DioramaError
from diorama.jobs import actions, rules
from diorama.jobs.models import Job
from tests.races.world import PAGE, Machine, Weather, World, jobs_of

LAST_MOMENT = 900
PATIENCE_BREATHS = 12_000
PATIENCE_S = 4 * 24 * 3600.0
LEASES_LAST_S = 27 * 3600.0
TRIES = 4
CRASHES_BORNE = 4


@dataclass(frozen=True)
class Fault:
    """Something that happens at a moment, counted in breaths; `which` chooses a job or a machine."""

    at: int
    kind: str
    which: int = 0


@dataclass(frozen=True)
class Scenario:
    """All that decides how a race goes."""

    seed: int
    videos: tuple[str, ...] = ("a",)
    weather: Weather = Weather()
    faults: tuple[Fault, ...] = ()


@dataclass
class Story:
    """What was done to the jobs, so that their ends can be judged. Keys are (job, attempt)."""

    world: World
    cancelled: set[tuple[str, int]] = field(default_factory=set)
    aborted: set[tuple[str, int]] = field(default_factory=set)
    refused: set[tuple[str, int]] = field(default_factory=set)
    starved: set[tuple[str, int]] = field(default_factory=set)
    broken: set[tuple[str, int]] = field(default_factory=set)
    crashes: int = 0

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

        def deed() -> None:
            try:
                actions.retry(self.world.platform, job.job_id)
            except DioramaError:
                return

        self.world.ask(f"retry {job.job_id}", deed)

    def abort(self, which: int) -> None:
        job = self.job(which)
        if job is not None and job.execution:
            if job.state not in rules.ENDED:
                self.aborted.add((job.job_id, job.attempt))
            self.world.workflows.stop(job.execution, "by an operator")

    def crash(self, which: int) -> None:
        self.crashes += 1
        self.world.actors.crash_next = True

    def refuse(self, which: int) -> None:
        self._doom(which, "refuse", self.refused)

    def bug(self, which: int) -> None:
        self._doom(which, "bug", self.broken)

    def spot(self, which: int) -> None:
        self._doom(which, "spot", set())

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
            self.world.actors.end(machine.actor)
            machine.worker.running = None
            del self.world.machines[machine.name]
            self.world.compute.end(machine.name, "failed", "InternalServerError: killed by signal 9")

    def restart(self, which: int) -> None:
        """The studio is killed and started again, as `local.studio` does."""
        world = self.world
        carried = [deliver for actor, deliver in world.carried if actor in world.actors.everybody]
        for actor in list(world.actors.everybody):
            world.actors.end(actor)
        world.carried.clear()
        world.executing.clear()
        for machine in world.machines.values():
            machine.worker.running = None
        world.machines.clear()
        world.closed = True
        world.actors.start("the new studio", lambda: self._recover(carried))

    def _recover(self, carried: list[Callable[[], None]]) -> None:
        world = self.world
        for row in world.compute.open_works():
            world.compute.end(row["name"], "stopped", "The studio was closed.")
        world.compute.forget_all()
        world.workflows.drop_interrupted()
        for deliver in [*carried, *(deliver for _, deliver in world.carried)]:
            deliver()
        world.closed = False
        world.keep_reconciling()

    def reconcile(self, which: int) -> None:
        self.world.actors.start("another reconciler", self.world.reconcile)

    def lapse(self, which: int) -> None:
        """Nobody does anything for so long that every lease is over; no machine and no function runs so long."""
        world = self.world
        if not world.compute.open_works() and not any(one.functions for one in world.actors.everybody):
            self.world.clock.time += LEASES_LAST_S

    def close_page(self, which: int) -> None:
        """A page goes without a word."""
        self.world.bus.pages.pop(PAGE, None)

    # --- How it went ------------------------------------------------------------------------------

    def misfits(self) -> list[str]:
        """Jobs whose end is not what happened to them."""
        return [f"{job.job_id}: {why}" for job in jobs_of(self.world) for why in self._misfits_of(job)]

    def _misfits_of(self, job: Job) -> list[str]:
        whole = self.world.files.reports()
        tries = {(attempt, state) for attempt, state in self.world.history[job.job_id]}
        found = []
        for attempt, state in tries:
            me = (job.job_id, attempt)
            if me in self.cancelled and state in rules.ENDED and state != "cancelled":
                found.append(f"attempt {attempt} was cancelled, and has {state}")
            if state == "refused" and me not in self.refused | self.starved:
                found.append(f"attempt {attempt} was refused, which no stage did")
        if job.state == "succeeded":
            results = (job.result or {}).get("results", {})
            found += [
                f"{name} has no output" for name in job.stages if results[name]["output"]["uri"] not in whole
            ]
        return found
