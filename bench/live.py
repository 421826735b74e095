"""How long it takes from a worker's report until an open page is told, on one machine.

    PYTHONPATH=layers/core:functions:. python -m bench.live

A studio runs in a process of its own; this one publishes progress as a worker does, and listens as a page does.
"""

import json
import os
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from websockets.sync.client import ClientConnection, connect

from diorama.events import StageProgress
from diorama.jobs import table
from diorama.jobs.models import Job
from diorama.platform import Platform
from diorama.settings import read_settings
from local.client import StudioClient
from local.demo import studio_of
from local.environment import local_environment
from local.platform import connect as connect_platform
from local.state import ROOT, StateFolder
from local.template import read_template

MESSAGES = 100
PAUSE_S = 0.1


def main() -> None:
    """Prints milliseconds as JSON."""
    with TemporaryDirectory() as folder:
        state = StateFolder(Path(folder) / "state")
        with studio_of(state) as url:
            os.environ.update(
                local_environment(read_template(ROOT / "template.yaml").environment, state, url)
            )
            platform = connect_platform(read_settings())
            client = signed_in(url, state)
            job = a_job(platform, client)
            ticket = client.ask("POST", "/v1/live/tickets")
            with connect(f"{ticket['url']}?ticket={ticket['ticket']}") as page:
                times_ms = [told_after_ms(platform, page, job, number) for number in range(MESSAGES + 5)][5:]
    shown = {"median_ms": median(times_ms), "p95_ms": quantiles(times_ms, n=20)[-1], "most_ms": max(times_ms)}
    sys.stdout.write(json.dumps({name: round(value, 1) for name, value in shown.items()}) + "\n")


def signed_in(url: str, state: StateFolder) -> StudioClient:
    """As the demo user."""
    client = StudioClient(url)
    client.sign_in(*state.demo_user())
    return client


def a_job(platform: Platform, client: StudioClient) -> Job:
    """A running job of the demo user's, of which nothing runs."""
    project = client.ask("POST", "/v1/projects", {"name": "Bench"})
    job = Job(
        job_id="bench",
        product="tours",
        project_id=project["project_id"],
        user_id=project["owner_id"],
        subject_id="none",
        stages=("sample_frames",),
        correlation_id="bench",
        execution="none",
        created_at=platform.clock.now(),
    )
    table.add_job(platform.jobs, job)
    return job


def told_after_ms(platform: Platform, page: ClientConnection, job: Job, number: int) -> float:
    """Publishes one report and waits for the message that tells of it."""
    time.sleep(PAUSE_S)
    progress: dict[str, Any] = {"percent": number / 2, "message": str(number), "metrics": {}}
    report = StageProgress(
        job_id=job.job_id,
        attempt=1,
        work="bench",
        launch=0,
        sequence=number + 1,
        time=time.time(),
        stage="sample_frames",
        **progress,
    )
    began = time.perf_counter()
    platform.outbox.publish(platform.settings.events_topic, report.model_dump(mode="json"))
    while True:
        told = json.loads(page.recv(timeout=10))
        if told["job"]["message"] == str(number):
            return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
