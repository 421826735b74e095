"""What stages took on machines of a type: PACE#<instance type> / <stage> in the records table.

Units and seconds by step, the newest last; nothing tells whose they were, so they outlive jobs and projects.
"""

from collections.abc import Mapping
from math import exp, log

from pydantic import Field

from diorama.costs import curves
from diorama.costs.curves import Measured, Seconds
from diorama.effort import BESIDE, Outlook
from diorama.errors import Conflict
from diorama.jobs.table import TRIES, read
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.stage import Contract

KEPT = 24


class Done(Contract):
    """A stage that was done: which (so that news of it counts once), and units and seconds by step."""

    which: str
    steps: dict[str, tuple[float, float]]


class Pace(Contract):
    """The newest of a stage on machines of a type."""

    done: tuple[Done, ...] = Field(())

    def of(self, step: str) -> list[Measured]:
        """What was measured of a step."""
        return [Measured(*one.steps[step]) for one in self.done if step in one.steps]


class History:
    """What is known of machines of one type."""

    def __init__(self, paces: Mapping[str, Pace]) -> None:
        self.paces = paces

    def measured(self, stage: str) -> int:
        """How many runs of a stage are known."""
        return len(self.paces[stage].done) if stage in self.paces else 0

    def expect(self, stage: str, outlook: Outlook, of_machine: float) -> tuple[Seconds, ...]:
        """How long each step of a stage is going to take."""
        pace = self.paces.get(stage, Pace())
        return tuple(curves.expect(step, pace.of(step.name), of_machine) for step in outlook.steps)

    def speed(self, outlooks: Mapping[str, Outlook]) -> float:
        """How many times as long as where the priors were measured this machine takes, all steps together."""
        found = [
            log(of_step)
            for stage, outlook in outlooks.items()
            for step in outlook.steps
            if not step.is_paced
            and (of_step := curves.speed(step, self.paces.get(stage, Pace()).of(step.name))) is not None
        ]
        return exp(sum(found) / len(found)) if found else 1.0


def of_machines(platform: Platform, instance: str) -> History:
    """What machines of a type took for each stage."""
    page = platform.records.query(f"PACE#{instance}", limit=100)
    return History({row["sk"]: Pace.model_validate(row["value"]) for row in page.rows})


def learn(platform: Platform, instance: str, stage: str, done: Done) -> None:
    """Remembers what a stage took; the same again changes nothing."""
    pk = f"PACE#{instance}"
    for _ in range(TRIES):
        row = platform.records.get(pk, stage)
        pace = read(row, Pace) or Pace()
        others = [one for one in pace.done if one.which != done.which]
        if len(others) < len(pace.done):
            return
        value = Pace(done=(*others, done)[-KEPT:]).model_dump(mode="json")
        try:
            platform.records.put(
                {"pk": pk, "sk": stage, "value": value}, expected_rev=row["rev"] if row else 0
            )
        except Conflict:
            continue
        return


def measured(outlook: Outlook, report: JsonObject, seconds: float) -> dict[str, tuple[float, float]]:
    """Units and seconds by step, as the report tells; what it doesn't tell is beside its steps, or the only step."""
    told: Mapping[str, float] = report.get("seconds") or {}
    named = [step for step in outlook.steps if step.name != BESIDE]
    if not told and len(named) == 1:
        beside_s = sum(step.fixed_s + step.unit_s for step in outlook.steps if step.name == BESIDE)
        told = {named[0].name: max(0.0, seconds - min(beside_s, seconds / 2))}
    steps = {step.name: (step.units, round(told[step.name], 3)) for step in named if step.name in told}
    rest = max(0.0, seconds - sum(told.values()))
    return {**steps, BESIDE: (1.0, round(rest, 3))}
