"""quality.json: what is known of how good a trained model is, for later stages and for the page.

Schema 2:
    psnr, ssim              means over the held-out photos; nothing was fitted to them
    lpips                   the same; left out where the owner gave no weights for it
    psnr_exposure_fitted    psnr after each picture was given its photo's exposure, a gain and a bias by channel that
                            fit best: what is left of the error is not the camera's automatic exposure. It looks at the
                            photos that it judges, so it is no substitute for `psnr`
    long_side_px            at which they were compared
    images                  in order: image, psnr, ssim, psnr_exposure_fitted, and lpips where known
    held_out                their names
    curve                   [step, seconds of training, psnr over the held-out photos] as training went on
    training                views, psnr of the last round, stopped_early, rollbacks
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.course import Course
from views.evaluate import Evaluation, Score

SCHEMA = 2


def write_quality(path: Path, evaluation: Evaluation, long_side_px: int, views: int, course: Course) -> None:
    """Writes the document above."""
    document = {
        "schema": SCHEMA,
        **_means(evaluation),
        "long_side_px": long_side_px,
        "images": [_row(score) for score in evaluation.scores],
        "held_out": [score.image for score in evaluation.scores],
        "curve": course.curve,
        "training": {
            "views": views,
            "psnr": round(course.rounds[-1][1], 4) if course.rounds else None,
            "stopped_early": course.skipped > 0,
            "rollbacks": course.rollbacks,
        },
    }
    path.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _means(evaluation: Evaluation) -> dict[str, float]:
    means = {
        "psnr": round(evaluation.psnr, 4),
        "ssim": round(evaluation.ssim, 5),
        "psnr_exposure_fitted": round(_mean([score.psnr_exposure_fitted for score in evaluation.scores]), 4),
    }
    known = [score.lpips for score in evaluation.scores if score.lpips is not None]
    return means | ({"lpips": round(_mean(known), 5)} if known else {})


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _row(score: Score) -> dict[str, Any]:
    row: dict[str, Any] = {
        "image": score.image,
        "psnr": round(score.psnr, 4),
        "ssim": round(score.ssim, 5),
        "psnr_exposure_fitted": round(score.psnr_exposure_fitted, 4),
    }
    return row | ({"lpips": round(score.lpips, 5)} if score.lpips is not None else {})
