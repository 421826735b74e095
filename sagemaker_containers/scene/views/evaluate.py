"""How near pictures are to photos: PSNR and SSIM, by view and on average.

No exposure, colour or pose is fitted to the photo that a picture is compared with, but for the one measure that says so
in its name.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from splats.cameras import View
from views.lpips import Lpips
from views.view import PhotoView

Picture = NDArray[np.float32]
"""(height, width, 3), red green blue, 0 to 1."""

WINDOW_PX, WINDOW_SIGMA_PX = 11, 1.5
C1, C2 = 0.01**2, 0.03**2
"""Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity" (2004)."""

MAX_PSNR_DB = 100.0
"""Said of pictures that are equal, so that means stay finite."""


@dataclass(frozen=True)
class Score:
    """One picture beside its photo: PSNR in decibels, SSIM up to 1, LPIPS where its weights are known.

    `psnr_exposure_fitted`: after the picture was given the gain and bias by channel that bring it nearest to the photo.
    """

    image: str
    psnr: float
    ssim: float
    psnr_exposure_fitted: float
    lpips: float | None = None


@dataclass(frozen=True)
class Evaluation:
    """Scores by view; `psnr` and `ssim` are their plain means."""

    scores: tuple[Score, ...]

    @property
    def psnr(self) -> float:
        return math.fsum(score.psnr for score in self.scores) / len(self.scores)

    @property
    def ssim(self) -> float:
        return math.fsum(score.ssim for score in self.scores) / len(self.scores)


def evaluate(views: Iterable[PhotoView], draw: Callable[[View], Picture]) -> Evaluation:
    """Draws each view and compares it with its photo. There must be at least one view."""
    return Evaluation(tuple(score(view, draw(view.view)) for view in views))


def score(view: PhotoView, picture: Picture, lpips: Lpips | None = None) -> Score:
    """The picture (height, width, 3), cut to 0..1 as a screen would, against the view's photo."""
    shown = np.clip(picture.astype(np.float64), 0, 1)
    photo = view.photo.astype(np.float64) / 255
    return Score(
        view.image,
        psnr(shown, photo),
        ssim(shown, photo),
        psnr(exposed(shown, photo), photo),
        lpips.distance(shown, photo) if lpips else None,
    )


def exposed(picture: NDArray[np.float64], photo: NDArray[np.float64]) -> NDArray[np.float64]:
    """The picture with the gain and bias by channel that bring it nearest to the photo, least squares."""
    shown, wanted = picture.reshape(-1, 3), photo.reshape(-1, 3)
    middle, wanted_middle = shown.mean(0), wanted.mean(0)
    spread = ((shown - middle) ** 2).mean(0)
    together = ((shown - middle) * (wanted - wanted_middle)).mean(0)
    gain = np.divide(together, spread, out=np.ones(3), where=spread > 0)
    return np.asarray(np.clip((picture - middle) * gain + wanted_middle, 0, 1))


def psnr(picture: NDArray[np.floating], photo: NDArray[np.floating]) -> float:
    """Peak signal to noise in decibels, of values from 0 to 1."""
    error = float(np.mean((picture - photo) ** 2))
    return MAX_PSNR_DB if error == 0 else min(MAX_PSNR_DB, -10 * math.log10(error))


def ssim(picture: NDArray[np.float64], photo: NDArray[np.float64]) -> float:
    """Mean structural similarity over channels and all places where the whole window fits.

    Images smaller than the window are compared where their middle is.
    """
    mean_a, mean_b = blur(picture), blur(photo)
    variance_a = blur(picture * picture) - mean_a**2
    variance_b = blur(photo * photo) - mean_b**2
    covariance = blur(picture * photo) - mean_a * mean_b
    luminance = (2 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1)
    structure = (2 * covariance + C2) / (variance_a + variance_b + C2)
    rows, columns = (interior(length) for length in picture.shape[:2])
    return float((luminance * structure)[rows, columns].mean())


def blur(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gaussian mean over the window; zeros beyond the edges."""
    kernel = cv2.getGaussianKernel(WINDOW_PX, WINDOW_SIGMA_PX, cv2.CV_64F)
    return np.asarray(cv2.sepFilter2D(image, -1, kernel, kernel, borderType=cv2.BORDER_CONSTANT))


def interior(length_px: int) -> slice:
    """Where along a side of this length the whole window fits; the middle where it fits nowhere."""
    edge = min(WINDOW_PX // 2, (length_px - 1) // 2)
    return slice(edge, length_px - edge)
