"""What is left of training: splats.ply, quality.json, and renders beside photos.

quality.json, schema 1:
    psnr, ssim      means over the held-out photos; nothing was fitted to them
    long_side_px    at which they were compared
    images          in order: image, psnr, ssim
    held_out        their names
    curve           [step, seconds of training, psnr over the held-out photos] as training went on
"""

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from splats.scene import SplatScene
from training.model import Model
from views.draw import draw
from views.evaluate import Evaluation, Score, score
from views.view import PhotoView

SCHEMA = 1
JPEG_QUALITY = 92


def scene_of(model: Model) -> SplatScene:
    """The splats as they stand, on the device where they are trained."""
    splats: dict[str, Tensor] = {name: tensor.detach() for name, tensor in model.splats.items()}
    return SplatScene(
        means=splats["means"],
        quats=splats["quats"],
        log_scales=splats["scales"],
        opacity_logits=splats["opacities"],
        sh=torch.cat([splats["sh0"], splats["shN"]], 1),
    )


def judge(scene: SplatScene, held_out: Sequence[PhotoView], renders: Path) -> Evaluation:
    """Scores every held-out view, and writes it into `renders`: photo left, render right."""
    renders.mkdir(parents=True, exist_ok=True)
    scores: list[Score] = []
    for view in held_out:
        picture = draw(scene, view.view)
        scores.append(score(view, picture))
        beside = np.hstack([view.photo, np.rint(picture * 255).astype(np.uint8)])
        path = renders / f"{Path(view.image).stem}.jpg"
        cv2.imwrite(str(path), beside[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return Evaluation(tuple(scores))


def write_quality(path: Path, evaluation: Evaluation, long_side_px: int, curve: list[list[float]]) -> None:
    """Writes the document above."""
    document = {
        "schema": SCHEMA,
        "psnr": round(evaluation.psnr, 4),
        "ssim": round(evaluation.ssim, 5),
        "long_side_px": long_side_px,
        "images": [
            {"image": each.image, "psnr": round(each.psnr, 4), "ssim": round(each.ssim, 5)}
            for each in evaluation.scores
        ],
        "held_out": [each.image for each in evaluation.scores],
        "curve": curve,
    }
    path.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", encoding="utf-8")
