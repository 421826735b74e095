"""How long it takes from a worker's report until open pages are told, on one machine.

    PYTHONPATH=layers/core:functions:. python -m bench.live [--idle 1000] [--jobs 50] [--pages-a-job 1] [--seconds 20]

A studio runs in a process of its own; this one publishes progress as workers do, a report a second of each job, and
listens as pages do. Idle pages are open and hear nothing. The time ends when a page has the message.
"""

import argparse
import asyncio
import json
import math
import os
import sys
import threading
import time
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from bench.beside import processor_s
from diorama.events import StageProgress
from diorama.jobs import table
from diorama.jobs.models import Job
from diorama.platform import Platform
from diorama.settings import read_settings
from diorama.studio import live, projects
from diorama.studio.models import NewProject, Profile
from local.demo import studio_of
from local.environment import local_environment
from local.platform import connect as connect_platform
from local.state import ROOT, StateFolder
from local.template import read_template

REPORT_EVERY_S = 1.0
OPENED_AT_ONCE = 20
PATIENCE_S = 10.0


class Watched:
    """Jobs that report, and what their pages have been told."""

    def __init__(self, jobs: list[Job], pages_a_job: int) -> None:
        self.jobs, self.pages_a_job = jobs, pages_a_job
        self.reported_at: dict[tuple[str, str], float] = {}
        self.took_s: list[float] = []

    @property
    def expected(self) -> int:
        return len(self.reported_at) * self.pages_a_job

    def report(self, platform: Platform, seconds: float) -> None:
        """Publishes as many workers would: evenly, each once a second."""
        began, step_s = time.perf_counter(), REPORT_EVERY_S / len(self.jobs)
        for number in range(round(seconds / step_s)):
            time.sleep(max(0.0, began + number * step_s - time.perf_counter()))
            job = self.jobs[number % len(self.jobs)]
            report = _report(job, number)
            self.reported_at[job.job_id, report.message] = time.perf_counter()
            platform.outbox.publish(platform.settings.events_topic, report.model_dump(mode="json"))

    async def watch(self, page: ClientConnection) -> None:
        """Listens until the page is closed."""
        async for text in page:
            heard_at = time.perf_counter()
            job = json.loads(text)["job"]
            reported_at = self.reported_at.get((job["job_id"], job["message"]))
            if reported_at is not None:
                self.took_s.append(heard_at - reported_at)


def _report(job: Job, number: int) -> StageProgress:
    return StageProgress(
        job_id=job.job_id,
        attempt=1,
        work="bench",
        launch=0,
        sequence=number + 1,
        time=time.time(),
        stage="train_splats",
        percent=min(99.0, number / 100),
        message=f"training {number:,} / 30,000",
        metrics={"psnr": 27.1},
    )


def somebody(platform: Platform, name: str) -> str:
    """A person who has signed up; their id."""
    profile = Profile(user_id=name, email=f"{name}@example.test", created_at=platform.clock.now())
    row = {"pk": f"USER#{name}", "sk": "PROFILE", "value": profile.model_dump(mode="json")}
    platform.records.put(row, expected_rev=None)
    return name


def a_job(platform: Platform, user_id: str) -> Job:
    """A running job of theirs, of which nothing runs."""
    project = projects.create(platform, user_id, NewProject(name="Bench"))
    job = Job(
        job_id=f"job-{user_id}",
        product="tours",
        project_id=project.project_id,
        user_id=user_id,
        subject_id="none",
        stages=("sample_frames", "solve_poses", "train_splats"),
        correlation_id="bench",
        execution="none",
        created_at=platform.clock.now(),
    )
    table.add_job(platform.jobs, job)
    return job


async def open_pages(opened: AsyncExitStack, platform: Platform, people: list[str]) -> list[ClientConnection]:
    """A page each, some at a time."""

    async def open_page(user_id: str) -> ClientConnection:
        ticket = live.sell(platform, user_id)
        return await opened.enter_async_context(
            connect(f"{ticket.url}?ticket={ticket.ticket}", ping_interval=None)
        )

    pages: list[ClientConnection] = []
    for first in range(0, len(people), OPENED_AT_ONCE):
        pages += await asyncio.gather(*map(open_page, people[first : first + OPENED_AT_ONCE]))
    return pages


async def measure(platform: Platform, asked: argparse.Namespace, studio_pid: int) -> dict[str, Any]:
    """Milliseconds from report to message, and what the studio spent on it."""
    owners = [somebody(platform, f"owner{number}") for number in range(asked.jobs)]
    watched = Watched([a_job(platform, owner) for owner in owners], asked.pages_a_job)
    async with AsyncExitStack() as opened:
        await open_pages(opened, platform, [f"idle{number}" for number in range(asked.idle)])
        pages = await open_pages(opened, platform, owners * asked.pages_a_job)
        listening = [asyncio.create_task(watched.watch(page)) for page in pages]
        had_s, began = processor_s(studio_pid), time.perf_counter()
        reporting = threading.Thread(target=watched.report, args=(platform, asked.seconds))
        reporting.start()
        while reporting.is_alive():
            await asyncio.sleep(0.1)
        seconds, spent_s = time.perf_counter() - began, processor_s(studio_pid) - had_s
        give_up_at = time.monotonic() + PATIENCE_S
        while len(watched.took_s) < watched.expected and time.monotonic() < give_up_at:
            await asyncio.sleep(0.1)
        for task in listening:
            task.cancel()
    return {**_summed_up(watched), "studio_cores": round(spent_s / seconds, 2)}


def _summed_up(watched: Watched) -> dict[str, Any]:
    ordered = sorted(watched.took_s)
    ranks = {
        name: ordered[min(len(ordered) - 1, math.floor(len(ordered) * share))]
        for name, share in SHARES.items()
    }
    times = {name: round(1000 * took, 1) for name, took in ranks.items()}
    return {**times, "reports": len(watched.reported_at), "heard": len(ordered), "expected": watched.expected}


SHARES = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "most_ms": 1.0}


def main() -> int:
    """Prints JSON; 0 where every page heard of every report of its job."""
    parser = argparse.ArgumentParser(prog="bench.live", description=__doc__)
    parser.add_argument("--idle", type=int, default=1000, help="pages that hear nothing")
    parser.add_argument("--jobs", type=int, default=50)
    parser.add_argument("--pages-a-job", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        state = StateFolder(Path(folder) / "state")
        with studio_of(state) as url:
            os.environ.update(
                local_environment(read_template(ROOT / "template.yaml").environment, state, url)
            )
            studio_pid = json.loads(state.studio.read_text())["pid"]
            result = asyncio.run(measure(connect_platform(read_settings()), asked, studio_pid))
    sys.stdout.write(json.dumps(result) + "\n")
    return 0 if result["heard"] == result["expected"] else 1


if __name__ == "__main__":
    sys.exit(main())
