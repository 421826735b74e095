"""How much work the stages of objects are: natural units of each step, and what they took where they were measured.

Seconds of a unit are of two cores, both free, on small photos; those of models on GPUs are guesses until a studio's own
jobs tell better.
"""

from collections.abc import Mapping
from typing import Any

from diorama.effort import INPUT, Kind, Outlook, Reports, Step, beside

Params = Mapping[str, Any]

SPLATS = {"fast": 40_000, "balanced": 100_000, "high": 250_000}
"""As in shapes/estimate.py."""
PHOTO_PX = (4000, 3000)
"""Of a photo that nobody has looked at yet."""


def embed_photo(params: Params, reports: Reports, kind: Kind) -> Outlook:
    """The photo is read, made smaller and written; an encoder looks at it, where one is installed."""
    found = reports[INPUT]
    width, height = int(found.get("width_px") or PHOTO_PX[0]), int(found.get("height_px") or PHOTO_PX[1])
    shrunk = min(1.0, params["max_side_px"] / max(width, height, 1))
    report = {"width_px": round(width * shrunk), "height_px": round(height * shrunk)}
    mpx = width * height / 1e6
    # Without weights embedding is nothing to do; with SAM 2.1 it took 5.3 s on two cores, on a GPU nobody knows yet.
    return Outlook(
        (
            beside(1.0),
            Step("read", mpx, 0.0, 0.02, 25),
            Step("write", mpx * shrunk * shrunk, 0.0, 0.02, 30),
            Step("embed", 1, 0.0, 2.0 if kind == "gpu" else 0.01, 100),
        ),
        report,
    )


def build_object(params: Params, reports: Reports, kind: Kind) -> Outlook:  # noqa: ARG001 (our own shapes are CPU work)
    """Masks where only clicks were sent, a shape for each object, its files, and the scene of all."""
    photo, objects = reports["embed_photo"], int(reports[INPUT].get("objects") or 1)
    mpx = float(photo["width_px"]) * float(photo["height_px"]) / 1e6
    splats = objects * float(params["splats"] or SPLATS[params["quality"]]) / 1e5
    return Outlook(
        (
            beside(1.5),
            Step("read", mpx * objects, 0.1, 1.6, 5),
            Step("shape", objects, 0.0, 0.1, 90),
            Step("surface", objects, 0.0, 0.5, 90),
            Step("splats", splats, 0.0, 0.6, 90),
            Step("meshes", objects, 0.0, 0.3, 90),
            Step("scene", splats, 0.0, 0.45, 100),
        ),
        {},
    )
