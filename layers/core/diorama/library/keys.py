"""The storage layout: the only place that builds a key.

    {raw|frames|poses|models|...}/{project_id}/{key}/{attempt}/...
    checkpoints/{project_id}/{key}/...    requests/{project_id}/{job_id}/...

Kind first, because lifecycle rules match prefixes.
"""


def stage_output_uri(bucket: str, kind: str, project_id: str, key: str, job_id: str, attempt: int) -> str:
    """Where one attempt of one job puts the result of a cache key."""
    return f"s3://{bucket}/{kind}/{project_id}/{key}/{job_id}-{attempt}"


def checkpoint_uri(bucket: str, project_id: str, key: str) -> str:
    """Where the checkpoints of a cache key lie, whichever attempt writes them."""
    return f"s3://{bucket}/checkpoints/{project_id}/{key}"


def request_uri(bucket: str, project_id: str, job_id: str, work: str) -> str:
    """The document that a worker is started with."""
    return f"s3://{bucket}/requests/{project_id}/{job_id}/{work}.json"
