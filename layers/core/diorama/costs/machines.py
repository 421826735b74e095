"""What is heard of the machines that work for a job: JOB#<id> / MACHINE#<work> in the jobs table.

Messages come late, twice and out of order: each only widens what is known, so that any order gives the same row.
"""

from collections.abc import Callable

from pydantic import Field

from diorama.errors import Conflict
from diorama.events import AnyWorkerEvent, StageEnded, StageStarted, WorkEnded
from diorama.jobs import table
from diorama.jobs.models import Work
from diorama.platform import Platform
from diorama.stage import Contract


class Span(Contract):
    """When a stage ran on a machine, and what it left in the store. Times are Unix seconds."""

    started_at: float
    ended_at: float | None = None
    stored_bytes: int = 0
    stored_files: int = 0


class Machine(Contract):
    """One machine that was started for an attempt: since when its program ran, and until when.

    `ended_at` is what was heard, `closed_at` what is assumed once the job has ended without a word of it;
    `earlier_s` are the seconds of earlier runs under the same name, which only local mode has.
    """

    work: str
    job_id: str
    attempt: int
    instance: str
    spot: bool
    volume_gb: int
    started_at: float
    ended_at: float | None = None
    closed_at: float | None = None
    earlier_s: float = 0
    billable_s: float | None = Field(None, description="As SageMaker tells, discounts in it")
    stages: dict[str, Span] = Field({})

    def clock_s(self, now: float) -> float:
        """How long it has worked by now, by the clock."""
        ended_at = self.ended_at or self.closed_at or now
        return self.earlier_s + max(0.0, ended_at - self.started_at)


Change = Callable[[Machine], Machine]


def hear(platform: Platform, event: AnyWorkerEvent) -> None:
    """Takes what a worker tells. Progress tells nothing new of the machine."""
    work = table.get_work(platform.jobs, event.work)
    if work is None:
        return
    if isinstance(event, StageStarted):
        _change(platform, work, event.time, lambda machine: began(machine, event.stage, event.time))
    elif isinstance(event, StageEnded):
        span = Span(
            started_at=event.time - event.seconds,
            ended_at=event.time,
            **_stored(platform, event.output),
        )
        _change(platform, work, span.started_at, lambda machine: finished(machine, event.stage, span))
    elif isinstance(event, WorkEnded):
        _change(platform, work, event.time, lambda machine: ended(machine, event.time))


def hear_end(platform: Platform, name: str) -> str | None:
    """Takes word from elsewhere that work has ended, and asks what is billed for it; the job it was for."""
    work = table.get_work(platform.jobs, name)
    if work is None:
        return None
    now = platform.clock.now()
    billable_s = platform.compute.billable_s(name)

    def end(machine: Machine) -> Machine:
        told = machine.billable_s if billable_s is None else billable_s
        return ended(machine, now).model_copy(update={"billable_s": told})

    if _find(platform, work) is not None or billable_s is not None:
        _change(platform, work, now, end)
    return work.job_id


def close(platform: Platform, job_id: str) -> None:
    """Once a job has ended, nothing of it works: what was not heard to end is taken to have ended now."""
    now = platform.clock.now()
    for machine in of_job(platform, job_id):
        work = table.get_work(platform.jobs, machine.work)
        if machine.ended_at is None and machine.closed_at is None and work is not None:
            _change(platform, work, now, lambda one: one.model_copy(update={"closed_at": now}))


def of_job(platform: Platform, job_id: str) -> list[Machine]:
    """Every machine that worked for a job, of all attempts."""
    machines: list[Machine] = []
    cursor: str | None = None
    while True:
        page = platform.jobs.query(f"JOB#{job_id}", "MACHINE#", cursor=cursor)
        machines += [Machine.model_validate(row["value"]) for row in page.rows]
        cursor = page.cursor
        if cursor is None:
            return machines


def began(machine: Machine, stage: str, time: float) -> Machine:
    """A stage began. On a machine that had ended this is a new run under the old name."""
    if machine.ended_at is not None and time > machine.ended_at:
        machine = machine.model_copy(
            update={
                "earlier_s": machine.clock_s(time),
                "started_at": time,
                "ended_at": None,
                "closed_at": None,
                "stages": {name: span for name, span in machine.stages.items() if span.ended_at},
            }
        )
    started_at = min(machine.started_at, time)
    span = machine.stages.get(stage, Span(started_at=time))
    return machine.model_copy(update={"started_at": started_at, "stages": {**machine.stages, stage: span}})


def finished(machine: Machine, stage: str, span: Span) -> Machine:
    """A stage's output is whole; what its own clock says of its time goes before what messages say."""
    started_at = min(machine.started_at, span.started_at)
    return machine.model_copy(update={"started_at": started_at, "stages": {**machine.stages, stage: span}})


def ended(machine: Machine, time: float) -> Machine:
    """The machine's program has ended: the first word of it is the nearest. Word of an earlier run is too late."""
    if time < machine.started_at:
        return machine
    return machine.model_copy(update={"ended_at": min(machine.ended_at or time, time)})


def _stored(platform: Platform, output: str) -> dict[str, int]:
    sizes = [file.size for file in platform.store.list(f"{output}/")]
    return {"stored_bytes": sum(sizes), "stored_files": len(sizes)}


def _place(work: Work) -> tuple[str, str]:
    return f"JOB#{work.job_id}", f"MACHINE#{work.name}"


def _find(platform: Platform, work: Work) -> Machine | None:
    return table.read(platform.jobs.get(*_place(work)), Machine)


def _change(platform: Platform, work: Work, time: float, change: Change) -> None:
    """Applies a change to the machine's row, which is made if needed."""
    pk, sk = _place(work)
    for _ in range(table.TRIES):
        row = platform.jobs.get(pk, sk)
        before = table.read(row, Machine)
        machine = change(before or _first_heard(work, time))
        if machine == before:
            return
        value = machine.model_dump(mode="json")
        try:
            platform.jobs.put({"pk": pk, "sk": sk, "value": value}, expected_rev=row["rev"] if row else 0)
        except Conflict:
            continue
        return
    raise Conflict("The machine's row keeps changing.", "Try again.")


def _first_heard(work: Work, time: float) -> Machine:
    return Machine(
        work=work.name,
        job_id=work.job_id,
        attempt=work.attempt,
        instance=work.instance,
        spot=work.spot,
        volume_gb=work.volume_gb,
        started_at=time,
    )
