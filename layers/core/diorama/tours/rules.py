"""What a tour is made from and with which parameters, without a table or a clock."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from diorama.errors import Conflict, Refused
from diorama.library.models import Upload
from diorama.library.rules import FAMILIES
from diorama.ports import JsonObject
from diorama.studio.stage_params import checked_params
from diorama.tours.models import TourParams
from diorama.tours.stages import STAGES

SOURCES = ("iso_video", "avi", "zip")


def effective_params(wanted: TourParams, defaults: Mapping[str, Mapping[str, Any]]) -> dict[str, JsonObject]:
    """Every parameter of every stage: what is asked for, else this studio's, else the stage's own.

    Raises `Refused` where they don't go together.
    """
    asked = wanted.model_dump(exclude_unset=True)
    return {
        stage.name: checked_params(
            stage.name, stage.params, {**defaults.get(stage.name, {}), **asked.get(stage.name, {})}
        )
        for stage in STAGES
    }


def check_source(upload: Upload) -> None:
    """Raises `Conflict` (not arrived), `Refused` (not something to make a tour from)."""
    if upload.state != "complete":
        raise Conflict("The upload is not complete.", "Complete it first.", "upload_not_complete")
    if FAMILIES[upload.type] not in SOURCES:
        raise Refused(
            f"A tour can't be made from {upload.name}.",
            "Upload a video (MP4, MOV, AVI), or a zip of at least 20 overlapping photos.",
            "wrong_type",
        )


def made_of(report: Mapping[str, Any]) -> str:
    """What a letter says was made, from the report of the last stage; nothing where that doesn't tell.

    No tour that is made is lost for want of a sentence.
    """
    if "splats" not in report or "psnr" not in report:
        return ""
    return f"A tour of {report['splats']:,} splats, {report['psnr']:.1f} dB on photos held back"


def name_of(upload: Upload) -> str:
    """What a tour is called when nobody says."""
    return PurePath(upload.name).stem or upload.name


def machine_data(upload: Upload, params: Mapping[str, JsonObject], found: JsonObject) -> JsonObject:
    """What the tours machine starts from beside the job: the video, what is in it, every stage's parameters."""
    video = {"uri": upload.uri, "key": upload.checksum}
    return {"video": video, "params": dict(params), "found": found}
