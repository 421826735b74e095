"""Scenes in files of any format that we know, by the ending of the name.

As a command it writes a scene in another format:

    python -m splats.files splats.ply scene.spz
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from splats.compressed_ply import read_compressed_ply, write_compressed_ply
from splats.errors import UnreadableSplats
from splats.gltf import read_glb, write_glb
from splats.ply import read_ply, write_ply
from splats.scene import SplatScene
from splats.sog import read_sog, write_sog
from splats.spz import read_spz, write_spz


@dataclass(frozen=True)
class Format:
    """How a scene is read from a file and written to one."""

    read: Callable[[Path], SplatScene]
    write: Callable[[Path, SplatScene], object]


FORMATS = {
    ".compressed.ply": Format(read_compressed_ply, write_compressed_ply),
    ".ply": Format(read_ply, write_ply),
    ".sog": Format(read_sog, write_sog),
    ".spz": Format(read_spz, write_spz),
    ".glb": Format(read_glb, write_glb),
}
"""By the ending of a file's name; the first that fits."""


def format_of(path: Path) -> Format:
    """Raises `UnreadableSplats` for an ending that none has."""
    for ending, found in FORMATS.items():
        if path.name.lower().endswith(ending):
            return found
    raise UnreadableSplats(
        f"{path.name} is of no format that is known here.", f"Name it with one of {', '.join(FORMATS)}."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m splats.files", description="Writes a scene in another format."
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    asked = parser.parse_args(arguments)
    try:
        write, scene = format_of(asked.target).write, format_of(asked.source).read(asked.source)
        write(asked.target, scene)
    except (OSError, UnreadableSplats, ValueError) as error:
        advice = f" {error.advice}" if isinstance(error, UnreadableSplats) else ""
        print(f"{error}{advice}", file=sys.stderr)  # noqa: T201 (a command's answer)
        return 1
    size = asked.target.stat().st_size
    print(f"{asked.target}: {len(scene)} splats, {size} bytes")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
