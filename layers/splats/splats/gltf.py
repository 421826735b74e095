"""Splats in a binary glTF file (.glb) by KHR_gaussian_splatting: for tools that speak glTF, not for small files.

Khronos' extension (github.com/KhronosGroup/glTF, extensions/2.0/Khronos/KHR_gaussian_splatting): one primitive of
points, whose attributes hold activated values (linear scales, opacities from 0 to 1) and the coefficients of
spherical harmonics as they are; glTF's world is ours. Programs that don't know the extension draw coloured points.
"""

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splats.columns import Columns, columns_of, scene_of
from splats.errors import UnreadableSplats
from splats.scene import SH_C0, SplatScene

EXTENSION = "KHR_gaussian_splatting"
KERNEL = {
    "kernel": "ellipse",
    "colorSpace": "srgb_rec709_display",
    "projection": "perspective",
    "sortingMethod": "cameraDistance",
}
MAGIC, GLB_VERSION = b"glTF", 2
JSON_CHUNK, BINARY_CHUNK = b"JSON", b"BIN\0"
FLOAT, UNSIGNED_BYTE = 5126, 5121
ARRAY_BUFFER = 34962
POINTS = 0
ALIGNED_BYTES = 4
WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}
LEAST_SCALE = 1e-12
"""Logs of scales that were rounded to 0 stay finite."""
ADVICE = "Splats are read from .glb files with KHR_gaussian_splatting and float attributes in one buffer."

Attribute = NDArray[np.float32] | NDArray[np.uint8]


def write_glb(path: Path, scene: SplatScene) -> None:
    """Writes a scene. Equal input gives equal bytes. Raises `ValueError` for one that is empty or not finite."""
    attributes = _attributes(columns_of(scene))
    binary = b"".join(_padded(values.tobytes(), b"\0") for values in attributes.values())
    document = json.dumps(_document(attributes, len(binary)), separators=(",", ":")).encode()
    chunks = _chunk(JSON_CHUNK, _padded(document, b" ")) + _chunk(BINARY_CHUNK, binary)
    path.write_bytes(MAGIC + struct.pack("<II", GLB_VERSION, 12 + len(chunks)) + chunks)


def _attributes(columns: Columns) -> dict[str, Attribute]:
    unit = columns.quats / np.maximum(np.linalg.norm(columns.quats, axis=1, keepdims=True), 1e-30)
    opacities = columns.opacities[:, None]
    points = np.concatenate([columns.sh0 * SH_C0 + 0.5, opacities], axis=1)
    floats = {
        "POSITION": columns.means,
        f"{EXTENSION}:ROTATION": np.roll(unit, -1, axis=1),
        f"{EXTENSION}:SCALE": np.exp(columns.log_scales),
        f"{EXTENSION}:OPACITY": opacities,
        f"{EXTENSION}:SH_DEGREE_0_COEF_0": columns.sh0,
    }
    floats |= {name: columns.higher[:, index] for index, name in _higher_names(columns.higher.shape[1])}
    attributes: dict[str, Attribute] = {
        name: np.ascontiguousarray(values, "<f4") for name, values in floats.items()
    }
    attributes["COLOR_0"] = np.round(points.clip(0, 1) * 255).astype(np.uint8)
    return attributes


def _higher_names(count: int) -> Iterator[tuple[int, str]]:
    """Place and attribute of each coefficient beyond the first."""
    for index in range(count):
        degree = int(np.sqrt(index + 1))
        yield index, f"{EXTENSION}:SH_DEGREE_{degree}_COEF_{index + 1 - degree**2}"


def _document(attributes: dict[str, Attribute], size: int) -> dict[str, Any]:
    accessors: list[dict[str, Any]] = []
    views: list[dict[str, Any]] = []
    offset = 0
    for index, values in enumerate(attributes.values()):
        views.append({"buffer": 0, "byteOffset": offset, "byteLength": values.nbytes, "target": ARRAY_BUFFER})
        accessors.append({"bufferView": index, "count": len(values), **_kind(values)})
        offset += values.nbytes + -values.nbytes % ALIGNED_BYTES
    means = attributes["POSITION"]
    accessors[0] |= {"min": means.min(axis=0).tolist(), "max": means.max(axis=0).tolist()}
    primitive = {
        "mode": POINTS,
        "attributes": {name: index for index, name in enumerate(attributes)},
        "extensions": {EXTENSION: KERNEL},
    }
    return {
        "asset": {"version": "2.0", "generator": "Diorama"},
        "extensionsUsed": [EXTENSION],
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [primitive]}],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": size}],
    }


def _kind(values: Attribute) -> dict[str, Any]:
    names = {width: name for name, width in WIDTHS.items()}
    kind: dict[str, Any] = {"type": names[values.shape[1]], "componentType": FLOAT}
    return kind if values.dtype != np.uint8 else {**kind, "componentType": UNSIGNED_BYTE, "normalized": True}


def _padded(data: bytes, filler: bytes) -> bytes:
    return data + filler * (-len(data) % ALIGNED_BYTES)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + kind + data


def read_glb(path: Path) -> SplatScene:
    """The scene of the first primitive of splats. Raises `UnreadableSplats` where there is none."""
    try:
        document, binary = _chunks(path.read_bytes())
        primitives = [
            primitive
            for mesh in document["meshes"]
            for primitive in mesh["primitives"]
            if EXTENSION in primitive.get("extensions", {})
        ]
        return scene_of(_decoded(document, binary, primitives[0]["attributes"]))
    except (ValueError, KeyError, IndexError, TypeError, struct.error) as error:
        raise UnreadableSplats(f"{path.name} holds no splats that can be read: {error!r}.", ADVICE) from error


def _chunks(data: bytes) -> tuple[dict[str, Any], bytes]:
    if data[:4] != MAGIC or struct.unpack_from("<I", data, 4)[0] != GLB_VERSION:
        raise ValueError("not a binary glTF file of version 2")
    size = struct.unpack_from("<I", data, 12)[0]
    binary = 20 + size
    length = struct.unpack_from("<I", data, binary)[0]
    return json.loads(data[20:binary]), data[binary + 8 : binary + 8 + length]


def _decoded(document: dict[str, Any], binary: bytes, attributes: dict[str, int]) -> Columns:
    def values(name: str) -> NDArray[np.float32]:
        accessor = document["accessors"][attributes[name]]
        if accessor["componentType"] != FLOAT:
            raise ValueError(f"{name} is not of floats")
        view = document["bufferViews"][accessor["bufferView"]]
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        width = WIDTHS[accessor["type"]]
        flat = np.frombuffer(binary, "<f4", accessor["count"] * width, start)
        return flat.reshape(accessor["count"], width)

    present = sum(name.startswith(f"{EXTENSION}:SH_DEGREE_") for name in attributes) - 1
    higher = [values(name) for _, name in _higher_names(present)]
    count = len(values("POSITION"))
    return Columns(
        means=values("POSITION"),
        quats=np.roll(values(f"{EXTENSION}:ROTATION"), 1, axis=1),
        log_scales=np.log(np.maximum(values(f"{EXTENSION}:SCALE"), LEAST_SCALE)),
        opacities=values(f"{EXTENSION}:OPACITY")[:, 0].astype(np.float64),
        sh0=values(f"{EXTENSION}:SH_DEGREE_0_COEF_0"),
        higher=np.stack(higher, axis=1) if higher else np.zeros((count, 0, 3), np.float32),
    )
