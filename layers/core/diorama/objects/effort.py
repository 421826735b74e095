"""How much work the stages of objects are: natural units of each step, and what they took where they were measured.

Seconds of a unit are guesses until a studio's own jobs tell better.
"""

from collections.abc import Mapping
from typing import Any

from diorama.effort import INPUT, Kind, Outlook, Reports, Step, beside

Params = Mapping[str, Any]

SPLATS = {"fast": 20_000, "balanced": 60_000, "high": 200_000}


def embed_photo(params: Params, reports: Reports, kind: Kind) -> Outlook:
    """The photo is read and made smaller; an encoder looks at it, where one is installed."""
    found = reports[INPUT]
    width, height = int(found.get("width_px") or 4000), int(found.get("height_px") or 3000)
    shrunk = min(1.0, params["max_side_px"] / max(width, height, 1))
    report = {"width_px": round(width * shrunk), "height_px": round(height * shrunk)}
    encoding = Step("encode", 1, 0.2, 1.0 if kind == "gpu" else 2.0, 90)
    return Outlook(
        (
            beside(1.5),
            Step("read", width * height / 1e6, 0.1, 0.05, 30),
            encoding,
            Step("write", 1, 0, 0.1, 100),
        ),
        report,
    )


def build_object(params: Params, reports: Reports, kind: Kind) -> Outlook:
    """Masks of the photo, a shape for each, and its files."""
    photo, objects = reports["embed_photo"], int(reports[INPUT].get("objects") or 1)
    mpx = float(photo["width_px"]) * float(photo["height_px"]) / 1e6
    splats = objects * float(params["splats"] or SPLATS[params["quality"]])
    shape_s = 10.0 if kind == "gpu" else 2.0
    return Outlook(
        (
            beside(1.5),
            Step("masks", mpx * objects, 0.2, 0.2, 10),
            Step("shapes", objects, 0.2, shape_s, 60),
            Step("files", objects + splats / 1e5, 0.2, 1.0, 100),
        ),
        {},
    )
