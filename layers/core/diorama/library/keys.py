"""The storage layout: the only place that builds a key.

    {raw|frames|poses|models|...}/{project_id}/{key}/{attempt}/...
    checkpoints/{project_id}/{key}/...    requests/{project_id}/{job_id}/...    published/{tour_id}/...
    cutouts/{project_id}/{session_id}/...

Kind first, because lifecycle rules match prefixes.
"""

import re

LONGEST_NAME = 100
PUBLISHED = "published"
CUTOUTS = "cutouts"


def raw_uri(bucket: str, project_id: str, upload_id: str, attempt: int, name: str) -> str:
    """Where an uploaded file goes; `name` is what its owner calls it."""
    return f"s3://{bucket}/raw/{project_id}/{upload_id}/{attempt}/{safe_name(name)}"


def stage_output_uri(bucket: str, kind: str, project_id: str, key: str, job_id: str, attempt: int) -> str:
    """Where one attempt of one job puts the result of a cache key."""
    return f"s3://{bucket}/{kind}/{project_id}/{key}/{job_id}-{attempt}"


def checkpoint_uri(bucket: str, project_id: str, key: str, smaller: int = 0) -> str:
    """Where the checkpoints of a cache key lie, whichever attempt writes them; apart where it got less memory."""
    return f"s3://{bucket}/checkpoints/{project_id}/{key}" + (f"-smaller{smaller}" if smaller else "")


def request_uri(bucket: str, project_id: str, job_id: str, work: str) -> str:
    """The document that a worker is started with."""
    return f"s3://{bucket}/requests/{project_id}/{job_id}/{work}.json"


def published_uri(bucket: str, tour_id: str) -> str:
    """The folder that visitors of a tour read; the only one that is open to everybody."""
    return f"s3://{bucket}/{PUBLISHED}/{tour_id}"


def cutouts_uri(bucket: str, project_id: str, session_id: str) -> str:
    """The folder of what people cut out of a photo: masks, what builds read, and the copy of a tour's frame."""
    return f"s3://{bucket}/{CUTOUTS}/{project_id}/{session_id}"


def safe_name(name: str) -> str:
    """A file name without folders, spaces or signs that mean something to a shell, a URL or a file system.

    The end of a long name is kept: it says what the file is.
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", last).lstrip(".-_")
    return plain[-LONGEST_NAME:].lstrip(".-_") or "file"
