"""What the splats of a SOG file look like: colours, opacities and palette, read and written anew.

Where splats are and how they are shaped stays as it is in the file, to the byte. So what rounding has changed can be
made up for by those numbers that are left: see `optimizing/retouching.py`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from splats.columns import Floats
from splats.sog import (
    COLOUR_STEP,
    META,
    OPACITY_STEP,
    Textures,
    codes_of,
    encode_codes,
    encode_opacities,
    encode_palette,
    importance_of,
    members_of,
    meta_of,
    palette_of,
    pixels_of,
    write_members,
)


@dataclass(frozen=True, eq=False)
class Looks:
    """Of n splats in the order of their file: sh0 (n, 3), opacities (n,) from 0 to 1; and harmonics beyond the first,
    `entries` (m, k, 3), of which splat i has entry `labels[i]`; k is 0 where there are none.
    """

    sh0: Floats
    opacities: Floats
    entries: Floats
    labels: NDArray[np.intp]


def read_looks(path: Path) -> Looks:
    """Of a `.sog` file, or of the images beside a meta.json. Raises `UnreadableSplats`."""
    members = members_of(path)
    meta = meta_of(members[META])
    count = int(meta["count"])
    sh0 = pixels_of(members, meta["sh0"]["files"][0], count)
    entries, labels = palette_of(members, meta, count)
    return Looks(codes_of(meta["sh0"], sh0), sh0[:, 3] / 255, entries, labels)


def write_looks(
    path: Path,
    looks: Looks,
    weights: Floats | None = None,
    usual_weight: float | None = None,
    fineness: float = 1.0,
) -> None:
    """Writes them into the file that they were read from, or that has as many splats. `weights` (n,), in the file's
    order, `usual_weight` and `fineness` as for `write_sog`.

    The palette's labels stay those of the file.
    """
    mass = np.ones(len(looks.sh0)) if weights is None else np.asarray(weights, np.float64)
    importance = importance_of(mass, usual_weight or float(np.mean(mass)))
    members = members_of(path)
    meta = meta_of(members[META])
    textures: Textures = {}
    meta["sh0"] = encode_codes(textures, "sh0.webp", looks.sh0, COLOUR_STEP / fineness)
    encode_opacities(textures["sh0.webp"], looks.opacities, OPACITY_STEP / (fineness * importance))
    if looks.entries.size:
        palette, _ = encode_palette(textures, looks.entries, looks.labels, mass, COLOUR_STEP / fineness)
        meta["shN"] |= palette
    write_members(path, meta, textures, members)
