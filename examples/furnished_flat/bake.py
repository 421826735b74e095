"""Textures and light together: the atlas as it is shown."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from examples.furnished_flat import atlas
from examples.furnished_flat.baked import Baked, box_of
from examples.furnished_flat.light import light
from examples.furnished_flat.patches import Patch
from examples.furnished_flat.plan import apertures

EXPOSURE = 1.5
WHITE = 3.2
"""What is sent back so strongly becomes white; less is compressed (Reinhard et al. 2002, extended form)."""
OUTDOORS = 2.0


def bake(patches: Sequence[Patch], detail: float) -> Baked:
    """Paints every patch, lights it, and lays it into the atlas."""
    sheets = atlas.sheets(patches, detail)
    places, height = atlas.packed(sheets)
    painted = [np.clip(patch.look(sheet), 0.01, 0.97) for patch, sheet in zip(patches, sheets, strict=True)]
    albedo = [np.asarray(picture**2.2, np.float32) for picture in painted]
    received = light(patches, apertures(), albedo)
    picture = np.zeros((height, atlas.WIDTH, 3), np.uint8)
    for index, patch in enumerate(patches):
        shown = _shown(patch, albedo[index], received[index])
        atlas.paste(picture, places[index], shown)
    mesh = atlas.triangles(patches)
    where = atlas.texture_coordinates(mesh, places, height)
    vertices = np.hstack([mesh.positions, where])
    return Baked(vertices, mesh.corners, mesh.patch, picture, np.stack([box_of(patch) for patch in patches]))


def _shown(patch: Patch, albedo: NDArray[np.float32], received: NDArray[np.float32]) -> NDArray[np.uint8]:
    if patch.scenery:
        sent = albedo * OUTDOORS / EXPOSURE
    else:
        size = albedo.shape[1], albedo.shape[0]
        sent = albedo * (
            np.maximum(cv2.resize(received, size, interpolation=cv2.INTER_LINEAR), 0) + 2.2 * patch.glow
        )
    exposed = EXPOSURE * sent
    compressed = exposed * (1 + exposed / WHITE**2) / (1 + exposed)
    return np.asarray(np.clip(compressed * 1.28, 0, 1) ** (1 / 2.2) * 255 + 0.5, np.uint8)
