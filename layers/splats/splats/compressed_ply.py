"""Compressed PLY, PlayCanvas' older format: 16 bytes a splat, a byte a harmonic, and a range for every 256 splats.

Read by PlayCanvas, SuperSplat and Spark (developer.playcanvas.com/user-manual/gaussian-splatting/formats/ply).

    chunk    least and greatest position, log scale and colour of 256 splats: 18 floats
    vertex   packed_position and packed_scale (11, 10, 11 bits), packed_rotation (2 for the index of the largest
             component of wxyz, 10 for each of the others), packed_color (red, green, blue, opacity)
    sh       a byte each: all of red, then green, then blue, as in a plain PLY
"""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from splats.columns import Columns, Floats, columns_of, scene_of
from splats.errors import UnreadableSplats
from splats.morton import morton_order
from splats.rotations import from_smallest_three, smallest_three
from splats.scene import SH_C0, SplatScene

CHUNK = 256
AXIS_BITS = (11, 10, 11)
ROTATION_BITS = 10
SH_RANGE = 8.0
"""Coefficients from -4 to 4."""
LOG_SCALE_LIMIT = 20.0
CHUNK_PROPERTIES = tuple(
    f"{end}_{kind}{axis}"
    for kind, axes in (("", "xyz"), ("scale_", "xyz"), ("", "rgb"))
    for end in ("min", "max")
    for axis in axes
)
VERTEX_PROPERTIES = ("packed_position", "packed_rotation", "packed_scale", "packed_color")
HEADER_LIMIT_BYTES = 16 * 1024
ADVICE = "Splats are read from compressed PLY files as PlayCanvas' tools write them."

Words = NDArray[np.uint32]


def write_compressed_ply(path: Path, scene: SplatScene) -> None:
    """Writes a scene. Equal input gives equal bytes. Raises `ValueError` for one that is empty or not finite."""
    columns = columns_of(scene)
    columns = columns.select(_order(columns.means))
    count, chunks = len(scene), -(-len(scene) // CHUNK)
    harmonics = 3 * (scene.sh.shape[1] - 1)
    colors = columns.sh0 * SH_C0 + 0.5
    log_scales = columns.log_scales.clip(-LOG_SCALE_LIMIT, LOG_SCALE_LIMIT)
    ranges, shares = zip(*(_by_chunk(part) for part in (columns.means, log_scales, colors)), strict=True)
    opacity = _unsigned(columns.opacities, 8)
    words = np.column_stack(
        [
            _packed(shares[0], AXIS_BITS),
            _encode_rotations(columns.quats),
            _packed(shares[1], AXIS_BITS),
            _packed(shares[2], (8, 8, 8)) << np.uint32(8) | opacity,
        ]
    )
    with path.open("wb") as file:
        file.write(_header(count, chunks, harmonics))
        file.write(np.concatenate(ranges, axis=1).astype("<f4").tobytes())
        file.write(words.astype("<u4").tobytes())
        file.write(_encode_higher(columns.higher).tobytes())


def _header(count: int, chunks: int, harmonics: int) -> bytes:
    lines = ["ply", "format binary_little_endian 1.0", f"element chunk {chunks}"]
    lines += [f"property float {name}" for name in CHUNK_PROPERTIES]
    lines += [f"element vertex {count}", *(f"property uint {name}" for name in VERTEX_PROPERTIES)]
    if harmonics:
        lines += [f"element sh {count}", *(f"property uchar f_rest_{i}" for i in range(harmonics))]
    return ("\n".join([*lines, "end_header"]) + "\n").encode("ascii")


def _order(means: Floats) -> NDArray[np.intp]:
    """Neighbours together, so that the ranges of chunks are small."""
    low, high = means.min(axis=0), means.max(axis=0)
    cells = (means - low) / np.where(high > low, high - low, 1) * ((1 << 21) - 1)
    return morton_order(cells.astype(np.int64))


def _by_chunk(values: Floats) -> tuple[Floats, Floats]:
    """Least and greatest of each chunk (c, 6), as the file keeps them, and where between them values (n, 3) lie."""
    starts = np.arange(0, len(values), CHUNK)
    low = np.minimum.reduceat(values, starts).astype(np.float32)
    high = np.maximum.reduceat(values, starts).astype(np.float32)
    chunk = np.arange(len(values)) // CHUNK
    span = np.where(high > low, high - low, 1)
    return np.concatenate([low, high], axis=1), ((values - low[chunk]) / span[chunk]).clip(0, 1)


def _unsigned(shares: Floats, bits: int) -> Words:
    return np.round(shares * ((1 << bits) - 1)).astype(np.uint32)


def _packed(shares: Floats, bits: tuple[int, int, int]) -> Words:
    """Three numbers (n, 3) from 0 to 1 in one, the first on top."""
    first, second, third = (_unsigned(shares[:, axis], bits[axis]) for axis in range(3))
    return first << np.uint32(bits[1] + bits[2]) | second << np.uint32(bits[2]) | third


def _unpacked(words: Words, bits: tuple[int, int, int]) -> Floats:
    parts = (words >> np.uint32(bits[1] + bits[2]), words >> np.uint32(bits[2]), words)
    wholes = [(1 << count) - 1 for count in bits]
    return np.stack([(part & np.uint32(whole)) / whole for part, whole in zip(parts, wholes, strict=True)], 1)


def _encode_rotations(quats: Floats) -> Words:
    largest, kept = smallest_three(quats)
    bits = (ROTATION_BITS, ROTATION_BITS, ROTATION_BITS)
    shares = (kept * np.sqrt(2) * 0.5 + 0.5).clip(0, 1)
    return largest.astype(np.uint32) << np.uint32(3 * ROTATION_BITS) | _packed(shares, bits)


def _decode_rotations(words: Words) -> Floats:
    kept = (_unpacked(words, (ROTATION_BITS, ROTATION_BITS, ROTATION_BITS)) - 0.5) * np.sqrt(2)
    return from_smallest_three(words >> np.uint32(3 * ROTATION_BITS), kept)


def _encode_higher(higher: Floats) -> NDArray[np.uint8]:
    """Readers take a byte for the middle of its 256th part of the range."""
    by_channel = higher.transpose(0, 2, 1).reshape(len(higher), -1)
    return np.asarray(np.floor((by_channel / SH_RANGE + 0.5) * 256).clip(0, 255), np.uint8)


def _decode_higher(rows: NDArray[np.uint8]) -> Floats:
    # 0 and 255 stand for the ends of the range, as in PlayCanvas' own reader.
    shares = np.where(rows == 0, 0.0, np.where(rows == 255, 1.0, (rows + 0.5) / 256))
    return ((shares - 0.5) * SH_RANGE).reshape(len(rows), 3, -1).transpose(0, 2, 1)


def read_compressed_ply(path: Path) -> SplatScene:
    """The scene in a file. Raises `UnreadableSplats` where it isn't one, or isn't whole."""
    data = path.read_bytes()
    end = data[:HEADER_LIMIT_BYTES].find(b"end_header\n")
    head = data[: max(end, 0)].decode("ascii", "replace")
    counts = {name: int(count) for name, count in re.findall(r"^element (\w+) (\d+)$", head, re.MULTILINE)}
    count, chunks = counts.get("vertex", 0), counts.get("chunk", 0)
    harmonics = head.count("property uchar f_rest_")
    body = end + len(b"end_header\n")
    plain = "\n".join(line for line in head.splitlines() if not line.startswith(("comment", "obj_info")))
    if end < 0 or not count or plain + "\nend_header\n" != _header(count, chunks, harmonics).decode():
        raise UnreadableSplats(f"{path.name} is not a compressed PLY file.", ADVICE)
    if len(data) - body < chunks * 72 + count * (16 + harmonics) or chunks != -(-count // CHUNK):
        raise UnreadableSplats(f"{path.name} ends before its {count} splats do.", ADVICE)
    ranges = np.frombuffer(data, "<f4", chunks * 18, body).reshape(chunks, 3, 2, 3)
    words = np.frombuffer(data, "<u4", count * 4, body + ranges.nbytes).reshape(count, 4)
    higher = np.frombuffer(data, np.uint8, count * harmonics, body + ranges.nbytes + words.nbytes)
    return scene_of(_decoded(ranges.astype(np.float64), words, higher.reshape(count, harmonics)))


def _decoded(ranges: Floats, words: Words, higher: NDArray[np.uint8]) -> Columns:
    chunk = np.arange(len(words)) // CHUNK

    def within(part: int, shares: Floats) -> Floats:
        low, high = ranges[chunk, part, 0], ranges[chunk, part, 1]
        return np.asarray(low + (high - low) * shares)

    colors = within(2, _unpacked(words[:, 3] >> np.uint32(8), (8, 8, 8)))
    return Columns(
        means=within(0, _unpacked(words[:, 0], AXIS_BITS)),
        quats=_decode_rotations(words[:, 1]),
        log_scales=within(1, _unpacked(words[:, 2], AXIS_BITS)),
        opacities=(words[:, 3] & np.uint32(255)) / 255,
        sh0=(colors - 0.5) / SH_C0,
        higher=_decode_higher(higher),
    )
