"""Small photos with things in them that are cut out: folders as `build_object` finds them."""

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from diorama.objects.cutouts import Cutout, Cutouts

Picture = NDArray[np.uint8]
WIDTH_PX, HEIGHT_PX = 160, 120


def photo() -> Picture:
    """A green ground with an orange ball on its left and a blue board on its right, (height, width, 3) in RGB."""
    picture = np.full((HEIGHT_PX, WIDTH_PX, 3), (60, 140, 70), np.uint8)
    cv2.circle(picture, (45, 60), 30, (230, 120, 30), -1)
    cv2.rectangle(picture, (95, 30), (145, 100), (40, 70, 200), -1)
    return picture


def ball() -> Picture:
    """The ball's mask."""
    return cv2.circle(np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8), (45, 60), 30, 255, -1)


def board() -> Picture:
    """The board's mask."""
    return cv2.rectangle(np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8), (95, 30), (145, 100), 255, -1)


def write_inputs(
    inputs: Path,
    masks: dict[str, Picture],
    *,
    cutouts: Sequence[Cutout] | None = None,
    picture: Picture | None = None,
) -> Path:
    """`inputs/embedding` and `inputs/cutouts`, a cut-out for each mask by its name."""
    shown = photo() if picture is None else picture
    (inputs / "embedding").mkdir(parents=True)
    (inputs / "cutouts").mkdir()
    cv2.imwrite(str(inputs / "embedding" / "photo.jpg"), shown[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])
    words = {"model": "diorama", "width_px": shown.shape[1], "height_px": shown.shape[0]}
    (inputs / "embedding" / "embedding.json").write_text(json.dumps(words))
    for name, mask in masks.items():
        cv2.imwrite(str(inputs / "cutouts" / f"{name}.png"), mask)
    named = cutouts or [Cutout(cutout_id=name, name=f"The {name}", mask=f"{name}.png") for name in masks]
    document = Cutouts(width_px=shown.shape[1], height_px=shown.shape[0], cutouts=tuple(named))
    (inputs / "cutouts" / "cutouts.json").write_text(document.model_dump_json())
    return inputs
