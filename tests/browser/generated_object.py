"""A small object that is known exactly, as a build leaves it: a low block with a tower at its right end.

Its frame is an object's: +Y up, +Z to the front, standing on y = 0, its longest side 1. Each side has its colour.
"""

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from splats.ply import write_ply
from splats.scene import SH_C0, SplatScene
from splats.sog import write_sog

Floats = NDArray[np.float32]
Box = tuple[tuple[float, float, float], tuple[float, float, float]]

BOXES: tuple[Box, ...] = (
    ((-0.5, 0.0, -0.2), (0.5, 0.3, 0.2)),
    ((0.2, 0.3, -0.2), (0.5, 0.9, 0.0)),
)
SIDES = {"+z": (220, 40, 40), "-z": (40, 60, 220), "+x": (240, 200, 40), "-x": (40, 170, 70)}
TOP, BOTTOM = (170, 60, 180), (90, 60, 40)
COLOURS = (*SIDES.values(), TOP, BOTTOM)
"""Red, green, blue of the sides +z, -z, +x, -x, +y, -y."""
AXES = ((2, 1), (2, -1), (0, 1), (0, -1), (1, 1), (1, -1))
BETWEEN_SPLATS = 0.02
CUTOUT_ID = "tower"


def write_object(folder: Path) -> dict[str, int]:
    """Writes the files of one object below `folder`; their paths and sizes in bytes."""
    home = folder / "objects" / CUTOUT_ID
    home.mkdir(parents=True)
    for name in ("mesh.glb", "full.glb"):
        (home / name).write_bytes(glb())
    scene = splats()
    write_ply(home / "splats.ply", scene)
    write_sog(home / "splats.sog", scene)
    return {str(path.relative_to(folder)): path.stat().st_size for path in sorted(home.iterdir())}


def faces() -> Iterator[tuple[int, Floats]]:
    """Each side of each box: its colour's place in COLOURS, and its corners (4, 3), counter-clockwise from outside."""
    for low, high in BOXES:
        for index, (axis, sign) in enumerate(AXES):
            along, across = ((axis + 1) % 3, (axis + 2) % 3)
            corners = np.empty((4, 3), np.float32)
            corners[:, axis] = high[axis] if sign > 0 else low[axis]
            ends = [(low, low), (high, low), (high, high), (low, high)]
            for row, (one, other) in enumerate(ends if sign > 0 else ends[::-1]):
                corners[row, along], corners[row, across] = one[along], other[across]
            yield index, corners


def glb() -> bytes:
    """The mesh, textured: a stripe of the texture for each side."""
    found = list(faces())
    positions = np.concatenate([corners for _, corners in found])
    normals = np.concatenate([np.tile(normal_of(index), (4, 1)) for index, _ in found])
    places = [[(index + 0.5) / len(COLOURS), 0.5] for index, _ in found for _ in range(4)]
    square = np.array([0, 1, 2, 0, 2, 3])
    indices = np.concatenate([square + 4 * face for face in range(len(found))]).astype(np.uint16)
    parts = [positions.tobytes(), normals.tobytes(), np.asarray(places, np.float32).tobytes()]
    return _container(positions, [*parts, indices.tobytes(), _texture()], len(indices))


def normal_of(index: int) -> Floats:
    axis, sign = AXES[index]
    normal = np.zeros(3, np.float32)
    normal[axis] = sign
    return normal


def splats() -> SplatScene:
    """The same surface in round, flat splats."""
    means, colours = [], []
    for index, corners in faces():
        first, along, across = corners[0], corners[1] - corners[0], corners[3] - corners[0]
        counts = [max(2, round(float(np.linalg.norm(side)) / BETWEEN_SPLATS)) for side in (along, across)]
        shares = np.stack(np.meshgrid(*[(np.arange(n) + 0.5) / n for n in counts]), -1).reshape(-1, 2)
        means.append(first + shares[:, :1] * along + shares[:, 1:] * across)
        colours.append(np.tile(COLOURS[index], (len(shares), 1)) / 255)
    placed = torch.tensor(np.concatenate(means), dtype=torch.float32)
    count = len(placed)
    sh = (torch.tensor(np.concatenate(colours), dtype=torch.float32) - 0.5) / SH_C0
    upright = torch.tensor([[1.0, 0, 0, 0]]).expand(count, 4)
    round_ones = torch.full((count, 3), BETWEEN_SPLATS * 0.6).log()
    return SplatScene(placed, upright, round_ones, torch.full((count,), 6.0), sh[:, None])


def _texture() -> bytes:
    stripes = np.repeat(np.asarray(COLOURS, np.uint8)[None, :, ::-1], 8, axis=0).repeat(8, axis=1)
    return cv2.imencode(".png", stripes)[1].tobytes()


def _container(positions: Floats, parts: list[bytes], indices: int) -> bytes:
    views, offset = [], 0
    for part in parts:
        views.append({"buffer": 0, "byteOffset": offset, "byteLength": len(part)})
        offset += len(part) + -len(part) % 4
    count = len(positions)
    accessors = [
        {"bufferView": 0, "componentType": 5126, "count": count, "type": "VEC3"}
        | {"min": positions.min(0).tolist(), "max": positions.max(0).tolist()},
        {"bufferView": 1, "componentType": 5126, "count": count, "type": "VEC3"},
        {"bufferView": 2, "componentType": 5126, "count": count, "type": "VEC2"},
        {"bufferView": 3, "componentType": 5123, "count": indices, "type": "SCALAR"},
    ]
    attributes = {"POSITION": 0, "NORMAL": 1, "TEXCOORD_0": 2}
    plain = {"baseColorTexture": {"index": 0}, "metallicFactor": 0, "roughnessFactor": 1}
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": attributes, "indices": 3, "material": 0}]}],
        "materials": [{"pbrMetallicRoughness": plain}],
        "textures": [{"source": 0}],
        "images": [{"bufferView": 4, "mimeType": "image/png"}],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": offset}],
    }
    said = json.dumps(document).encode()
    said += b" " * (-len(said) % 4)
    held = b"".join(part + b"\0" * (-len(part) % 4) for part in parts)
    chunks = struct.pack("<I4s", len(said), b"JSON") + said + struct.pack("<I4s", len(held), b"BIN\0") + held
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
