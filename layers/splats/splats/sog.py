"""SOG, "Spatially Ordered Gaussians", version 2: splats as a few lossless WebP images and a JSON document.

The format is PlayCanvas' (developer.playcanvas.com/user-manual/gaussian-splatting/formats/sog). What it
leaves open, the reader of its own tool (splat-transform, `read-sog.ts`) decides: quaternions count as wxyz,
scales are natural logarithms, opacity is stored as 0 to 1.

    meta.json               count, ranges, codebooks, names of the images
    means_l, means_u        position: low and high byte of 16 bits an axis, of sign(x) ln(1 + |x|)
    quats                   the three smaller components in 8 bits each; alpha 252 + index of the largest
    scales, sh0             indices into codebooks of 256 numbers; sh0's alpha is the opacity
    shN_centroids, _labels  higher harmonics: a palette, 64 entries a row, and each splat's entry in 16 bits

All images but the palette hold one splat a pixel, row by row, in one common order. A `.sog` file is a zip of
these.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from splats.codebooks import Palette, even_codebook, nearest_code, scalar_codebook, vector_palette
from splats.columns import Columns, Floats, columns_of, scene_of
from splats.errors import UnreadableSplats
from splats.morton import morton_order
from splats.rotations import from_smallest_three, smallest_three, turned_least
from splats.scene import SH_C0, SplatScene
from splats.seen_harmonics import mean_harmonics, spread_harmonics
from splats.seen_palette import palette_as_seen

VERSION = 2
GENERATOR = "Diorama"
META = "meta.json"
CODES = 256
PALETTE_ROW = 64
PALETTE_MAX = 65536
LARGEST_FIRST = 252
HARMONICS_BY_BANDS = (0, 3, 8, 15)
"""Coefficients a colour channel beyond the first, by number of bands."""
SPLATS_BY_ENTRY = (1, 128, 32, 32)
"""Splats that share an entry of the palette, at least, by degree of harmonics."""
POSITION_STEP = 0.2
"""How coarsely the average splat may be placed, as a share of its middle extent; bench/README.md has what it costs."""
SCALE_STEP = 0.15
"""Of natural logarithms."""
THINNEST = 10.2
"""Natural logarithm of how many times thinner than the scene's largest extent a splat may be; it looks as flat."""
COLOUR_STEP = 0.1
"""Of the first harmonic's coefficients, 0.28 of a colour."""
OPACITY_STEP = 4.0
"""Of 255 parts, for the average splat."""
ROTATION_STEP = 0.28
"""How far the ends of the average splat may move by a turn, as a share of its middle extent."""
FLATNESS = 1.0
"""What counts as length in a splat that is as long as wide: it may be thin."""
ROTATION_PIXEL = 2 * 2**0.5 / 255
"""Radians that a turn changes by with each of 255 steps, at least."""
COARSEST_ROTATION = 32
COARSEST_BITS = 8
IMPORTANCE = (0.25, 4.0)
"""How much finer or coarser than the average splat's any splat's steps are, at most."""
WEBP_METHOD, WEBP_EFFORT = 3, 50
"""Of lossless WebP. On these images more effort takes up to 30 times as long and gains nothing (bench/README.md)."""
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
MAX_MEMBER_BYTES = 1 << 30
ADVICE = "Splats are read from SOG files of version 2 (meta.json and WebP images, in a zip or a folder)."

Bytes = NDArray[np.uint8]
Textures = dict[str, Bytes]


def palette_size(splats: int, sh_degree: int) -> int:
    """How many entries the palette of higher harmonics gets: whole rows of its image, at most a share of the splats.

    An entry costs up to 45 bytes of image and a label two. The more numbers an entry has, the fewer splats it fits:
    bench/README.md has the measurements behind the shares.
    """
    rows = splats // SPLATS_BY_ENTRY[sh_degree] // PALETTE_ROW
    return min(PALETTE_MAX, max(1, rows) * PALETTE_ROW)


def write_sog(
    path: Path,
    scene: SplatScene,
    *,
    palette_entries: int | None = None,
    weights: Floats | None = None,
    usual_weight: float | None = None,
    leaves: NDArray[np.intp] | None = None,
    harmonics_seen: Floats | None = None,
    fineness: float = 1.0,
    antialiased: bool = False,
) -> NDArray[np.intp]:
    """Writes a scene as one `.sog` file, or, where the path's name is meta.json, as that and images beside it; the
    places (n,) in the scene of the file's splats, in their order.

    `weights` (n,) says how much the error of each splat's look matters, e.g. how much of it is seen; positions and
    opacities are then rounded as coarsely as hardly shows for weights like `usual_weight`, their mean where nothing
    else is said. Without weights, all matter alike and are as exact as the format can be. `leaves` (n,): splats of
    equal numbers stay together, the smallest number first. `harmonics_seen` (n, p): see `splats.seen_harmonics`; the
    palette is then right where each splat is seen from, and what it changes there on average is made up for by
    the splat's own colour. `fineness`: with weights, all steps are so many times smaller, and the palette so many times
    larger, than for a model of middling quality. Equal input gives equal bytes.

    Raises `ValueError` for a scene that is empty or has numbers that are not finite.
    """
    columns = _axes_named_anew(columns_of(scene))
    cells, mins, maxs = _quantised_positions(columns.means)
    usual = 1.0 if weights is None else usual_weight or float(np.mean(weights))
    if weights is not None:
        cells = _rounded(
            cells, _position_steps(columns, fineness * importance_of(weights, usual), mins, maxs)
        )
    order = morton_order(cells)
    if leaves is not None:
        order = order[np.argsort(leaves[order], kind="stable")]
    columns = columns.select(order)
    mass = np.ones(len(order)) if weights is None else np.asarray(weights, np.float64)[order]
    count = len(order)
    textures: Textures = {}
    higher_meta: dict[str, Any] = {}
    if columns.higher.shape[1]:
        entries = palette_entries or palette_size(round(count * fineness), scene.sh_degree)
        seen = None if harmonics_seen is None else harmonics_seen[order]
        palette = _palette(columns.higher, mass, seen, min(entries, PALETTE_MAX))
        step = None if weights is None else COLOUR_STEP / fineness
        higher_meta["shN"], kept = _encode_higher(textures, palette, mass, step)
        if seen is not None:
            columns = _made_up_for(columns, kept, mean_harmonics(seen))
    steps = (SCALE_STEP / fineness, COLOUR_STEP / fineness) if weights is not None else (None, None)
    log_scales = columns.log_scales
    if weights is not None:  # thinner than this is as good as flat
        log_scales = np.maximum(log_scales, log_scales.max() - THINNEST)
    meta: dict[str, Any] = {
        "version": VERSION,
        "asset": {"generator": GENERATOR},
        "count": count,
        "antialias": antialiased,
        "means": {"mins": mins.tolist(), "maxs": maxs.tolist(), "files": ["means_l.webp", "means_u.webp"]},
        "scales": encode_codes(textures, "scales.webp", log_scales, steps[0], mass),
        "quats": {"files": ["quats.webp"]},
        "sh0": encode_codes(textures, "sh0.webp", columns.sh0, steps[1], mass),
    }
    textures["means_l.webp"] = _texture(cells[order] & 0xFF)
    textures["means_u.webp"] = _texture(cells[order] >> 8)
    rotations = encode_rotations(columns.quats)
    if weights is not None:
        rotations[:, :3] = _rounded_rotations(
            rotations[:, :3], columns, fineness * importance_of(mass, usual)
        )
    textures["quats.webp"] = _texture(rotations)
    opacity_steps = 1.0 if weights is None else OPACITY_STEP / (fineness * importance_of(mass, usual))
    encode_opacities(textures["sh0.webp"], columns.opacities, opacity_steps)
    write_members(path, meta | higher_meta, textures)
    return order


def _made_up_for(columns: Columns, kept: Floats, seen: Floats) -> Columns:
    """The splats with their kept harmonics (n, k, 3), and colours that are right where they are `seen` (n, k) from."""
    missing = np.einsum("nk,nkc->nc", seen, columns.higher - kept)
    return replace(columns, sh0=columns.sh0 + missing / SH_C0, higher=kept)


def _quantised_positions(means: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Positions as whole numbers (n, 3) from 0 to 65535, and the range (3,), (3,) that they divide."""
    folded = np.sign(means) * np.log1p(np.abs(means))
    mins, maxs = folded.min(axis=0), folded.max(axis=0)
    span = np.where(maxs > mins, maxs - mins, 1.0)
    return np.round((folded - mins) / span * 65535).astype(np.int64), mins, maxs


def _axes_named_anew(columns: Columns) -> Columns:
    """The same splats, with rotations that are cheaper to store."""
    quats, axes = turned_least(columns.quats)
    return replace(columns, quats=quats, log_scales=np.take_along_axis(columns.log_scales, axes, axis=1))


def importance_of(weights: Floats, usual: float) -> NDArray[np.float64]:
    """How much finer the steps of each splat (n,) are than those of one with the usual weight.

    An error counts by weight times step squared, so the bits are spent best where that product is everywhere alike.
    """
    mass = np.asarray(weights, np.float64)
    return np.sqrt(mass / max(usual, 1e-30)).clip(*IMPORTANCE)


def _position_steps(columns: Columns, importance: Floats, mins: Floats, maxs: Floats) -> NDArray[np.float64]:
    """How many cells (n, 3) each splat's position may be rounded to: a power of two, so that low bits are constant."""
    extent = np.exp(np.median(columns.log_scales.astype(np.float64), axis=1))
    allowed = (POSITION_STEP * extent / importance)[:, None] / (1 + np.abs(columns.means))
    cell = np.where(maxs > mins, maxs - mins, 1.0) / 65535
    return _power_of_two(allowed / cell)


def _power_of_two(steps: Floats) -> NDArray[np.float64]:
    """The largest power of two that is no more than each, from 1 to 2^COARSEST_BITS."""
    return np.asarray(2 ** np.floor(np.log2(np.maximum(steps, 1))).clip(0, COARSEST_BITS), np.float64)


def _rounded(values: NDArray[Any], steps: Floats, most: int = 65535) -> NDArray[np.int64]:
    return np.asarray((np.round(values / steps) * steps).clip(0, most), np.int64)


def _rounded_rotations(pixels: Bytes, columns: Columns, importance: Floats) -> Bytes:
    """Pixels (n, 3) of rotations, as coarse as hardly shows: much for a round splat, little for a needle.

    A turn by an angle moves the ends of a splat by about that times how much longer it is than wide.
    """
    _, middle, longest = np.sort(columns.log_scales.astype(np.float64), axis=1).T
    lengthened = 2 * np.sinh(longest - middle)
    allowed = ROTATION_STEP / (importance * (lengthened + FLATNESS)) / ROTATION_PIXEL
    steps = _power_of_two(allowed)[:, None].clip(1, COARSEST_ROTATION)
    rounded = (np.round((pixels - 128.0) / steps) * steps + 128).clip(0, 255)
    return np.asarray(rounded, np.uint8)


def encode_rotations(quats: Floats) -> Bytes:
    """Quaternions (n, 4) wxyz of any length as pixels (n, 4); one of no length becomes no rotation."""
    largest, kept = smallest_three(quats)
    pixels = np.round((kept * np.sqrt(2) * 0.5 + 0.5) * 255).clip(0, 255)
    return np.column_stack([pixels, LARGEST_FIRST + largest]).astype(np.uint8)


def decode_rotations(pixels: Bytes) -> NDArray[np.float32]:
    """Unit quaternions (n, 4) wxyz of pixels (n, 4). Raises `UnreadableSplats` for an unknown mode."""
    largest = pixels[:, 3].astype(np.intp) - LARGEST_FIRST
    if len(largest) and largest.min() < 0:
        raise UnreadableSplats("A rotation's alpha is below 252.", ADVICE)
    return from_smallest_three(largest, (pixels[:, :3] / 255 - 0.5) * np.sqrt(2))


def encode_codes(
    textures: Textures, name: str, values: Floats, step: float | None, mass: Floats | None = None
) -> dict[str, Any]:
    """Three numbers a splat (n, 3) by one codebook for all: of even steps, or as exact as 256 numbers can be, where the
    error of splat i matters as much as `mass[i]`. What meta.json says of it.
    """
    if step:
        codebook = even_codebook(values, CODES, step)
    else:
        by_number = None if mass is None else np.repeat(mass[:, None], values.shape[1], axis=1)
        codebook = scalar_codebook(values, CODES, by_number)
    textures[name] = _texture(nearest_code(values, codebook))
    return {"codebook": _short(codebook), "files": [name]}


def encode_opacities(texture: Bytes, opacities: Floats, steps: Floats | float) -> None:
    """Opacities (n,) from 0 to 1 as alpha of the colours' texture, each in steps of so many of 255 parts at most."""
    parts = np.round(opacities * 255)
    _alpha(texture, 255 - _rounded(255 - parts, _power_of_two(np.asarray(steps)), 255))


def _palette(higher: Floats, mass: Floats, seen: Floats | None, entries: int) -> Palette:
    """Of harmonics (n, k, 3), by what is `seen` (n, p) of them where that is known."""
    if seen is not None:
        return palette_as_seen(higher, mass, spread_harmonics(seen), entries)
    vectors = np.ascontiguousarray(higher.reshape(len(higher), -1), dtype=np.float32)
    return vector_palette(vectors, entries, mass)


def _encode_higher(
    textures: Textures, palette: Palette, mass: Floats, colour_step: float | None
) -> tuple[dict[str, Any], NDArray[np.float32]]:
    """The palette of harmonics (n, k, 3); what meta.json says, and what is kept (n, k, 3)."""
    labels = palette.labels
    entries = palette.entries.reshape(len(palette.entries), -1, 3)
    meta, kept = encode_palette(textures, entries, labels, mass, colour_step)
    textures["shN_labels.webp"] = _texture(
        np.column_stack([labels & 0xFF, labels >> 8, np.zeros_like(labels)])
    )
    return meta | {"files": ["shN_centroids.webp", "shN_labels.webp"]}, kept[labels]


def encode_palette(
    textures: Textures, entries: Floats, labels: NDArray[np.intp], mass: Floats, colour_step: float | None
) -> tuple[dict[str, Any], NDArray[np.float32]]:
    """Entries (m, k, 3), whose numbers share one codebook: of even steps where colours have such, or as exact as 256
    numbers can be, where errors matter by the `mass` (n,) of the splats that have the `labels` (n,). What meta.json
    says of them, but for the names of files, and what is kept of them.

    An entry is finer than colours by the square root of how many splats share it: its errors are theirs together.
    """
    count, harmonics, _ = entries.shape
    if colour_step:
        codebook = even_codebook(entries, CODES, colour_step / max(1.0, len(labels) / count) ** 0.5)
    else:
        uses = np.bincount(labels, mass, minlength=count).astype(np.float64)
        codebook = scalar_codebook(entries, CODES, np.broadcast_to(uses[:, None, None], entries.shape))
    codes = nearest_code(entries, codebook)
    rows = -(-count // PALETTE_ROW)
    padded = np.zeros((rows * PALETTE_ROW, harmonics, 3), np.uint8)
    padded[:count] = codes
    textures["shN_centroids.webp"] = _opaque(padded.reshape(rows, PALETTE_ROW * harmonics, 3))
    meta = {"count": count, "bands": HARMONICS_BY_BANDS.index(harmonics), "codebook": _short(codebook)}
    return meta, codebook[codes]


def _short(codebook: NDArray[np.float32]) -> list[float]:
    """Six digits a number: finer than any step of the codebook, and half as long to write."""
    return [float(f"{number:.6g}") for number in codebook]


def _texture(values: NDArray[Any]) -> Bytes:
    """Pixels (n, 3) or (n, 4) as an image about square, both sides multiples of four."""
    width = max(4, -(-int(np.ceil(np.sqrt(len(values)))) // 4) * 4)
    height = -(-len(values) // (width * 4)) * 4
    flat = np.zeros((height * width, values.shape[1]), np.uint8)
    flat[: len(values)] = values
    image = flat.reshape(height, width, -1)
    return image if image.shape[2] == 4 else _opaque(image)


def _opaque(image: Bytes) -> Bytes:
    return np.concatenate([image, np.full((*image.shape[:2], 1), 255, np.uint8)], axis=2)


def _alpha(image: Bytes, values: NDArray[Any]) -> None:
    image.reshape(-1, 4)[: len(values), 3] = values


def write_members(
    path: Path, meta: Mapping[str, Any], textures: Textures, others: Mapping[str, bytes] | None = None
) -> None:
    """Writes meta.json and images; `others`: members as they are, where `textures` has nothing newer."""
    members = {**(others or {}), META: json.dumps(meta, separators=(",", ":"), allow_nan=False).encode()}
    members |= {name: _webp(texture) for name, texture in textures.items()}
    if path.name == META:
        for name, data in members.items():
            path.with_name(name).write_bytes(data)
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in [META, *sorted(members.keys() - {META})]:
            way = zipfile.ZIP_DEFLATED if name == META else None
            archive.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), members[name], way)


def _webp(image: Bytes) -> bytes:
    """`exact` keeps the colours of pixels whose alpha is 0."""
    buffer = io.BytesIO()
    Image.fromarray(image, "RGBA").save(
        buffer, "WEBP", lossless=True, exact=True, quality=WEBP_EFFORT, method=WEBP_METHOD
    )
    return buffer.getvalue()


def read_sog(path: Path) -> SplatScene:
    """The scene of a `.sog` file, or of a folder that holds its members. Raises `UnreadableSplats`."""
    members = members_of(path)
    if META not in members:
        raise UnreadableSplats(f"There is no meta.json in {path.name}.", ADVICE)
    try:
        return _decoded(members, meta_of(members[META]))
    except (OSError, SyntaxError, ValueError, KeyError, TypeError, IndexError) as error:
        raise UnreadableSplats(f"{path.name} is damaged: {type(error).__name__} {error}.", ADVICE) from error


def _decoded(members: Mapping[str, bytes], meta: Mapping[str, Any]) -> SplatScene:
    count = int(meta["count"])

    def pixels(part: str, image: int = 0) -> Bytes:
        return pixels_of(members, meta[part]["files"][image], count)

    def codes(part: str) -> NDArray[np.float32]:
        return codes_of(meta[part], pixels(part))

    entries, labels = palette_of(members, meta, count)

    return scene_of(
        Columns(
            means=_decode_positions(meta["means"], pixels("means"), pixels("means", 1)),
            quats=decode_rotations(pixels("quats")),
            log_scales=codes("scales"),
            opacities=pixels("sh0")[:, 3] / 255,
            sh0=codes("sh0"),
            higher=entries[labels],
        )
    )


def meta_of(data: bytes) -> dict[str, Any]:
    """Raises `UnreadableSplats` for another version."""
    meta: dict[str, Any] = json.loads(data)
    if meta.get("version") != VERSION:
        raise UnreadableSplats(
            f"This is version {meta.get('version')} of the format; version {VERSION} can be read.", ADVICE
        )
    return meta


def members_of(path: Path) -> dict[str, bytes]:
    """By name, of a `.sog` file, or of a folder, which the path of its meta.json stands for too."""
    if path.name == META:
        path = path.parent
    if path.is_dir():
        return {file.name: file.read_bytes() for file in sorted(path.iterdir()) if file.is_file()}
    try:
        with zipfile.ZipFile(path) as archive:
            if any(info.file_size > MAX_MEMBER_BYTES for info in archive.infolist()):
                raise UnreadableSplats("A file in it is larger than any image can be.", ADVICE)
            return {info.filename: archive.read(info) for info in archive.infolist()}
    except zipfile.BadZipFile as error:
        raise UnreadableSplats("It is not a zip file.", ADVICE) from error


def _image(members: Mapping[str, bytes], name: str) -> Bytes:
    if name not in members:
        raise UnreadableSplats(f"There is no {name} in it.", ADVICE)
    with Image.open(io.BytesIO(members[name])) as image:
        return np.asarray(image.convert("RGBA"))


def pixels_of(members: Mapping[str, bytes], name: str, count: int) -> Bytes:
    """The first pixels (count, 4)."""
    flat = _image(members, name).reshape(-1, 4)
    if len(flat) < count:
        raise UnreadableSplats(f"{name} has {len(flat)} pixels for {count} splats.", ADVICE)
    return flat[:count]


def _decode_positions(ranges: Mapping[str, Any], low: Bytes, high: Bytes) -> NDArray[np.float32]:
    cells = low[:, :3].astype(np.float64) + 256.0 * high[:, :3]
    mins, maxs = np.asarray(ranges["mins"]), np.asarray(ranges["maxs"])
    folded = mins + (maxs - mins) * (cells / 65535)
    means: NDArray[np.float64] = np.sign(folded) * np.expm1(np.abs(folded))
    return means.astype(np.float32)


def codes_of(part: Mapping[str, Any], pixels: Bytes) -> NDArray[np.float32]:
    """The numbers (n, 3) that pixels (n, 4) stand for by the part's codebook."""
    return np.asarray(part["codebook"], np.float32)[pixels[:, :3]]


def palette_of(
    members: Mapping[str, bytes], meta: Mapping[str, Any], count: int
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Harmonics beyond the first: entries (m, k, 3), and each splat's (n,); k is 0 where there are none."""
    if "shN" not in meta:
        return np.zeros((1, 0, 3), np.float32), np.zeros(count, np.intp)
    part = meta["shN"]
    harmonics = HARMONICS_BY_BANDS[part["bands"]]
    codes = _image(members, part["files"][0])
    if codes.shape[1] != PALETTE_ROW * harmonics:
        raise UnreadableSplats(
            f"The palette is {codes.shape[1]} pixels wide, not {PALETTE_ROW * harmonics}.", ADVICE
        )
    entries = np.asarray(part["codebook"], np.float32)[codes[..., :3]].reshape(-1, harmonics, 3)
    pixels = pixels_of(members, part["files"][1], count)
    labels = pixels[:, 0].astype(np.intp) + 256 * pixels[:, 1].astype(np.intp)
    if count and labels.max() >= part["count"]:
        raise UnreadableSplats("A splat names an entry that the palette does not have.", ADVICE)
    return entries[: part["count"]], labels
