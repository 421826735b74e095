"""From a cut-out to a body, by rules: nothing is known of the side that nobody saw."""

from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from diorama.objects.stages import BuildObjectParams, Quality, Shape
from photo_cutouts import PhotoCutout, Picture
from shapes.body import Body
from shapes.choice import choose
from shapes.colouring import looks
from shapes.extruded import extruded_field, footprint, plate
from shapes.inflated import squared_field, squared_heights
from shapes.lathe import Turned, taken_apart, turned_back, turned_heights
from shapes.paint import paint
from shapes.silhouette import Floats, Silhouette, sampled, silhouette
from shapes.surface import closed_surface
from shapes.symmetry import best_mirror
from shapes.thickness import thickness


@dataclass(frozen=True)
class Fineness:
    """What a quality means: cells along the silhouette's long side, the texture's long side, and splats."""

    cells: int
    texture_px: int
    splats: int


FINENESS: dict[Quality, Fineness] = {
    "fast": Fineness(112, 1024, 40_000),
    "balanced": Fineness(176, 1536, 100_000),
    "high": Fineness(288, 4096, 250_000),
}

JUDGED_CELLS = 176
"""Along the long side of the outline that shapes are chosen by, whatever the quality: a finer one has other corners."""
FRONT_SHARE = 0.7
"""Of the texture's long side, for the front."""


def fineness(params: BuildObjectParams) -> Fineness:
    """What was asked for: a quality, and numbers that override it."""
    usual = FINENESS[params.quality]
    return Fineness(usual.cells, params.texture_side_px or usual.texture_px, params.splats or usual.splats)


def estimate(
    photo: Picture, cut: PhotoCutout, fine: Fineness, seed: int, wanted: Shape | None = None
) -> Body:
    """The body of a cut-out. Photo and mask are of one size; `wanted` overrides the choice of its shape."""
    judged = silhouette(cut.mask, JUDGED_CELLS)
    outline = judged if fine.cells == JUDGED_CELLS else silhouette(cut.mask, fine.cells)
    choice = choose(judged, wanted)
    turned = taken_apart(outline, best_mirror(outline.coverage)) if choice.shape == "lathe" else None
    field, more = _turned_field(outline, turned) if turned else _field(choice.shape, judged, outline, photo)
    behind = partial(turned_back, turned) if turned else None
    seen = looks(photo, cut.mask, outline, int(FRONT_SHARE * fine.texture_px), seed, behind)
    return Body(choice.shape, outline, closed_surface(field), paint(seen), f"{choice.why} {more}".strip())


def _turned_field(outline: Silhouette, turned: Turned) -> tuple[Floats, str]:
    """The field of a turned thing; nothing more is to be said of it."""
    heights = turned_heights(turned, outline.coverage.shape)
    if heights.max() <= 0:  # a line, which has nothing to turn
        heights = squared_heights(outline.inside)
    return squared_field(heights, heights), ""


def _field(shape: Shape, judged: Silhouette, outline: Silhouette, photo: Picture) -> tuple[Floats, str]:
    """The field of a plate, a box or a cushion, measured on one outline and made on another; and what to say of it."""
    if shape == "flat":
        return extruded_field(outline, plate(judged).on(judged, outline)), ""
    if shape == "extruded":
        print_of = footprint(judged)
        seen = "over its near edge" if print_of.is_turned else "from the front"
        return extruded_field(outline, print_of.on(judged, outline)), f"It is seen {seen}."
    cushion = squared_heights(judged.inside)
    times, explained = thickness(judged, cushion, _brightness(photo, judged))
    squared = cushion if outline is judged else squared_heights(outline.inside)
    heights = squared * np.where(squared > 0, np.float32(times**2), np.float32(1))
    return squared_field(heights, heights), f"{times:.2f} times a cushion: light explains {explained:.0%}."


def _brightness(photo: Picture, outline: Silhouette) -> Floats:
    """Of the photo (rows, columns) under the outline's grid."""
    grey = np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), np.uint8)
    return sampled(grey, outline.corner_px, outline.cell_px, (outline.columns, outline.rows))
