"""What is made of a photo and how, without a table or a clock."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from diorama.errors import Conflict, Refused
from diorama.jobs.models import JobState
from diorama.library.models import Upload
from diorama.library.rules import FAMILIES
from diorama.objects.cutouts import MOST_CUTOUTS, Box, Click, Cutout, Cutouts
from diorama.objects.models import KeptCutout, NewCutout, Session, Step
from diorama.objects.stages import (
    BUILD_OBJECT,
    EMBED_PHOTO,
    BuildObjectParams,
    BuildObjectReport,
    EmbedPhotoReport,
)
from diorama.ports import JsonObject
from diorama.studio.stage_params import checked_params

PHOTOS = ("jpeg", "png", "webp")
ENDED_BADLY: frozenset[JobState] = frozenset({"refused", "failed", "cancelled"})
MOST_NAMED = 3


def step_of(session: Session, is_built: bool, encode: JobState | None, build: JobState | None) -> Step:
    """Where a session stands, from what is kept and how its newest jobs do (None: not there)."""
    if build in ENDED_BADLY:
        return "failed"
    if build is not None and build != "succeeded":
        return "building"
    if is_built:
        return "done"
    if session.embedding is not None:
        return "cutting"
    return "failed" if encode is None or encode in ENDED_BADLY else "encoding"


def check_photo(upload: Upload, most_bytes: int) -> None:
    """Raises `Conflict` (not arrived), `Refused` (no photo, too large)."""
    if upload.state != "complete":
        raise Conflict("The upload is not complete.", "Complete it first.", "upload_not_complete")
    if FAMILIES[upload.type] not in PHOTOS:
        raise Refused(
            f"{upload.name} is no photo that objects can be made from.",
            "Upload a JPEG, PNG or WebP photo.",
            "wrong_type",
        )
    if upload.size > most_bytes:
        raise Refused(
            f"{upload.name} has {upload.size / 1e6:.1f} MB; a photo has at most {most_bytes / 1e6:.0f} MB.",
            "Make it smaller: 8192 pixels on the long side are the most anyway.",
            "too_large",
        )


def name_of(upload: Upload) -> str:
    """What a session is called when nobody says."""
    return PurePath(upload.name).stem or upload.name


def encode_params(defaults: Mapping[str, Mapping[str, Any]]) -> dict[str, JsonObject]:
    """Parameters of embed_photo: this studio's, else the stage's own."""
    return {
        EMBED_PHOTO.name: checked_params(
            EMBED_PHOTO.name, EMBED_PHOTO.params, defaults.get(EMBED_PHOTO.name, {})
        )
    }


def build_params(
    wanted: BuildObjectParams, defaults: Mapping[str, Mapping[str, Any]]
) -> dict[str, JsonObject]:
    """Parameters of both stages: what is asked for, else this studio's, else the stage's own."""
    asked = wanted.model_dump(exclude_unset=True)
    values = {**defaults.get(BUILD_OBJECT.name, {}), **asked}
    built = checked_params(BUILD_OBJECT.name, BUILD_OBJECT.params, values)
    return {**encode_params(defaults), BUILD_OBJECT.name: built}


def check_cutout(wanted: NewCutout, photo: EmbedPhotoReport | None) -> None:
    """Raises `Refused` for one that says nothing, or points beside the photo."""
    if wanted.mask_png is None and wanted.box is None and not any(click.adds for click in wanted.clicks):
        raise Refused(
            "This says nowhere what the object is.", "Send a mask, a box, or a click on it.", "empty_cutout"
        )
    if wanted.box is not None and not (
        wanted.box.left < wanted.box.right and wanted.box.top < wanted.box.bottom
    ):
        raise Refused(
            "The box is empty.", "Its left is left of its right, its top above its bottom.", "empty_box"
        )
    if photo is not None and _beyond(wanted.clicks, wanted.box, photo):
        raise Refused(
            f"A click or the box lies beside the photo of {photo.width_px} x {photo.height_px} pixels.",
            "Count pixels of photo.jpg, from its upper left corner.",
            "beside_the_photo",
        )


def _beyond(clicks: Sequence[Click], box: Box | None, photo: EmbedPhotoReport) -> bool:
    points = [(click.x, click.y) for click in clicks]
    if box is not None:
        points.append((box.right, box.bottom))
    return any(x > photo.width_px or y > photo.height_px for x, y in points)


def document(session: Session, cutouts: Sequence[KeptCutout]) -> Cutouts:
    """What build_object reads beside the masks.

    Raises `Conflict` (the photo is not read yet), `Refused` (nothing is cut out, or too much, a mask does not fit).
    """
    if session.embedding is None:
        raise Conflict("The photo is not read yet.", "Wait for the session's encode job.", "photo_not_ready")
    photo = session.embedding.report
    if not cutouts:
        raise Refused("Nothing is cut out of the photo yet.", "Cut an object out first.", "nothing_cut_out")
    if len(cutouts) > MOST_CUTOUTS:
        raise too_many()
    for one in cutouts:
        if one.mask is not None and (one.width_px, one.height_px) != (photo.width_px, photo.height_px):
            raise Refused(
                f"The mask of {one.name} is {one.width_px} x {one.height_px} pixels; the photo is "
                f"{photo.width_px} x {photo.height_px}.",
                "Cut it out again.",
                "wrong_size_of_mask",
            )
    return Cutouts(
        width_px=photo.width_px,
        height_px=photo.height_px,
        cutouts=tuple(_for_stage(one) for one in cutouts),
        view=session.photo.view,
    )


def _for_stage(kept: KeptCutout) -> Cutout:
    told = kept.model_dump(include={"cutout_id", "name", "clicks", "box", "segmenter", "shape"})
    return Cutout.model_validate({**told, "mask": f"{kept.cutout_id}.png" if kept.mask else ""})


def digest_of(document: Cutouts, cutouts: Sequence[KeptCutout]) -> str:
    """Stands for what is built: the document and the masks that it names."""
    masks = "".join(one.mask or "-" for one in cutouts)
    return hashlib.sha256(f"{document.model_dump_json()}{masks}".encode()).hexdigest()


def too_many() -> Conflict:
    """There are as many cut-outs as a photo may have."""
    return Conflict(
        f"This photo has {MOST_CUTOUTS} objects cut out, and there can't be more.",
        "Remove one, or begin another session.",
        "too_many_cutouts",
    )


def made_of(report: BuildObjectReport) -> str:
    """What a letter says was made."""
    names = [one.name for one in report.objects]
    shown = ", ".join(names[:MOST_NAMED]) + (", ..." if len(names) > MOST_NAMED else "")
    return f"{len(names)} {'object' if len(names) == 1 else 'objects'}: {shown}"
