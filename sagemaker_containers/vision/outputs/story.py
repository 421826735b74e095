"""metadata.json: what happened to a photo on its way to objects, for whoever downloads them."""

import json
from pathlib import Path

from diorama.objects.stages import BuildObjectParams, BuildObjectReport
from diorama.ports import JsonObject
from photo_cutouts import PhotoCutout

STORY, OBJECTS = "metadata.json", "objects.json"
FRAME = "+Y up, +Z to whoever took the photo, standing on y = 0, its middle over the origin"


def write_story(
    outputs: Path,
    embedding: JsonObject,
    cuts: list[PhotoCutout],
    params: BuildObjectParams,
    report: BuildObjectReport,
) -> None:
    """Writes metadata.json and objects.json."""
    story: JsonObject = {
        "version": 1,
        "photo": {key: embedding.get(key) for key in ("width_px", "height_px", "model")},
        "stages": {
            "embed_photo": {"seconds": embedding.get("seconds", {})},
            "build_object": {"seconds": report.seconds, "params": params.model_dump(mode="json")},
        },
        "frame": FRAME,
        "stl": "millimetres, +Z up; 100 mm along the longest side where the true size is unknown",
        "cutouts": [_cutout(cut) for cut in cuts],
        "objects": [built.model_dump(mode="json") for built in report.objects],
        "scene": report.scene_files,
    }
    (outputs / STORY).write_text(json.dumps(story, indent=2) + "\n", encoding="utf-8")
    (outputs / OBJECTS).write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _cutout(cut: PhotoCutout) -> JsonObject:
    document: JsonObject = cut.cutout.model_dump(mode="json", exclude={"mask"})
    return document | {"coverage": round(cut.coverage, 6)}
