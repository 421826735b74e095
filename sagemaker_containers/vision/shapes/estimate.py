"""From a cut-out to a body, by rules: nothing is known of the side that nobody saw."""

from dataclasses import dataclass

from diorama.objects.stages import BuildObjectParams, Quality
from photo_cutouts import PhotoCutout, Picture
from shapes.body import Body
from shapes.colouring import looks
from shapes.inflated import inflated_field
from shapes.paint import paint
from shapes.silhouette import silhouette
from shapes.surface import closed_surface


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

FRONT_SHARE = 0.7
"""Of the texture's long side, for the front."""


def fineness(params: BuildObjectParams) -> Fineness:
    """What was asked for: a quality, and numbers that override it."""
    usual = FINENESS[params.quality]
    return Fineness(usual.cells, params.texture_side_px or usual.texture_px, params.splats or usual.splats)


def estimate(
    photo: Picture,
    cut: PhotoCutout,
    fine: Fineness,
    seed: int,
) -> Body:
    """The body of a cut-out. Photo and mask are of one size."""
    outline = silhouette(cut.mask, fine.cells)
    surface = closed_surface(inflated_field(outline))
    seen = looks(photo, cut.mask, outline, int(FRONT_SHARE * fine.texture_px), seed)
    return Body("inflated", outline, surface, paint(seen), "")
