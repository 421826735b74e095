"""What was cut out of a photo: the document that lies beside the masks, read by `build_object`.

Pixels are of the photo that masks are made on (`EmbedPhotoReport.width_px` by `height_px`), from its upper left corner;
a pixel's middle is at .5.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from diorama.objects.stages import Shape
from diorama.stage import Contract

CUTOUTS_FILE = "cutouts.json"
MOST_CUTOUTS = 20
MOST_CLICKS = 200

Name = Annotated[str, Field(min_length=1, max_length=100)]
CUTOUT_ID = r"^[A-Za-z0-9_-]{1,40}$"
"""Short, as names are: a report that names all files of twenty objects has to fit into a row."""


def _fine_enough(pixel: float) -> float:
    return round(pixel, 3)


Pixel = Annotated[float, Field(ge=0, le=100_000), AfterValidator(_fine_enough)]
"""Kept to a thousandth: no table takes all numbers that a float can be."""


class Click(Contract):
    """One click on the photo."""

    x: Pixel
    y: Pixel
    adds: bool = Field(description="False: what is here does not belong to the object")


class Box(Contract):
    """A box that holds the object."""

    left: Pixel
    top: Pixel
    right: Pixel
    bottom: Pixel


class Cutout(Contract):
    """One named object of the photo: by its mask, or by clicks that the mask is made from."""

    cutout_id: str = Field(pattern=CUTOUT_ID)
    name: Name
    mask: str = Field("", description="File of the mask beside this document: PNG, 255 is the object")
    clicks: tuple[Click, ...] = Field((), max_length=MOST_CLICKS)
    box: Box | None = None
    segmenter: str = Field(
        "", max_length=64, description="What made the mask of the clicks: diorama, sam2, hand ..."
    )
    shape: Shape | None = Field(None, description="How its shape is to be estimated; null: as it looks")


class TourView(Contract):
    """The camera that took the photo, where it is a frame of a tour."""

    world_from_camera: tuple[tuple[float, float, float, float], ...] = Field(description="4 x 4, OpenCV axes")
    focal_px: tuple[float, float] = Field(description="Of the frame as the tour keeps it")
    centre_px: tuple[float, float]
    width_px: int
    height_px: int
    radial: tuple[float, float] = Field(
        (0.0, 0.0), description="How the lens bends; see `library.frames.Frame`"
    )
    scale_source: str


class Cutouts(Contract):
    """All that was cut out of one photo."""

    version: Literal[1] = 1
    width_px: int = Field(ge=1, description="Of the masks")
    height_px: int = Field(ge=1)
    cutouts: tuple[Cutout, ...] = Field(min_length=1, max_length=MOST_CUTOUTS)
    view: TourView | None = None
