"""The one document that a worker is given: which stages to run, on what, and where the results go."""

from typing import Literal

from pydantic import Field

from diorama.ports import JsonObject
from diorama.stage import Contract

EARLIER_STAGE = "stage:"


class StageRequest(Contract):
    """One stage of a request.

    Each input is a URI, or `stage:<name>`: the output of an earlier stage of the same request. `smaller`: how
    often memory ran out before, so that the params ask for less than the key stands for.
    """

    stage: str
    key: str
    inputs: dict[str, str]
    params: JsonObject
    output: str
    checkpoint: str
    smaller: int = 0


class WorkRequest(Contract):
    """Stages to run in order on one machine. `topic` empty: progress is only printed."""

    version: Literal[1] = 1
    job_id: str
    attempt: int = Field(ge=1)
    launch: int = Field(0, ge=0, description="How many times this attempt's work was started before")
    work: str
    project_id: str
    correlation_id: str
    topic: str = ""
    stages: tuple[StageRequest, ...] = Field(min_length=1)
