"""When a job is going to be done: what is expected of its stages, corrected by how they go.

The first rule is honesty: what is left is never below nothing, what is finished or was there already counts nothing,
and news changes it little by little, since a number that jumps is believed by nobody.
"""

from collections.abc import Mapping

from diorama.costs import expected
from diorama.costs.expected import Catalog, ExpectedStage, ExpectedStep
from diorama.jobs import rules, table
from diorama.jobs.models import Job, StageRun
from diorama.platform import Platform

TRUST_AFTER_SHARE = 0.15
"""Once this share of a stage is done, how it goes counts as much as what was expected."""
TRUST_AFTER_S = 3.0
LEAST_TRUST = 0.45
CHANCE_S = 4.0
"""So many seconds more or less are chance."""
AT_MOST_SLOWER, AT_MOST_FASTER = 6.0, 0.2
RISE_SHARE, RISE_S = 0.1, 2.0
"""How much longer news may make what is left, each time."""
WORTH_TELLING_S = 1.0


def show(platform: Platform, catalog: Catalog, job_id: str, now: float | None = None) -> None:
    """Writes into the job's row when it is going to be done, at `now`; nothing where nobody can tell."""
    job = table.find_job(platform.jobs, job_id)
    if job is None or job.state in rules.ENDED:
        return
    now = platform.clock.now() if now is None else now
    runs = table.stage_runs(platform.jobs, job.job_id, job.attempt)
    stages = expected.of_stages(platform, catalog, job.stages, job.data, expected.reports_of(runs.values()))
    left = seconds_left(stages, runs, now) if stages else None
    ready_at = None if left is None or job.state == "waiting" else now + calmed(job, left, now)
    if ready_at is not None and job.ready_at is not None and abs(ready_at - job.ready_at) < WORTH_TELLING_S:
        return

    def say(found: Job) -> Job:
        return found.model_copy(update={"ready_at": ready_at})

    table.change_job(platform.jobs, job.job_id, job.attempt, say)


def calmed(job: Job, left: float, now: float) -> float:
    """What is left, at most a little more than what was left before."""
    if job.ready_at is None:
        return left
    before = max(0.0, job.ready_at - now)
    return min(left, before * (1 + RISE_SHARE) + RISE_S)


def seconds_left(stages: Mapping[str, ExpectedStage], runs: Mapping[str, StageRun], now: float) -> float:
    """What is left of a job. How its finished stages went tells how those to come will go."""
    slower = pace_so_far(stages, runs)
    return sum(of_stage(stage, runs.get(name), now, slower) for name, stage in stages.items())


def pace_so_far(stages: Mapping[str, ExpectedStage], runs: Mapping[str, StageRun]) -> float:
    """How many times as long as expected stages to come will take, by those that are done.

    What was learnt on such machines is believed more than one job, which other work may have slowed down; guesses less.
    """
    took = expected_s = spread_s = 0.0
    for name, stage in stages.items():
        run = runs.get(name)
        if run is None or run.cached or not run.started_at or not run.ended_at:
            continue
        paced = sum(step.seconds for step in stage.steps if step.is_paced)
        took += max(0.0, run.ended_at - run.started_at - paced)
        expected_s += stage.seconds - paced
        spread_s += (stage.seconds - paced) * stage.spread
    trust = LEAST_TRUST + min(1 - LEAST_TRUST, spread_s / expected_s) if expected_s else LEAST_TRUST
    return float(_limited((took + CHANCE_S) / (expected_s + CHANCE_S)) ** trust)


def of_stage(stage: ExpectedStage, run: StageRun | None, now: float, slower: float = 1.0) -> float:
    """What is left of one stage."""
    if run is not None and run.state in rules.STAGE_ENDED:
        return 0.0
    if run is None or run.started_at is None:
        return _sum(stage.steps, slower)
    done, left = split(stage, run.percent)
    pace = _pace(stage, done, max(0.0, now - run.started_at), slower)
    return _sum(left, pace)


def split(stage: ExpectedStage, percent: float) -> tuple[list[ExpectedStep], list[ExpectedStep]]:
    """What is done and what is left of each step, by the stage's progress. Steps that end together go on together."""
    done: list[ExpectedStep] = []
    left: list[ExpectedStep] = []
    begin = until = 0.0
    for step in stage.steps:
        if step.until_percent != until:
            begin, until = until, step.until_percent
        share = _share_of(begin, until, percent)
        done.append(step.model_copy(update={"seconds": share * step.seconds}))
        left.append(step.model_copy(update={"seconds": (1 - share) * step.seconds}))
    return done, left


def _share_of(begin: float, until: float, percent: float) -> float:
    if until <= begin:
        return 1.0 if percent > until else 0.0
    return min(1.0, max(0.0, (percent - begin) / (until - begin)))


def _pace(stage: ExpectedStage, done: list[ExpectedStep], elapsed_s: float, slower: float) -> float:
    """How many times as long as expected the stage's own steps take, the more believed the more is done."""
    paced = sum(step.seconds for step in done if step.is_paced)
    free = sum(step.seconds for step in done if not step.is_paced)
    of_all = sum(step.seconds for step in stage.steps if not step.is_paced)
    trust = free / (free + TRUST_AFTER_SHARE * of_all + TRUST_AFTER_S)
    if free == 0:
        return slower
    own = _limited(max(0.0, elapsed_s - paced) / free)
    return float(slower ** (1 - trust) * own**trust)


def _limited(ratio: float) -> float:
    return min(AT_MOST_SLOWER, max(AT_MOST_FASTER, ratio))


def _sum(steps: tuple[ExpectedStep, ...] | list[ExpectedStep], pace: float) -> float:
    return sum(step.seconds * (1.0 if step.is_paced else pace) for step in steps)
