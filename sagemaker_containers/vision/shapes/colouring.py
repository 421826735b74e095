"""What an object looks like from the front, where the photo says it, and from behind, where nobody knows.

Both are pictures over the same area, the silhouette's grid. Beyond the outline colours go on, so that no background
shows on a side that turns away, and the two agree where they meet.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from shapes.silhouette import Flags, Floats, Picture, Silhouette, sampled

DOUBTFUL_PX, DOUBTFUL_SHARE = 1.5, 0.006
"""Inside the outline, pixels (and a share of the object's long side) that may be mixed with the background."""
RIDGE = 0.6
"""Of the middle of a part that is thinner than that, this much counts as the object's own."""
RIM_SHARE = 0.035
"""Of the long side: the band along the outline whose colours go on behind."""
COARSE_PX = 256
"""Long side of the picture that colours are spread on; they are smooth."""
GRAIN = 0.5
"""Of the front's fine contrast, where nobody saw."""
GRAIN_SHARE = 1 / 60
"""Of the long side: what is finer than that is grain."""
OUTLIER = 2.5
"""Times the usual contrast: what is stronger is a line or an edge of the object, not its grain."""
BACKGROUND_SHARE = 0.03
"""Of the long side: how deep inside the outline the background may still show through, as through hair."""
DISTINCT = 30.0
"""Of 255: object and background differ by that much before one can be told from the other by colour."""
LEAST_WEIGHT = 1e-4
CELLS_IN_ONE = np.float32(4)
"""Of a picture in the next coarser one."""


@dataclass(frozen=True, eq=False)
class Looks:
    """Front and back, (height, width, 3) float32 from 0 to 255 in RGB, over the whole grid of a silhouette.

    `grain`, of the same size, is fine contrast around 0 that goes on over its edges: for all sides but the front.
    """

    front: Floats
    back: Floats
    grain: Floats


Behind = Callable[[Floats], Floats]
"""What lies behind, from the front, both (rows, columns, 3) over the silhouette's grid."""


def looks(
    photo: Picture,
    mask: Picture,
    shape: Silhouette,
    long_side_px: int,
    seed: int,
    behind: Behind | None = None,
) -> Looks:
    """The looks of a cut-out, at the photo's own resolution but no finer than `long_side_px`.

    Without `behind`, the colours along the outline are led towards the middle of the back.
    """
    columns_px, rows_px = shape.columns * shape.cell_px, shape.rows * shape.cell_px
    step_px = max(1.0, max(columns_px, rows_px) / long_side_px)
    size = (max(2, round(columns_px / step_px)), max(2, round(rows_px / step_px)))
    reduced = cv2.GaussianBlur(photo, (0, 0), step_px / 2) if step_px > 1.5 else photo
    picture = sampled(np.asarray(reduced, np.uint8), shape.corner_px, step_px, size).clip(0, 255)
    inside = sampled(mask, shape.corner_px, step_px, size, outside=cv2.BORDER_CONSTANT) >= 128
    depth_px = np.asarray(cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5), np.float32)
    long_px = max(size)
    known = trusted(depth_px, DOUBTFUL_PX + DOUBTFUL_SHARE * long_px)
    known &= ~like_background(picture, inside, depth_px, BACKGROUND_SHARE * long_px)
    front = spread(picture, known)
    rim_px = RIM_SHARE * long_px
    far = _coarsely_filled(front, depth_px < rim_px) if behind is None else _at_size(behind, front, shape)
    share = np.clip(depth_px / rim_px, 0, 1)[..., None]
    back = front + share * share * (3 - 2 * share) * (far - front)
    return Looks(front, np.asarray(back, np.float32), _grain(front, inside, GRAIN_SHARE * long_px, seed))


def like_background(picture: Floats, inside: Flags, depth_px: Floats, band_px: float) -> Flags:
    """Pixels near the outline whose colour is nearer to the background's beside them than to the object's."""
    within, beside = depth_px >= band_px, ~inside
    if not within.any() or not beside.any():
        return np.zeros_like(inside)
    own, other = (_coarsely_filled(picture, known) for known in (within, beside))
    to_own, to_other, apart = (
        np.linalg.norm(difference, axis=2) for difference in (picture - own, picture - other, own - other)
    )
    doubtful = inside & ~within & (apart > DISTINCT) & (to_other < to_own)
    return np.asarray(doubtful)


def trusted(depth_px: Floats, doubtful_px: float) -> Flags:
    """Pixels far enough from the outline to be the object's own; of thin parts, their middle.

    `depth_px`: of each pixel its distance to the outline, 0 outside.
    """
    width = 2 * int(np.ceil(doubtful_px)) + 1
    around = cv2.dilate(depth_px, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)))
    return np.asarray((depth_px > 0) & (depth_px >= np.minimum(doubtful_px, RIDGE * around)))


def spread(picture: Floats, known: Flags) -> Floats:
    """The picture with the colours of its known pixels carried on to the others: the nearest, then smoothed."""
    if not known.any():
        return picture
    away, nearest = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    colours = np.zeros((int(nearest.max()) + 1, 3), np.float32)
    colours[nearest[known]] = picture[known]
    carried = np.asarray(colours[nearest], np.float32)
    smooth = cv2.GaussianBlur(carried, (0, 0), 2.0)
    share = np.clip(away / 4, 0, 1)[..., None]
    return np.asarray(carried + share * (smooth - carried), np.float32)


def _at_size(behind: Behind, front: Floats, shape: Silhouette) -> Floats:
    """What lies behind, found on the silhouette's grid, as large as the front."""
    small = cv2.resize(front, (shape.columns, shape.rows), interpolation=cv2.INTER_AREA)
    found = behind(np.asarray(small, np.float32))
    return np.asarray(cv2.resize(found, front.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _coarsely_filled(picture: Floats, known: Flags) -> Floats:
    """The picture with what is not known led over smoothly from what is; smooth everywhere."""
    height, width = known.shape
    scale = min(1.0, COARSE_PX / max(height, width))
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    weights = known.astype(np.float32)
    small = (
        cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        for part in (picture * weights[..., None], weights)
    )
    filled = filled_in(*(np.asarray(part, np.float32) for part in small))
    return np.asarray(cv2.resize(filled, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def filled_in(colours: Floats, weights: Floats) -> Floats:
    """Colours (height, width, 3), times their weights, with what has none filled from ever coarser pictures.

    Weights of cells that become one add up until it is full, so that what is near counts before what is far however
    thin it is: S. Gortler et al., "The Lumigraph", SIGGRAPH 1996.
    """
    own = colours / np.maximum(weights, LEAST_WEIGHT)[..., None]
    if min(weights.shape) <= 2:
        total = max(float(weights.sum()), LEAST_WEIGHT)
        mean = colours.sum((0, 1)) / total
        return np.asarray(np.where(weights[..., None] > LEAST_WEIGHT, own, mean), np.float32)
    size = ((weights.shape[1] + 1) // 2, (weights.shape[0] + 1) // 2)
    mean_weights = np.asarray(cv2.pyrDown(weights, dstsize=size), np.float32)
    gain = np.minimum(CELLS_IN_ONE, 1 / np.maximum(mean_weights, LEAST_WEIGHT))
    mean_colours = np.asarray(cv2.pyrDown(colours, dstsize=size), np.float32)
    coarser = filled_in(mean_colours * gain[..., None], mean_weights * gain)
    below = cv2.resize(coarser, weights.shape[::-1], interpolation=cv2.INTER_LINEAR)
    share = np.clip(weights, 0, 1)[..., None]
    return np.asarray(below + share * (own - below), np.float32)


def _grain(front: Floats, inside: Flags, finest_px: float, seed: int) -> Floats:
    """Fine contrast like the front's in its spectrum, but at random places (height, width, 3).

    Random phase: B. Galerne, Y. Gousseau, J.-M. Morel, "Random Phase Textures", IEEE TIP 2011. One phase for the three
    channels keeps their colours together.
    """
    fine = front - cv2.GaussianBlur(front, (0, 0), finest_px)
    usual = np.median(np.abs(fine[inside])) if inside.any() else 0.0
    fine = np.clip(fine, -OUTLIER * usual, OUTLIER * usual) * inside[..., None]
    share = max(float(inside.mean()), 1e-3)
    noise = np.random.default_rng(seed).standard_normal(inside.shape).astype(np.float32)
    phase = np.exp(1j * np.angle(np.fft.rfft2(noise)))
    spectrum = np.abs(np.fft.rfft2(fine, axes=(0, 1)))
    drawn = np.fft.irfft2(spectrum * phase[..., None], s=inside.shape, axes=(0, 1))
    return np.asarray(GRAIN * drawn / np.sqrt(share), np.float32)
