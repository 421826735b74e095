from collections.abc import Callable
from pathlib import Path

import pytest

from diorama.jobs import table
from diorama.jobs.models import Job
from diorama.platform import Platform
from tests.fakes import platform_in


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return platform_in(tmp_path)


@pytest.fixture
def add_job(platform: Platform) -> Callable[..., Job]:
    """Adds a tour job; its id is the only thing that most tests care about."""

    def add(job_id: str = "job1", **changes: object) -> Job:
        job = Job(
            job_id=job_id,
            product="tours",
            project_id="project1",
            user_id="user1",
            subject_id="tour1",
            stages=("sample_frames", "solve_poses"),
            correlation_id="c1",
            created_at=platform.clock.now(),
        ).model_copy(update=changes)
        table.add_job(platform.jobs, job)
        return job

    return add
