"""The flat as it is drawn: triangles, and one picture that holds their textures with the light on them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from examples.furnished_flat.patches import Patch


@dataclass(frozen=True)
class Baked:
    """vertices (n, 5): position, place in the atlas. corners (m, 3), patch (m,). picture (height, width, 3), sRGB.

    boxes (patches, 8, 3): the corners of each patch's box.
    """

    vertices: NDArray[np.float32]
    corners: NDArray[np.uint32]
    patch: NDArray[np.int32]
    picture: NDArray[np.uint8]
    boxes: NDArray[np.float64]


def box_of(patch: Patch) -> NDArray[np.float64]:
    """The corners (8, 3) of what encloses a patch."""
    ends = np.stack([patch.points.min((0, 1)), patch.points.max((0, 1))])
    return np.array([[ends[i, 0], ends[j, 1], ends[k, 2]] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
