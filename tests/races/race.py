"""Runs one scenario to its end and says what is wrong with that."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from diorama.jobs import rules, table
from tests.races.scenario import Fault, Scenario, Story
from tests.races.world import Tables, World, in_sqlite, jobs_of, left, made_world

PATIENCE_BREATHS = 12_000
PATIENCE_S = 4 * 24 * 3600.0


class Raced(NamedTuple):
    """What came of a race: everything that must not be, and how often jobs ended how."""

    wrong: list[str]
    ends: Counter[str]


def race(scenario: Scenario, tables: Tables = in_sqlite) -> list[str]:
    """Everything that must not be; empty where all went as it should."""
    return raced(scenario, tables).wrong


def raced(scenario: Scenario, tables: Tables = in_sqlite) -> Raced:
    """Runs a race."""
    with made_world(scenario.seed, scenario.weather, tables) as world:
        story = Story(world)
        to_come = sorted(scenario.faults, key=lambda fault: fault.at)
        if scenario.batch_min is not None:
            world.begin_batch([f"job{number}" for number in range(len(scenario.videos))], scenario.batch_min)
        for number, video in enumerate(scenario.videos):
            world.start_job(f"job{number}", video)
        world.keep_reconciling()
        started_at = world.clock.now()
        while world.actors.breaths < PATIENCE_BREATHS and world.clock.now() - started_at < PATIENCE_S:
            while to_come and to_come[0].at <= world.actors.breaths:
                happen(story, to_come.pop(0))
            world.take_up()
            moved = world.actors.turn()
            world.look_for_twins()
            if not moved:
                if not to_come and is_over(world):
                    break
                world.actors.next_moment()
                if to_come and is_over(world):
                    happen(story, to_come.pop(0))
        ends = Counter(code or state for ended in world.ends.values() for state, code in [ended])
        return Raced([*dict.fromkeys(world.wrong), *story.misfits(), *unfinished(world)], ends)


def carry_on(world: World, happened: Callable[[], bool]) -> None:
    """Lets everybody do what they do until something has happened."""
    while not happened():
        assert world.actors.breaths < PATIENCE_BREATHS
        world.take_up()
        moved = world.actors.turn()
        world.look_for_twins()
        if not moved and not happened():
            world.actors.next_moment()


def happen(story: Story, fault: Fault) -> None:
    getattr(story, fault.kind)(fault.which)


def is_over(world: World) -> bool:
    """Whether every job has ended and nothing is left of it."""
    return (
        all(past[-1][1] in rules.ENDED for past in world.history.values())
        and not left(world)
        and not world.carried
    )


def unfinished(world: World) -> list[str]:
    """Jobs and stages that have not ended, and what is left of those that have."""
    found = [
        f"{job.job_id} is {job.state} for ever" for job in jobs_of(world) if job.state not in rules.ENDED
    ]
    found += [f"left: {what}" for what in left(world)]
    for job in jobs_of(world):
        for attempt in range(1, job.attempt + 1):
            for run in table.stage_runs(world.jobs, job.job_id, attempt).values():
                if run.state not in rules.STAGE_ENDED:
                    found.append(f"{job.job_id} attempt {attempt}: {run.stage} is {run.state} for ever")
    return found


def shrunk(scenario: Scenario) -> Scenario:
    """One with as little in it as still goes wrong."""
    for smaller in scenario.smaller():
        if race(smaller):
            return shrunk(smaller)
    return scenario


def told(scenario: Scenario) -> str:
    """How a race went wrong, and with how little: for a person."""
    smallest = shrunk(scenario)
    return "\n".join([f"seed {scenario.seed}, shrunk to {smallest}:", *race(smallest)])
