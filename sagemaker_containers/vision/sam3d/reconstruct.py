"""An object by SAM 3D Objects: splats and a coloured mesh in the frame of our objects."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from diorama.objects.stages import Quality
from sam3d.frame import Pose, placing
from sam3d.installed import CONFIG, part_sizes, python_of, unusable
from sam3d.memory import too_small, way_for
from sam3d.owners_process import NO_PACKAGE, OUT_OF_MEMORY
from splats.errors import UnreadableSplats
from splats.ply import read_ply
from splats.scene import SplatScene

Bytes = NDArray[np.uint8]
STEPS: dict[Quality, int] = {"fast": 12, "balanced": 25, "high": 50}
"""Of each of its two generators; its authors' own number is 25."""
CONTAINER = Path(__file__).parents[1]


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """+Y up, +Z towards the camera, standing on y = 0, the longest side 1.

    vertices (V, 3); faces (F, 3), outside counter-clockwise; colours (V, 3), sRGB.
    """

    splats: SplatScene
    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]
    colours: Bytes


def reconstruct(
    folder: Path,
    photo: Bytes,
    mask: Bytes,
    quality: Quality,
    seed: int,
    free_bytes: int,
    device: str = "cuda",
) -> Reconstruction:
    """The object that `mask` (H, W; 255) shows on `photo` (H, W, 3; RGB), by the weights in `folder`.

    `free_bytes`: of the GPU. Raises `StageError` where it is too small or what the owner has put there can't be used.
    """
    way = way_for(free_bytes, part_sizes(folder))
    with TemporaryDirectory(prefix="sam3d-") as name:
        scratch = Path(name)
        Image.fromarray(photo).save(scratch / "photo.png", compress_level=1)
        Image.fromarray(mask).save(scratch / "mask.png")
        request = {
            "config": str(folder.absolute() / CONFIG),
            "photo": str(scratch / "photo.png"),
            "mask": str(scratch / "mask.png"),
            "outputs": name,
            "in_turn": way == "in_turn",
            "device": device,
            "steps": STEPS[quality],
            "seed": seed,
        }
        (scratch / "request.json").write_text(json.dumps(request))
        status = _run(folder, scratch / "request.json")
        if status == OUT_OF_MEMORY:
            raise too_small(free_bytes)
        if status == NO_PACKAGE:
            raise unusable(folder, "its package sam3d_objects, or one that it needs, is not there")
        if status != 0:
            raise RuntimeError(f"SAM 3D Objects ended with {status}; the log says why")
        return read(folder, scratch)


def _run(folder: Path, request: Path) -> int:
    """Its exit status. It ends with this process: its stdin closes then."""
    paths = [str(CONTAINER), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    if (folder / "huggingface").is_dir():
        environment["HF_HOME"] = str(folder / "huggingface")  # the depth model, which it would download
    command = [python_of(folder), "-m", "sam3d.owners_process", str(request)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as process:
        return process.wait()


def read(folder: Path, outputs: Path) -> Reconstruction:
    """What `owners_process` wrote. Raises `StageError` where it is empty."""
    pose = _pose(json.loads((outputs / "pose.json").read_text()))
    with np.load(outputs / "mesh.npz") as mesh:
        vertices, faces, colours = (mesh[name] for name in ("vertices", "faces", "colours"))
    try:
        splats = read_ply(outputs / "splats.ply")
    except UnreadableSplats as error:
        raise unusable(folder, f"its splats can't be read: {error}") from error
    if not len(faces) or not len(splats):
        raise unusable(folder, "it made nothing of this cut-out")
    place = placing(vertices.astype(np.float64), pose)
    return Reconstruction(
        splats=place.splats(splats),
        vertices=place.points(vertices.astype(np.float64)),
        faces=faces.astype(np.int64),
        colours=colours,
    )


def _pose(document: dict[str, list[float]]) -> Pose:
    w, x, y, z = document["rotation"]
    across, up, ahead = document["translation"]
    width, height, depth = document["scale"]
    return Pose((w, x, y, z), (across, up, ahead), (width, height, depth))
