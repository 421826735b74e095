"""The state `Keep the objects` of the objects machine: the session names what was made."""

from typing import Any

from diorama.objects import building, rules
from diorama.objects.models import Embedding
from diorama.objects.stages import BuildObjectReport, EmbedPhotoReport
from diorama.platform import connect
from diorama.stage import Contract
from journal import journal


class Output(Contract):
    """Where a stage's result lies."""

    uri: str
    key: str


class ReadPhoto(Contract):
    """What embed_photo made."""

    output: Output
    report: EmbedPhotoReport


class BuiltObjects(Contract):
    """What build_object made."""

    output: Output
    report: BuildObjectReport


class Results(Contract):
    """By stage."""

    embed_photo: ReadPhoto
    build_object: BuiltObjects | None = None


class KeepInput(Contract):
    """What the machine hands over."""

    session_id: str
    job_id: str
    attempt: int
    results: Results


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Lambda's entry."""
    asked = KeepInput.model_validate(event)
    platform, photo, built = connect(), asked.results.embed_photo, asked.results.build_object
    embedding = Embedding(folder=photo.output.uri, report=photo.report)
    kept = building.keep_photo(platform, asked.session_id, embedding)
    if built is not None:
        made_by = building.MadeBy(job_id=asked.job_id, attempt=asked.attempt, folder=built.output.uri)
        building.keep_build(platform, asked.session_id, made_by, built.report)
    journal().info(
        "keep the objects", session_id=asked.session_id, job_id=asked.job_id, kept=kept is not None
    )
    return {"made": rules.made_of(built.report) if built else ""}
