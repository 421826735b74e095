"""Objects of a photo that a running studio has made: what is on the photo is known exactly."""

import base64
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.journey.running_studio import RunningStudio, wait_for

Picture = NDArray[np.uint8]
WIDTH_PX, HEIGHT_PX = 480, 360
CORNER = [(60, 300), (60, 230), (180, 230), (180, 90), (240, 90), (240, 300)]
"""A red corner: low on its left, high on its right."""
QUICK_BUILD = {"quality": "fast", "splats": 4000, "texture_side_px": 256}
BUILT_WITHIN_S = 120.0


def photo() -> Picture:
    """A red corner and a yellow ball before a green wall; blue, green, red."""
    picture = np.full((HEIGHT_PX, WIDTH_PX, 3), (90, 130, 70), np.uint8)
    cv2.fillPoly(picture, [np.array(CORNER)], (40, 50, 200))
    cv2.circle(picture, (370, 240), 60, (60, 200, 230), -1)
    return picture


def corner() -> Picture:
    """The corner's mask."""
    return cv2.fillPoly(np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8), [np.array(CORNER)], 255)


def ball() -> Picture:
    """The ball's mask."""
    return cv2.circle(np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8), (370, 240), 60, 255, -1)


def finished_session(studio: RunningStudio, folder: Any, names: tuple[str, ...] = ("corner", "ball")) -> str:
    """A session of the demo user whose objects are made: its id."""
    path = folder / "still.png"
    cv2.imwrite(str(path), photo())
    project_id = studio.project()
    upload_id = studio.upload(project_id, path, "image/png")
    wanted = {"project_id": project_id, "upload_id": upload_id, "name": "Still life"}
    session_id = str(studio.ask("POST", "/v1/objects", json=wanted)["session_id"])
    at_step(studio, session_id, "cutting")
    masks = {"corner": corner(), "ball": ball()}
    for name in names:
        cutout = {"name": f"The {name}", "mask_png": as_base64(masks[name])}
        studio.ask("PUT", f"/v1/objects/{session_id}/cutouts/{name}", json=cutout)
    build(studio, session_id)
    return session_id


def build(studio: RunningStudio, session_id: str, **params: Any) -> None:
    """Makes the objects and waits for them."""
    wanted = {"params": {**QUICK_BUILD, **params}}
    studio.ask("POST", f"/v1/objects/{session_id}/builds", json=wanted)
    at_step(studio, session_id, "done")


def at_step(studio: RunningStudio, session_id: str, step: str) -> None:
    def look() -> bool:
        session = studio.ask("GET", f"/v1/objects/{session_id}")
        assert session["step"] != "failed", session
        return bool(session["step"] == step)

    wait_for(look, BUILT_WITHIN_S)


def as_base64(mask: Picture) -> str:
    return base64.b64encode(cv2.imencode(".png", mask)[1].tobytes()).decode()
