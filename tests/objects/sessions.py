"""Sessions for tests: photos, masks, and what the stages would have made."""

import base64
import json
from typing import Any

from diorama.objects import actions, building, cutting
from diorama.objects.masks import Mask, write_mask
from diorama.objects.models import Embedding, NewCutout, NewSession, SessionDetails
from diorama.objects.stages import BuildObjectReport, BuiltObject, EmbedPhotoReport
from tests.studio_world import World

JPEG = b"\xff\xd8\xff" + bytes(range(256)) * 4
WIDTH_PX, HEIGHT_PX = 40, 30
READ = EmbedPhotoReport(
    model="diorama",
    width_px=WIDTH_PX,
    height_px=HEIGHT_PX,
    source_width_px=80,
    source_height_px=60,
    bytes=1000,
    seconds={"read": 0.5},
)


def begun(world: World, project_id: str | None = None) -> SessionDetails:
    """A session of ann's whose photo is not read yet."""
    project_id = project_id or world.project("ann").project_id
    upload = world.uploaded("ann", project_id, JPEG, name="chair.jpg", type="image/jpeg")
    wanted = NewSession(project_id=project_id, upload_id=upload.upload_id)
    return actions.start(world.platform, "ann", wanted, "c")


def read(world: World, session: SessionDetails) -> Embedding:
    """Lets the session's photo be read, as the machine does."""
    embedding = Embedding(folder=f"s3://media/embeddings/{session.project_id}/key/job-1", report=READ)
    world.store.put(f"{embedding.folder}/photo.jpg", b"a photo")
    world.store.put(f"{embedding.folder}/report.json", b"{}")
    building.keep_photo(world.platform, session.session_id, embedding)
    return embedding


def mask_png(width_px: int = WIDTH_PX, height_px: int = HEIGHT_PX, covered_px: int = 300) -> str:
    """A mask that covers so many pixels from the top, as it is sent."""
    pixels = (b"\xff" * covered_px).ljust(width_px * height_px, b"\0")
    return base64.b64encode(write_mask(Mask(width_px, height_px, pixels))).decode()


def a_cutout(**changes: Any) -> NewCutout:
    return NewCutout.model_validate({"name": "chair", "mask_png": mask_png(), **changes})


def cut_out(world: World, session: SessionDetails, cutout_id: str = "chair", **changes: Any) -> None:
    cutting.put(world.platform, "ann", session.session_id, cutout_id, a_cutout(**changes))


def ready(world: World, project_id: str | None = None) -> SessionDetails:
    """A session of ann's with a chair cut out."""
    session = begun(world, project_id)
    read(world, session)
    cut_out(world, session)
    return actions.look(world.platform, "ann", session.session_id)


def built_object(cutout_id: str = "chair", **changes: Any) -> BuiltObject:
    files = {
        f"objects/{cutout_id}/mesh.glb": 500,
        f"objects/{cutout_id}/picture.webp": 100,
    }
    told = {
        "cutout_id": cutout_id,
        "name": cutout_id,
        "model": "diorama",
        "shape": "inflated",
        "is_estimated": True,
        "splats": 1000,
        "vertices": 100,
        "faces": 200,
        "web_faces": 200,
        "is_watertight": True,
        "bounds_min": (-0.5, 0, -0.5),
        "bounds_max": (0.5, 1, 0.5),
        "placed_at": (0, 0, 0),
        "files": files,
    }
    return BuiltObject.model_validate({**told, **changes})


def make(world: World, session: SessionDetails, job_id: str = "job1", attempt: int = 1) -> str:
    """Lets a job have built the session's chair; the folder."""
    report = BuildObjectReport(model="diorama", objects=(built_object(),), bytes=600, seconds={"shapes": 1.5})
    folder = f"s3://media/objects/{session.project_id}/key/{job_id}-{attempt}"
    for path in (*report.objects[0].files, "scene/mesh.glb"):
        world.store.put(f"{folder}/{path}", b"content")
    world.store.put(f"{folder}/metadata.json", json.dumps({"points": 1000}).encode())
    world.store.put(f"{folder}/report.json", report.model_dump_json().encode())
    made_by = building.MadeBy(job_id=job_id, attempt=attempt, folder=folder)
    building.keep_build(world.platform, session.session_id, made_by, report)
    return folder
