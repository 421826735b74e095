"""All objects of a photo in one scene, as splats and as a mesh."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from outputs.mesh_files import write_glb
from outputs.textured import TexturedMesh
from shapes.layout import Place
from splats.ply import write_ply
from splats.scene import SplatScene
from splats.sog import write_sog


def write_scene(
    folder: Path, places: Sequence[Place], scenes: Sequence[SplatScene], meshes: dict[str, TexturedMesh]
) -> None:
    """Writes splats.ply, splats.sog and mesh.glb: every object moved to its place."""
    folder.mkdir(parents=True, exist_ok=True)
    together = joined([placed(scene, place) for scene, place in zip(scenes, places, strict=True)])
    write_ply(folder / "splats.ply", together)
    write_sog(folder / "splats.sog", together)
    moved = {name: _moved(mesh, place) for (name, mesh), place in zip(meshes.items(), places, strict=True)}
    write_glb(folder / "mesh.glb", moved)


def placed(scene: SplatScene, place: Place) -> SplatScene:
    """An object's splats in the scene of all."""
    return replace(
        scene,
        means=scene.means * place.scale + torch.tensor(place.placed_at),
        log_scales=scene.log_scales + float(np.log(place.scale)),
    )


def joined(scenes: Sequence[SplatScene]) -> SplatScene:
    """All splats of scenes with equally many harmonics."""
    parts = [(s.means, s.quats, s.log_scales, s.opacity_logits, s.sh) for s in scenes]
    means, quats, log_scales, opacity_logits, sh = (torch.cat(column) for column in zip(*parts, strict=True))
    return SplatScene(means, quats, log_scales, opacity_logits, sh)


def _moved(mesh: TexturedMesh, place: Place) -> TexturedMesh:
    vertices = mesh.vertices * place.scale + np.asarray(place.placed_at)
    return replace(mesh, vertices=vertices.astype(np.float32))
