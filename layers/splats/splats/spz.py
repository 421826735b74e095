"""SPZ, version 3: splats in 20 bytes and a byte a harmonic, then gzip.

The format is Niantic's (github.com/nianticlabs/spz; its README and `load-spz.cc` say what is what). Version 4 holds
the same numbers in other envelopes (zstd); what reads that reads this too, and older programs read this only. Its
world is right, up, back: ours.

    header      magic, version, count (uint32); SH degree, fractional bits, flags, reserved (uint8)
    positions   3 x 24 bits, fixed point
    opacities, colours, scales, rotations (largest component's index, then sign and 9 bits each), harmonics
"""

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from splats.columns import Columns, Floats, columns_of, scene_of
from splats.errors import UnreadableSplats
from splats.morton import morton_order
from splats.rotations import from_smallest_three, smallest_three
from splats.scene import SplatScene

MAGIC = 0x5053474E
VERSION = 3
HEADER = struct.Struct("<IIIBBBB")
ANTIALIASED = 0x1
GZIP_LEVEL = 9

POSITION_BYTES = 3
LARGEST_FIXED = (1 << (8 * POSITION_BYTES - 1)) - 1
DETAIL_BITS = 14
"""A position is kept to one part in 2^14 of how far off the middle one of all splats is; or finer than no scene needs:
to a quarter of a millimetre where units are metres."""
LEAST_BITS = 12

COLOR_SCALE = 0.15
LOG_SCALE_STEPS, LOG_SCALE_OFFSET = 16.0, 10.0
ROTATION_BITS = 9
FIRST_BAND_BITS, OTHER_BANDS_BITS = 5, 4
"""Of 8, as the format's own writer keeps them; the rest are the same for all, which gzip makes use of."""
ADVICE = "Splats are read from SPZ files of version 3, compressed with gzip."

Bytes = NDArray[np.uint8]


def write_spz(path: Path, scene: SplatScene, *, antialiased: bool = False) -> None:
    """Writes a scene. Equal input gives equal bytes.

    Raises `ValueError` for a scene that is empty, has numbers that are not finite, or is too large for 24 bits.
    """
    columns = columns_of(scene)
    bits = fractional_bits(columns.means)
    fixed = np.round(columns.means * 2.0**bits).astype(np.int64)
    order = morton_order(((fixed - fixed.min(axis=0)) >> 4).clip(0, (1 << 21) - 1))
    columns = columns.select(order)
    flags = ANTIALIASED if antialiased else 0
    header = HEADER.pack(MAGIC, VERSION, len(scene), scene.sh_degree, bits, flags, 0)
    parts = (
        _encode_positions(fixed[order]),
        _bytes(columns.opacities * 255),
        _bytes((columns.sh0 * COLOR_SCALE + 0.5) * 255),
        _bytes((columns.log_scales + LOG_SCALE_OFFSET) * LOG_SCALE_STEPS),
        _encode_rotations(columns.quats),
        _encode_higher(columns.higher),
    )
    body = header + b"".join(part.tobytes() for part in parts)
    path.write_bytes(gzip.compress(body, GZIP_LEVEL, mtime=0))


def fractional_bits(means: Floats) -> int:
    """How many bits of a position lie behind the point. Raises `ValueError` for positions beyond 24 bits."""
    distances = np.abs(means).max(axis=1)
    wanted = max(LEAST_BITS, DETAIL_BITS - int(np.floor(np.log2(max(float(np.median(distances)), 1e-6)))))
    fitting = int(np.floor(np.log2(LARGEST_FIXED / max(float(distances.max()), 1e-6))))
    if fitting < 0:
        raise ValueError("Some splats are too far off for SPZ; leave out those far away.")
    return min(wanted, fitting, 8 * POSITION_BYTES - 1)


def _bytes(values: Floats) -> Bytes:
    return np.round(values).clip(0, 255).astype(np.uint8)


def _encode_positions(fixed: NDArray[np.int64]) -> Bytes:
    """Little endian, two's complement: the low bytes of an int32."""
    return np.ascontiguousarray(fixed.astype("<i4")[..., None]).view(np.uint8)[..., :POSITION_BYTES]


def _encode_rotations(quats: Floats) -> NDArray[np.uint32]:
    """wxyz in, 32 bits each out: index of the largest of xyzw, then the others in their order."""
    largest, kept = smallest_three(np.roll(quats, -1, axis=1))
    size = np.round(np.abs(kept) * np.sqrt(2) * (2**ROTATION_BITS - 1)).astype(np.uint32)
    codes = (kept < 0).astype(np.uint32) << ROTATION_BITS | size
    packed = largest.astype(np.uint32)
    for column in range(3):
        packed = packed << np.uint32(ROTATION_BITS + 1) | codes[:, column]
    return packed.astype("<u4")


def _decode_rotations(packed: NDArray[np.uint32]) -> NDArray[np.float32]:
    shifts = np.array([2, 1, 0], np.uint32) * np.uint32(ROTATION_BITS + 1)
    codes = packed[:, None] >> shifts & np.uint32(2 ** (ROTATION_BITS + 1) - 1)
    size = (codes & np.uint32(2**ROTATION_BITS - 1)) / (2**ROTATION_BITS - 1) / np.sqrt(2)
    kept = np.where(codes >> np.uint32(ROTATION_BITS), -size, size)
    return np.roll(from_smallest_three(packed >> np.uint32(30), kept), 1, axis=1)


def _encode_higher(higher: Floats) -> Bytes:
    """Coefficients (n, k, 3) as bytes; 128 is 0, and the steps of each band are its own."""
    bits = np.where(np.arange(higher.shape[1]) < 3, FIRST_BAND_BITS, OTHER_BANDS_BITS)
    step = (1 << (8 - bits))[:, None]
    return np.asarray((np.round(higher * 128 / step) * step + 128).clip(0, 255), np.uint8)


def read_spz(path: Path) -> SplatScene:
    """The scene in a file of version 3. Raises `UnreadableSplats` where it isn't one, or isn't whole."""
    try:
        body = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableSplats(f"{path.name} is not an SPZ file, or not whole.", ADVICE) from error
    if len(body) < HEADER.size or HEADER.unpack_from(body)[0] != MAGIC:
        raise UnreadableSplats(f"{path.name} does not begin as SPZ files do.", ADVICE)
    _, version, count, degree, bits, *_ = HEADER.unpack_from(body)
    if version != VERSION or degree > 3:
        raise UnreadableSplats(f"{path.name} is of version {version} with SH {degree}.", ADVICE)
    harmonics = 3 * ((degree + 1) ** 2 - 1)
    row = np.dtype(np.uint8)
    widths = (3 * POSITION_BYTES, 1, 3, 3, 4, harmonics)
    if len(body) < HEADER.size + count * sum(widths):
        raise UnreadableSplats(f"{path.name} ends before its {count} splats do.", ADVICE)
    ends = np.cumsum([HEADER.size, *(count * width for width in widths)])
    parts = [
        np.frombuffer(body, row, count * width, start).reshape(count, width)
        for width, start in zip(widths, ends[:-1].tolist(), strict=True)
    ]
    return scene_of(_decoded(parts, bits))


def _decoded(parts: list[Bytes], bits: int) -> Columns:
    positions, opacities, colors, scales, rotations, higher = parts
    count = len(positions)
    fixed = np.zeros((count, 3, 4), np.uint8)
    fixed[..., 1:] = positions.reshape(count, 3, POSITION_BYTES)  # the sign lands where int32 has it
    return Columns(
        means=(fixed.view("<i4")[..., 0] >> 8) / 2.0**bits,
        quats=_decode_rotations(np.ascontiguousarray(rotations).view("<u4")[:, 0]),
        log_scales=scales / LOG_SCALE_STEPS - LOG_SCALE_OFFSET,
        opacities=opacities[:, 0] / 255,
        sh0=(colors / 255 - 0.5) / COLOR_SCALE,
        higher=(higher.reshape(count, -1, 3).astype(np.float64) - 128) / 128,
    )
