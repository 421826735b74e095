from pathlib import Path

import pytest

from diorama.jobs import table
from diorama.jobs.models import Job, Work
from diorama.platform import Platform
from tests.fakes import platform_in
from tests.studio_jobs import a_job


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    instances = {"cpu": "ml.c5.4xlarge", "gpu": "ml.g5.2xlarge"}
    return platform_in(tmp_path, instances=instances, region="us-east-1")


@pytest.fixture
def job(platform: Platform) -> Job:
    made = a_job(created_at=platform.clock.now())
    table.add_job(platform.jobs, made)
    return made


def launched(platform: Platform, name: str = "w0", attempt: int = 1, **changes: object) -> Work:
    """Work on a CPU machine without a disk, unless told otherwise."""
    work = Work(
        name=name,
        job_id="job1",
        attempt=attempt,
        operation="create_training_job",
        task_token="token",
        outputs=(),
        launched_at=platform.clock.now(),
        deadline=platform.clock.now() + 3600,
        instance="ml.c5.4xlarge",
    ).model_copy(update=changes)
    table.put_work(platform.jobs, work)
    return work
