"""PlayCanvas' own tool, which reads what we write.

To have its tests run, with Node 20 or newer: `npm install --prefix DIR @playcanvas/splat-transform@3.7.0`, and
`DIORAMA_SPLAT_TRANSFORM=DIR/node_modules/@playcanvas/splat-transform/bin/cli.mjs` in the environment.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from splats.ply import read_ply
from splats.scene import SplatScene

TOOL = os.environ.get("DIORAMA_SPLAT_TRANSFORM", "")

needed = pytest.mark.skipif(
    not (TOOL and Path(TOOL).exists() and shutil.which("node")),
    reason="needs Node and splat-transform: see tests/splats/playcanvas.py",
)


def written_by_playcanvas(source: Path, target: Path, *options: str) -> None:
    """Has that tool write one file's splats in another format."""
    node = shutil.which("node") or ""
    command = [node, TOOL, *options, str(source), str(target)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def read_by_playcanvas(path: Path) -> SplatScene:
    """The splats of a file as that tool reads them: it writes a plain PLY, which we read."""
    theirs = path.with_name("theirs.ply")
    written_by_playcanvas(path, theirs)
    return read_ply(theirs)
