"""Runs SAM 3D Objects once, in its owner's Python: of Diorama nothing but `sam3d.visiting` is imported.

    python -m sam3d.owners_process REQUEST      # a path of JSON

REQUEST has `config` (pipeline.yaml), `photo` and `mask` (PNG), `outputs` (a folder), `in_turn`, `device`, `steps` and
`seed`. Writes outputs/splats.ply as the package writes it (17 numbers a splat), mesh.npz (vertices, faces, colours) and
pose.json (rotation wxyz, translation, scale: from the object to the camera, for row vectors, in PyTorch3D's axes).
Exit 3: memory ran out; 4: the package is not there.
"""

import importlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from sam3d.visiting import run_in_turn

OUT_OF_MEMORY, NO_PACKAGE = 3, 4
TRUSTED = frozenset({"sam3d_objects", "torch", "torchvision", "moge"})
"""Packages whose things pipeline.yaml may name: such a file can make anything that Python has."""


def main(request_path: str) -> int:
    """Carries out a request; the exit status."""
    _end_with_parent()
    request = json.loads(Path(request_path).read_text())
    try:
        pipeline = open_pipeline(Path(request["config"]), request["in_turn"], request["device"])
        result = reconstruct(pipeline, request)
    except ImportError as error:
        print(error, file=sys.stderr)  # noqa: T201 - to the stage's log
        return NO_PACKAGE
    except torch.OutOfMemoryError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return OUT_OF_MEMORY
    write(result, Path(request["outputs"]))
    return 0


def open_pipeline(config_path: Path, in_turn: bool, device: str) -> Any:
    """The package's pipeline with its weights: on the device, or in main memory to visit it in turn."""
    os.environ.setdefault(
        "LIDRA_SKIP_INIT", "true"
    )  # its own training set-up, which is not installed with it
    if "CONDA_PREFIX" in os.environ:
        os.environ.setdefault("CUDA_HOME", os.environ["CONDA_PREFIX"])
    importlib.import_module("sam3d_objects")
    config = importlib.import_module("omegaconf").OmegaConf.load(config_path)
    check_targets(config)
    config.rendering_engine = "pytorch3d"
    config.compile_model = False
    config.workspace_dir = str(config_path.parent)
    config.device = config.depth_model.device = "cpu" if in_turn else device
    pipeline = importlib.import_module("hydra.utils").instantiate(config)
    if in_turn:
        run_in_turn(pipeline, torch.device(device), torch.cuda.empty_cache)
    return pipeline


def check_targets(config: Any) -> None:
    """Raises ValueError where the configuration would make something that is not of the package."""
    get_object = importlib.import_module("hydra.utils").get_object
    for target in _targets(config):
        named = target.split(".", 1)[0]
        # torch.os.system is named after torch, but of another make.
        made_by = named in TRUSTED and (getattr(get_object(target), "__module__", None) or named)
        if not made_by or made_by.split(".", 1)[0] not in TRUSTED:
            raise ValueError(f"pipeline.yaml names {target}, which is none of {', '.join(sorted(TRUSTED))}")


def _targets(node: Any) -> Iterator[str]:
    if hasattr(node, "items"):
        for name, value in node.items():
            if name == "_target_":
                yield str(value)
            else:
                yield from _targets(value)
    elif hasattr(node, "__iter__") and not isinstance(node, str | bytes):
        for value in node:
            yield from _targets(value)


def reconstruct(pipeline: Any, request: dict[str, Any]) -> dict[str, Any]:
    """What the package says of one object: `gs`, `glb`, and its pose."""
    photo = np.asarray(Image.open(request["photo"]).convert("RGB"))
    mask = np.asarray(Image.open(request["mask"]).convert("L"))
    result: dict[str, Any] = pipeline.run(
        np.dstack([photo, np.where(mask > 127, 255, 0).astype(np.uint8)]),
        None,
        request["seed"],
        stage1_only=False,
        with_mesh_postprocess=False,
        with_texture_baking=False,
        with_layout_postprocess=False,
        use_vertex_color=True,
        stage1_inference_steps=request["steps"],
        stage2_inference_steps=request["steps"],
    )
    return result


def write(result: dict[str, Any], outputs: Path) -> None:
    """Writes what `reconstruct` gave."""
    result["gs"].save_ply(str(outputs / "splats.ply"))
    mesh = result["glb"]
    np.savez(
        outputs / "mesh.npz",
        vertices=np.asarray(mesh.vertices, np.float32),
        faces=np.asarray(mesh.faces, np.int32),
        colours=np.asarray(mesh.visual.vertex_colors, np.uint8)[:, :3],
    )
    pose = {name: result[name].reshape(-1).tolist() for name in ("rotation", "translation", "scale")}
    (outputs / "pose.json").write_text(json.dumps(pose))


def _end_with_parent() -> None:
    """Ends this process, and gives its GPU memory back, when the stage is gone: its end of stdin closes then."""

    def wait() -> None:
        while os.read(0, 4096):
            continue
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
