"""A small body to write in every format."""

from functools import lru_cache

from diorama.objects.cutouts import Cutout
from outputs.object_files import Made, make
from photo_cutouts import PhotoCutout
from shapes.body import Body
from shapes.estimate import Fineness, estimate
from tests.vision.cut_photos import board, photo

LONGEST = 0.4
SPLATS, MOST_FACES = 1500, 1200


@lru_cache(maxsize=1)
def body() -> Body:
    """The board of the photo."""
    cut = PhotoCutout(Cutout(cutout_id="board", name="board"), board())
    return estimate(photo(), cut, Fineness(cells=40, texture_px=128, splats=SPLATS), seed=0)


@lru_cache(maxsize=1)
def made() -> Made:
    """Its splats and meshes, 0.4 along the longest side."""
    return make(body(), LONGEST, splats=SPLATS, most_faces=MOST_FACES, texture_px=128, seed=0)
