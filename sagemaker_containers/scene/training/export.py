"""What is left of training: a scene, and renders beside photos."""

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
from views.lpips import Lpips
from views.view import PhotoView

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


def judge(
    scene: SplatScene, held_out: Sequence[PhotoView], renders: Path, lpips: Lpips | None = None
) -> Evaluation:
    """Scores every held-out view, and writes it into `renders`: photo left, render right."""
    renders.mkdir(parents=True, exist_ok=True)
    scores: list[Score] = []
    for view in held_out:
        picture = draw(scene, view.view)
        scores.append(score(view, picture, lpips))
        beside = np.hstack([view.photo, np.rint(picture * 255).astype(np.uint8)])
        path = renders / f"{Path(view.image).stem}.jpg"
        cv2.imwrite(str(path), beside[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return Evaluation(tuple(scores))
