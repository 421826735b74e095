"""Jobs for tests to look at."""

from typing import Any

from diorama.jobs.models import Job

JOB = Job(
    job_id="job1",
    product="tours",
    project_id="p1",
    user_id="ann",
    subject_id="t1",
    stages=("sample_frames", "solve_poses"),
    data={"video": {"uri": "s3://media/raw/p1/u1/1/walk.mp4", "key": "c" * 64 + "-1"}},
    correlation_id="c1",
    created_at=1_800_000_000.0,
)


def a_job(**changes: Any) -> Job:
    return JOB.model_copy(update=changes)
