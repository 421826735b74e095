"""A tiny package with the call shapes of sam3d_objects, and of OmegaConf and Hydra as far as it is opened with them.

It makes a box as wide and high as the mask, half as deep across, light where the camera is: at its own -X. Nothing of
the real package is in it.
"""

import json
from pathlib import Path

import yaml

PIPELINE = """
import json
import os
import numpy as np
import torch
from splats.ply import write_ply
from splats.scene import SplatScene


class DepthModel:
    def __init__(self, device="cuda"):
        self.model = torch.nn.Linear(1, 1).to(device)
        self.device = device


class Gaussians:
    def __init__(self, xyz):
        n = len(xyz)
        self.scene = SplatScene(
            means=torch.from_numpy(xyz).float(), quats=torch.tensor([[1.0, 0, 0, 0]]).repeat(n, 1),
            log_scales=torch.full((n, 3), -3.0), opacity_logits=torch.ones(n), sh=torch.zeros(n, 1, 3),
        )

    def save_ply(self, path):
        from pathlib import Path
        write_ply(Path(path), self.scene)


class Visual:
    def __init__(self, colours):
        self.vertex_colors = colours


class Mesh:
    def __init__(self, vertices, faces, grey):
        self.vertices, self.faces = vertices, faces
        self.visual = Visual(np.repeat(grey, 4, axis=1).astype(np.uint8))


class InferencePipelinePointMap:
    def __init__(self, depth_model, rendering_engine, compile_model, workspace_dir, device, fails="", **checkpoints):
        assert rendering_engine == "pytorch3d" and compile_model is False
        assert os.path.exists(os.path.join(workspace_dir, checkpoints["ss_generator_ckpt_path"]))
        self.device, self.depth_model, self.fails = torch.device(device), depth_model, fails
        part = lambda: torch.nn.Linear(1, 1).to(device)
        self.condition_embedders = {"ss_condition_embedder": part(), "slat_condition_embedder": part()}
        names = ("ss_generator", "slat_generator", "ss_decoder", "slat_decoder_gs", "slat_decoder_mesh")
        self.models = torch.nn.ModuleDict({name: part() for name in names})

    def compute_pointmap(self, image, pointmap=None):
        return {"pointmap": image}

    def sample_sparse_structure(self, ss_input, inference_steps=None, use_distillation=False):
        return {"coords": np.argwhere(ss_input[..., 3] > 127), "steps": inference_steps}

    def sample_slat(self, slat_input, coords, inference_steps=25, use_distillation=False):
        if self.fails == "memory":
            raise torch.OutOfMemoryError("CUDA out of memory.")
        low, high = coords.min(0), coords.max(0) + 1
        return (high - low)[::-1] / max(slat_input.shape)

    def decode_slat(self, slat, formats=("mesh", "gaussian")):
        wide, high = slat
        corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)]) - 0.5
        z_up = corners * (wide, wide / 2, high)
        y_up = z_up @ np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
        faces = np.array([[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1],
                          [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3]])
        return {"gs": Gaussians(z_up), "glb": Mesh(y_up, faces, np.where(z_up[:, :1] < 0, 200, 50))}

    def run(self, image, mask=None, seed=None, stage1_only=False, with_mesh_postprocess=True, with_texture_baking=True,
            with_layout_postprocess=True, use_vertex_color=False, stage1_inference_steps=None,
            stage2_inference_steps=None, use_stage1_distillation=False, use_stage2_distillation=False, pointmap=None,
            decode_formats=None, estimate_plane=False):
        assert image.dtype == np.uint8 and image.shape[2] == 4 and mask is None and use_vertex_color
        assert not with_texture_baking and not with_mesh_postprocess
        self.compute_pointmap(image)
        structure = self.sample_sparse_structure(image, inference_steps=stage1_inference_steps)
        slat = self.sample_slat(image, structure["coords"], inference_steps=stage2_inference_steps)
        # The camera is at (-2, 0, 0) of the object and looks along its +X; the object's +Z is the camera's +Y.
        return {
            **self.decode_slat(slat),
            "rotation": torch.tensor([[0.5, 0.5, 0.5, 0.5]]),
            "translation": torch.tensor([[0.0, 0.0, 2.0]]),
            "scale": torch.tensor([[1.0, 1.0, 1.0]]),
        }
"""
OMEGACONF = """
import yaml


class Config(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


def _wrapped(value):
    return Config({name: _wrapped(each) for name, each in value.items()}) if isinstance(value, dict) else value


class OmegaConf:
    @staticmethod
    def load(path):
        return _wrapped(yaml.safe_load(open(path).read()))
"""
HYDRA = """
import importlib


def get_object(path):
    parts = path.split(".")
    found = importlib.import_module(parts[0])
    for n, part in enumerate(parts[1:], 1):
        if not hasattr(found, part):
            importlib.import_module(".".join(parts[: n + 1]))
        found = getattr(found, part)
    return found


def instantiate(config):
    values = {
        name: instantiate(value) if isinstance(value, dict) else value
        for name, value in config.items() if name != "_target_"
    }
    return get_object(config["_target_"])(**values)
"""


def write_package(folder: Path) -> Path:
    """The three packages in a folder for PYTHONPATH."""
    files = {
        "sam3d_objects/__init__.py": "",
        "sam3d_objects/pipeline/__init__.py": "",
        "sam3d_objects/pipeline/inference_pipeline_pointmap.py": PIPELINE,
        "omegaconf/__init__.py": OMEGACONF,
        "hydra/__init__.py": "",
        "hydra/utils.py": HYDRA,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def write_checkpoints(folder: Path, **changes: object) -> Path:
    """A folder of weights as they are downloaded: pipeline.yaml and the files that it names."""
    folder.mkdir(parents=True)
    module = "sam3d_objects.pipeline.inference_pipeline_pointmap"
    parts = ("ss_generator", "ss_decoder", "slat_generator", "slat_decoder_gs", "slat_decoder_mesh")
    config: dict[str, object] = {
        "_target_": f"{module}.InferencePipelinePointMap",
        "depth_model": {"_target_": f"{module}.DepthModel"},
        **{f"{part}_ckpt_path": f"{part}.ckpt" for part in parts},
        **changes,
    }
    for part in parts:
        (folder / f"{part}.ckpt").write_bytes(json.dumps(part).encode())
    (folder / "pipeline.yaml").write_text(yaml.safe_dump(config))
    return folder
