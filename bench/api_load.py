"""`make api-load`: how long answers take while a hundred people use the studio and a stage computes beside it.

Open loop: requests leave at their time whether or not the ones before have been answered, and an answer's time
counts from when its request was due. Everything runs on this machine over loopback: the studio, this client, and
`train_splats` on every core at the low priority that the studio gives its work.

    python -m bench.api_load [--seconds 60] [--rate 50] [--people 100] [--json]
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.beside import processor_s, training_beside
from diorama.jobs import table
from diorama.jobs.models import Job
from diorama.platform import Platform
from diorama.ports import Put
from diorama.settings import Settings
from diorama.tours import actions as tours
from diorama.tours.models import Tour
from local.accounts import LocalAccounts
from local.platform import connect
from tests.journey.running_studio import RunningStudio

PASSWORD = "correct horse battery 9"


@dataclass
class Person:
    """Somebody who uses the studio: their token, their project, a job in it."""

    headers: dict[str, str]
    project_id: str
    job_id: str


Call = Callable[[httpx.AsyncClient, Person], Awaitable[httpx.Response]]


def _get(path: str) -> Call:
    async def call(client: httpx.AsyncClient, person: Person) -> httpx.Response:
        return await client.get(path.format(**vars(person)), headers=person.headers)

    return call


def _send(method: str, path: str, body: dict[str, Any]) -> Call:
    async def call(client: httpx.AsyncClient, person: Person) -> httpx.Response:
        return await client.request(method, path.format(**vars(person)), json=body, headers=person.headers)

    return call


TOURS_EACH = 6
STAGES = ("sample_frames", "solve_poses", "train_splats", "optimize_splats", "package_tour")
REPORT = {"outcome": "succeeded", "curve": [[step, step / 1000] for step in range(60)]}
"""About as long as reports are."""
UPLOAD = {"name": "walk.mp4", "size": 30_000_000, "type": "video/mp4"}
CALLS: dict[str, tuple[int, Call]] = {
    "GET /jobs/{id}": (30, _get("/v1/jobs/{job_id}")),
    "GET /jobs": (12, _get("/v1/jobs?limit=24")),
    "GET /projects": (12, _get("/v1/projects?limit=24")),
    "GET /projects/{id}": (10, _get("/v1/projects/{project_id}")),
    "GET /tours": (10, _get("/v1/tours?project={project_id}")),
    "GET /assets": (8, _get("/v1/assets")),
    "GET /auth/me": (8, _get("/v1/auth/me")),
    "PATCH /projects/{id}": (4, _send("PATCH", "/v1/projects/{project_id}", {"name": "Another"})),
    "POST /projects": (3, _send("POST", "/v1/projects", {"name": "House"})),
    "POST /projects/{id}/uploads": (3, _send("POST", "/v1/projects/{project_id}/uploads", UPLOAD)),
}
"""The ten most used calls, and how often of a hundred: what the pages ask while jobs run."""


def people_in(studio: RunningStudio, count: int) -> list[Person]:
    """Accounts with a project and its tours."""
    platform = connect(
        Settings(
            state_folder=str(studio.folder),
            jobs_table="JobsTable",
            records_table="RecordsTable",
            token_issuer="UserPool",
            user_pool_client="UserPoolClient",
        )
    )
    return [_person(studio, platform, number) for number in range(count)]


def _person(studio: RunningStudio, platform: Platform, number: int) -> Person:
    assert isinstance(platform.accounts, LocalAccounts)
    email = f"person{number}@example.test"
    user_id = platform.accounts.ensure(email, PASSWORD)
    answer = httpx.post(f"{studio.url}/v1/auth/login", json={"email": email, "password": PASSWORD})
    headers = {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}
    made = httpx.post(f"{studio.url}/v1/projects", json={"name": "House"}, headers=headers)
    project_id = made.raise_for_status().json()["project_id"]
    ids = [_tour(platform, user_id, project_id, f"{number:03}-{tour}") for tour in range(TOURS_EACH)]
    return Person(headers, project_id, ids[-1])


def _tour(platform: Platform, user_id: str, project_id: str, name: str) -> str:
    """A tour whose job is in its third stage (on paper: nothing runs of it); the job's id."""
    now = platform.clock.now()
    tour = Tour(
        tour_id=f"tour{name}",
        project_id=project_id,
        owner_id=user_id,
        upload_id="none",
        name="A flat",
        job_id=f"load{name}",
        created_at=now,
    )
    platform.records.transact([Put(row, 0) for row in tours.rows_of(tour)])
    job = Job(
        job_id=tour.job_id,
        product="tours",
        project_id=project_id,
        user_id=user_id,
        subject_id=tour.tour_id,
        stages=STAGES,
        correlation_id="c",
        state="running",
        created_at=now,
    )
    table.add_job(platform.jobs, job)
    for stage in STAGES[:3]:
        told = {
            "percent": 50,
            "message": "training 15,000 / 30,000",
            "metrics": {"psnr": 27.1},
            "report": REPORT,
        }
        table.change_stage(
            platform.jobs, job.job_id, 1, stage, lambda run, told=told: run.model_copy(update=told)
        )
    table.end_job(platform.jobs, job.job_id, 1, "cancelled", now)  # or the reconciler would look for its work
    return job.job_id


async def load(url: str, people: list[Person], rate: float, seconds: float) -> list[tuple[str, float, int]]:
    """What was asked, how long it took (seconds since it was due), and the status."""
    dice = random.Random(1)
    names, weights = list(CALLS), [weight for weight, _ in CALLS.values()]
    taken: list[tuple[str, float, int]] = []
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits) as client:
        began = time.perf_counter()

        async def ask(due: float, name: str, person: Person) -> None:
            await asyncio.sleep(max(0.0, began + due - time.perf_counter()))
            answer = await CALLS[name][1](client, person)
            taken.append((name, time.perf_counter() - began - due, answer.status_code))

        count = int(rate * seconds)
        asked = [(n / rate, dice.choices(names, weights)[0], dice.choice(people)) for n in range(count)]
        await asyncio.gather(*(ask(*each) for each in asked))
    return taken


def percentile(values: list[float], percent: float) -> float:
    """The nearest rank, in milliseconds."""
    ordered = sorted(values)
    return round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))], 1)


def summed_up(taken: list[tuple[str, float, int]]) -> dict[str, Any]:
    """p50, p95 and p99 of each call and of all."""

    def row(values: list[float]) -> dict[str, float]:
        return {"count": len(values), **{f"p{p}": percentile(values, p) for p in (50, 95, 99)}}

    calls = {name: row([took for asked, took, _ in taken if asked == name]) for name in CALLS}
    failed = sum(1 for _, _, status in taken if status >= 400)
    return {"all": row([took for _, took, _ in taken]), "calls": calls, "failed": failed}


def main() -> int:
    """0 where every request was answered well."""
    parser = argparse.ArgumentParser(prog="bench.api_load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        studio = RunningStudio(Path(folder) / "state")
        studio.start()
        try:
            people = people_in(studio, asked.people)
            with training_beside(Path(folder) / "stage") as stage:
                asyncio.run(load(studio.url, people, asked.rate, 3))  # what is loaded on first use
                had_s = processor_s(studio.pid)
                result = summed_up(asyncio.run(load(studio.url, people, asked.rate, asked.seconds)))
                result["studio"] = {"processor_s": round(processor_s(studio.pid) - had_s, 1)}
        finally:
            studio.kill_everything()
    result["stage"] = {name: round(value, 1) for name, value in vars(stage).items()}
    print(json.dumps(result) if asked.json else as_table(result))
    return 1 if result["failed"] else 0


def as_table(result: dict[str, Any]) -> str:
    """For people: milliseconds."""
    rows = [("all", result["all"]), *result["calls"].items()]
    lines = [
        f"| {name} | {row['count']} | {row['p50']} | {row['p95']} | {row['p99']} |" for name, row in rows
    ]
    head = ["| call | requests | p50 ms | p95 ms | p99 ms |", "| --- | --- | --- | --- | --- |"]
    stage = "The stage beside it had {processor_s} processor seconds in {seconds}, ".format(**result["stage"])
    stage += "the studio {processor_s}.".format(**result["studio"])
    return "\n".join([*head, *lines, f"Failed: {result['failed']}", stage])


if __name__ == "__main__":
    sys.exit(main())
