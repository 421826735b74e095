"""Quotes and times to finish against what jobs then took, from a studio's own state folder.

    PYTHONPATH=layers/core:functions:. .venv/bin/python -m bench.quotes [--state .diorama] [--json]

Goes through the tours that were made there, oldest first, and quotes each from what those before it took, as the studio
would have. Then replays what its workers told (state/logs) and compares the time to finish with what came to pass.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from diorama.catalog import STAGES
from diorama.costs import expected, history, remaining
from diorama.costs.history import Done, History, Pace
from diorama.costs.prices import THIS_MACHINE
from diorama.jobs import table
from diorama.jobs.models import Job, StageRun
from diorama.library import uploads
from diorama.library.probe import probe
from diorama.platform import Platform
from diorama.settings import Settings
from diorama.tours import actions
from local.platform import connect

FIRST_TENTH = 0.1
WITHIN = 0.25


class Quoted(NamedTuple):
    """A tour, what it was quoted at from those before it, and what it took; seconds of what was computed."""

    name: str
    learnt_from: int
    low_s: float
    quoted_s: float
    high_s: float
    took_s: float

    @property
    def error(self) -> float:
        return self.quoted_s / self.took_s - 1


class Foretold(NamedTuple):
    """How well the time to finish was told, once a tenth of the job was over."""

    name: str
    told: int
    within: float
    worst: float


def settings_of(state: Path) -> Settings:
    """Those of local mode, as far as this needs them."""
    here = {"cpu": THIS_MACHINE, "gpu": THIS_MACHINE}
    tables = {"jobs_table": "JobsTable", "records_table": "RecordsTable", "bucket": "MediaBucket"}
    return Settings.model_validate(
        {**tables, "state_folder": str(state), "instances": here, "region": "local", "spot": False}
    )


def made_tours(platform: Platform) -> Iterator[tuple[Job, dict[str, StageRun]]]:
    """Jobs of tours that succeeded in one attempt, oldest first."""
    pages = platform.jobs.query(f"JOBS#{table.month_of(platform.clock.now())}", index=True, limit=1000)
    for row in pages.rows:
        job = table.get_job(platform.jobs, row["job_id"])
        runs = table.stage_runs(platform.jobs, job.job_id, job.attempt)
        if job.product == actions.PRODUCT and job.state == "succeeded" and job.attempt == 1:
            yield job, runs


def with_found(platform: Platform, job: Job) -> Job:
    """The job with what is in its video, for one that was made before that was noted."""
    if job.data.get("found"):
        return job
    upload_id = actions.find(platform, job.user_id, job.subject_id).upload_id
    upload = uploads.read(platform.records, upload_id, platform.clock.now())
    found = probe(platform, upload[0]).model_dump(exclude_none=True) if upload else {}
    return job.model_copy(update={"data": {**job.data, "found": found}})


def seconds_of(run: StageRun) -> float:
    """What a stage took."""
    return (run.ended_at or 0) - (run.started_at or 0)


def quote_in_turn(
    settings: Settings, jobs: Sequence[tuple[Job, dict[str, StageRun]]]
) -> Iterator[tuple[Quoted, History]]:
    """Each tour quoted from those before it, and what was known then."""
    known: dict[str, Pace] = {}
    for count, (job, runs) in enumerate(jobs):
        before = History(dict(known))
        outlooks = expected.outlooks_of(settings, STAGES, job.stages, job.data, {})
        all_of_them = expected.from_history(settings, STAGES, outlooks, {THIS_MACHINE: before})
        stages = [one for name, one in all_of_them.items() if not runs[name].cached]
        yield (
            Quoted(
                name=job.name,
                learnt_from=count,
                low_s=sum(one.seconds / (1 + one.spread) for one in stages),
                quoted_s=sum(one.seconds for one in stages),
                high_s=sum(one.seconds * (1 + one.spread) for one in stages),
                took_s=sum(seconds_of(run) for run in runs.values() if not run.cached),
            ),
            before,
        )
        _learn(settings, job, runs, known)


def _learn(settings: Settings, job: Job, runs: Mapping[str, StageRun], known: dict[str, Pace]) -> None:
    reports = expected.reports_of(runs.values())
    outlooks = expected.outlooks_of(settings, STAGES, job.stages, job.data, reports)
    for name, outlook in outlooks.items():
        if runs[name].cached:
            continue
        steps = history.measured(outlook, reports[name], seconds_of(runs[name]))
        done = Done(which=job.job_id, steps=steps)
        known[name] = Pace(done=(*known.get(name, Pace()).done, done))


def messages_of(logs: Path, job_id: str) -> list[dict[str, Any]]:
    """What the workers of a job told, in order."""
    lines = [line for path in logs.glob(f"{job_id}-*.log") for line in path.read_text().splitlines()]
    told = [json.loads(line) for line in lines if line.startswith('{"job_id"')]
    return sorted((one for one in told if one["kind"] != "work_ended"), key=lambda one: one["time"])


def foretell(
    settings: Settings, job: Job, runs: Mapping[str, StageRun], known: History, told: Sequence[dict[str, Any]]
) -> Foretold:
    """Replays what was told, as `remaining.show` would have taken it."""
    start, end = told[0]["time"], told[-1]["time"]
    errors = [
        left / (end - time) - 1
        for time, left in remaining_over_time(settings, job, runs, known, told)
        if time - start >= FIRST_TENTH * (end - start) and end - time >= FIRST_TENTH * (end - start)
    ]
    within = sum(abs(error) <= WITHIN for error in errors) / len(errors)
    return Foretold(job.name, len(errors), within, max(errors, key=abs))


def remaining_over_time(
    settings: Settings, job: Job, runs: Mapping[str, StageRun], known: History, told: Sequence[dict[str, Any]]
) -> Iterator[tuple[float, float]]:
    """After each message its time, and what was said to be left."""
    begun = {name: run for name, run in runs.items() if run.cached}
    for message in told:
        time, name = message["time"], message["stage"]
        begun[name] = _told(begun.get(name, StageRun(stage=name, attempt=1)), runs[name], message)
        outlooks = expected.outlooks_of(
            settings, STAGES, job.stages, job.data, expected.reports_of(begun.values())
        )
        stages = expected.from_history(settings, STAGES, outlooks, {THIS_MACHINE: known})
        left = remaining.calmed(job, remaining.seconds_left(stages, begun, time), time)
        job = job.model_copy(update={"ready_at": time + left})
        yield time, left


def _told(run: StageRun, ended: StageRun, message: dict[str, Any]) -> StageRun:
    if message["kind"] == "stage_ended":
        done = {"state": "succeeded", "report": ended.report, "ended_at": message["time"], "percent": 100}
        return run.model_copy(update=done)
    started_at = run.started_at or message["time"]
    percent = message.get("percent", run.percent)
    return run.model_copy(update={"state": "running", "started_at": started_at, "percent": percent})


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench.quotes", description="Quotes against what jobs took.")
    parser.add_argument("--state", type=Path, default=Path(".diorama"))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    settings = settings_of(asked.state.resolve())
    platform = connect(settings)
    jobs = [(with_found(platform, job), runs) for job, runs in made_tours(platform)]
    quoted: list[Quoted] = []
    foretold: list[Foretold] = []
    for (job, runs), (quote, known) in zip(jobs, quote_in_turn(settings, jobs), strict=True):
        quoted.append(quote)
        told = messages_of(asked.state / "logs", job.job_id)
        if told:
            foretold.append(foretell(settings, job, runs, known, told))
    if asked.json:
        print(json.dumps([one._asdict() for one in [*quoted, *foretold]]))
        return
    for one in quoted:
        print(
            f"{one.name:14} learnt from {one.learnt_from:2}: {one.quoted_s:6.0f} s "
            f"({one.low_s:.0f} to {one.high_s:.0f}), took {one.took_s:6.0f} s, {one.error:+.0%}"
        )
    for each in foretold:
        print(
            f"{each.name:14} told {each.told:3} times what is left: {each.within:4.0%} within {WITHIN:.0%}, "
            f"worst {each.worst:+.0%}"
        )


if __name__ == "__main__":
    main()
