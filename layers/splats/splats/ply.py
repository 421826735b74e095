"""Splats as PLY files in the layout of 3D Gaussian Splatting, kept bit for bit.

Binary, little endian, one `vertex` element of float properties: x y z, nx ny nz (zero), f_dc_0..2, f_rest_0..
(all of red, then green, then blue), opacity (logit), scale_0..2 (log), rot_0..3 (wxyz). Files of others may
lack the normals or order their properties differently.
"""

from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from splats.errors import UnreadableSplats
from splats.scene import SplatScene

HEADER_LIMIT_BYTES = 64 * 1024
ADVICE = "Splats are read from binary little-endian PLY files in the layout of 3D Gaussian Splatting."
SH_DEGREE_BY_REST_COUNT = {0: 0, 9: 1, 24: 2, 45: 3}
TYPES = {
    **dict.fromkeys(("char", "int8"), "<i1"),
    **dict.fromkeys(("uchar", "uint8"), "<u1"),
    **dict.fromkeys(("short", "int16"), "<i2"),
    **dict.fromkeys(("ushort", "uint16"), "<u2"),
    **dict.fromkeys(("int", "int32"), "<i4"),
    **dict.fromkeys(("uint", "uint32"), "<u4"),
    **dict.fromkeys(("float", "float32"), "<f4"),
    **dict.fromkeys(("double", "float64"), "<f8"),
}


def write_ply(path: Path, scene: SplatScene) -> None:
    """Writes the scene; the file holds its float32 values unchanged."""
    names = property_names(scene.sh_degree)
    header = ["ply", "format binary_little_endian 1.0", f"element vertex {len(scene)}"]
    header += [f"property float {name}" for name in names]
    header += ["end_header", ""]
    rest = scene.sh[:, 1:].transpose(1, 2).flatten(1)
    opacity = scene.opacity_logits[:, None]
    columns = [
        scene.means,
        torch.zeros_like(scene.means),
        scene.sh[:, 0],
        rest,
        opacity,
        scene.log_scales,
        scene.quats,
    ]
    rows = torch.cat(columns, 1).detach().to("cpu", torch.float32).numpy().astype("<f4", copy=False)
    with path.open("wb") as file:
        file.write("\n".join(header).encode("ascii"))
        file.write(np.ascontiguousarray(rows).tobytes())


def property_names(sh_degree: int) -> list[str]:
    """The properties of one splat, in the order of the original."""
    rest = 3 * ((sh_degree + 1) ** 2 - 1)
    return [
        *("x", "y", "z", "nx", "ny", "nz"),
        *(f"f_dc_{i}" for i in range(3)),
        *(f"f_rest_{i}" for i in range(rest)),
        "opacity",
        *(f"scale_{i}" for i in range(3)),
        *(f"rot_{i}" for i in range(4)),
    ]


def read_ply(path: Path) -> SplatScene:
    """The scene in a file. Raises UnreadableSplats where it isn't one, or isn't whole."""
    with path.open("rb") as file:
        count, layout = _read_header(file, path.name)
        data = file.read(count * layout.itemsize)
    if len(data) < count * layout.itemsize:
        raise UnreadableSplats(
            f"{path.name} ends after {len(data) // layout.itemsize} of {count} splats.",
            "Copy or upload the file again: a part of it is missing.",
        )
    return _scene(np.frombuffer(data, layout, count), path.name)


def _read_header(file: BinaryIO, name: str) -> tuple[int, np.dtype[np.void]]:
    """How many splats there are, and the layout of one."""
    head = file.read(HEADER_LIMIT_BYTES)
    end = head.find(b"end_header\n")
    if not head.startswith(b"ply\n") or end < 0:
        raise UnreadableSplats(f"{name} is not a PLY file.", ADVICE)
    lines = [line.split() for line in head[:end].decode("ascii", "replace").splitlines()[1:]]
    lines = [line for line in lines if line and line[0] not in ("comment", "obj_info")]
    if ["format", "binary_little_endian", "1.0"] not in lines:
        raise UnreadableSplats(f"{name} is a PLY file of another format.", ADVICE)
    file.seek(end + len(b"end_header\n"))
    return _vertices(lines, name)


def _vertices(lines: list[list[str]], name: str) -> tuple[int, np.dtype[np.void]]:
    """The first element, which has to be the splats; what follows it is left unread."""
    elements = [i for i, line in enumerate(lines) if line[0] == "element"]
    if not elements or lines[elements[0]][1:2] != ["vertex"] or not lines[elements[0]][-1].isdigit():
        raise UnreadableSplats(f"{name} does not begin with its vertices.", ADVICE)
    until = elements[1] if len(elements) > 1 else len(lines)
    properties = [line for line in lines[elements[0] + 1 : until] if line[0] == "property"]
    if any(len(line) != 3 or line[1] not in TYPES for line in properties):
        raise UnreadableSplats(f"{name} holds properties that no splat has.", ADVICE)
    if len({line[2] for line in properties}) < len(properties):
        raise UnreadableSplats(f"{name} names a property twice.", ADVICE)
    return int(lines[elements[0]][2]), np.dtype([(line[2], TYPES[line[1]]) for line in properties])


def _scene(rows: NDArray[np.void], name: str) -> SplatScene:
    present = set(rows.dtype.names or ())
    rest = sum(column.startswith("f_rest_") for column in present)
    if rest not in SH_DEGREE_BY_REST_COUNT:
        raise UnreadableSplats(
            f"{name} has {rest} colour coefficients beyond the first, not 0, 9, 24 or 45.", ADVICE
        )
    wanted = [
        column for column in property_names(SH_DEGREE_BY_REST_COUNT[rest]) if not column.startswith("n")
    ]
    missing = [column for column in wanted if column not in present]
    if missing:
        raise UnreadableSplats(
            f"{name} is a PLY file, but not of splats: it lacks {', '.join(missing)}.", ADVICE
        )

    def columns(prefix: str, count: int) -> Tensor:
        return _stack(rows, [f"{prefix}_{i}" for i in range(count)])

    direct = columns("f_dc", 3)[:, None]
    by_channel = columns("f_rest", rest).reshape(len(rows), 3, rest // 3)
    return SplatScene(
        means=_stack(rows, ["x", "y", "z"]),
        quats=columns("rot", 4),
        log_scales=columns("scale", 3),
        opacity_logits=_stack(rows, ["opacity"])[:, 0],
        sh=torch.cat([direct, by_channel.transpose(1, 2)], 1),
    )


def _stack(rows: NDArray[np.void], names: list[str]) -> Tensor:
    stacked = np.empty((len(rows), len(names)), np.float32)
    for i, name in enumerate(names):
        stacked[:, i] = rows[name]
    return torch.from_numpy(stacked)
