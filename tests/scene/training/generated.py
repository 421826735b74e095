"""A small place that is known exactly: splats, cameras round it, photos that the rasteriser took."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pycolmap
import torch

from poses.camera_file import write_cameras
from poses.frame_set import Frame
from splats.cameras import Pinhole, View, look_at
from splats.scene import SH_C0, SplatScene
from training.backdrop import behind, directions
from views.draw import draw

WIDTH_PX, HEIGHT_PX = 64, 48
FOCAL_PX = 60.0
SKY_SPLATS, SKY_RADIUS = 400, 8.0


@dataclass(frozen=True)
class Place:
    """The folders `frames` and `poses` lie in `inputs`, as the stages before would have written them."""

    inputs: Path
    scene: SplatScene
    views: list[View]


def generated_place(
    folder: Path, photos: int = 12, splats: int = 150, seed: int = 1, enlarged: int = 1
) -> Place:
    """A ball of coloured splats in front of a painted sky, photographed from all round.

    Photos are 64 x 48 pixels, and `enlarged` times as wide and as high on request.
    """
    scene = ball_of_splats(splats, seed)
    painted = behind(scene, sky())
    lens = _pinhole(enlarged)
    views = [View(f"{index + 1:05}.png", lens, _pose(index, photos)) for index in range(photos)]
    images = folder / "frames" / "images"
    images.mkdir(parents=True)
    for view in views:
        photo = np.rint(draw(painted, view) * 255).astype(np.uint8)
        cv2.imwrite(str(images / view.name), photo[:, :, ::-1])
    _write_poses(folder / "poses", scene, views)
    return Place(folder, scene, views)


def ball_of_splats(count: int, seed: int) -> SplatScene:
    """Within one unit of the origin, from all colours."""
    generator = torch.Generator().manual_seed(seed)
    direction = torch.nn.functional.normalize(torch.randn(count, 3, generator=generator), dim=1)
    radius = torch.rand(count, 1, generator=generator) ** (1 / 3)
    colours = torch.rand(count, 1, 3, generator=generator)
    return SplatScene(
        means=direction * radius,
        quats=torch.randn(count, 4, generator=generator),
        log_scales=torch.full((count, 3), 0.12).log() + 0.3 * torch.randn(count, 3, generator=generator),
        opacity_logits=torch.full((count,), 2.0),
        sh=(colours - 0.5) / SH_C0,
    )


def sky() -> SplatScene:
    """All round everything, in soft colours."""
    outwards = torch.from_numpy(directions(SKY_SPLATS)).float()
    return SplatScene(
        means=SKY_RADIUS * outwards,
        quats=torch.tensor([[1.0, 0.0, 0.0, 0.0]]).repeat(SKY_SPLATS, 1),
        log_scales=torch.full((SKY_SPLATS, 3), SKY_RADIUS * 0.2).log(),
        opacity_logits=torch.full((SKY_SPLATS,), 5.0),
        sh=(0.2 * outwards[:, None]) / SH_C0,
    )


def _pinhole(enlarged: int) -> Pinhole:
    width, height, focal = enlarged * WIDTH_PX, enlarged * HEIGHT_PX, enlarged * FOCAL_PX
    return Pinhole(width, height, (focal, focal), (width / 2, height / 2))


def _pose(index: int, count: int) -> np.ndarray:
    angle = 2 * np.pi * index / count
    eye = (3 * np.cos(angle), 0.6 * np.sin(2 * angle), 3 * np.sin(angle))
    return look_at(eye, (0.0, 0.0, 0.0))


def _write_poses(folder: Path, scene: SplatScene, views: list[View]) -> None:
    model = pycolmap.Reconstruction()
    lens = views[0].pinhole
    camera = pycolmap.Camera(
        model="SIMPLE_RADIAL",
        width=lens.width_px,
        height=lens.height_px,
        params=[lens.focal_px[0], *lens.principal_point_px, 0.0],
        camera_id=1,
    )
    model.add_camera_with_trivial_rig(camera)
    for index, view in enumerate(views, 1):
        pose = pycolmap.Rigid3d(np.linalg.inv(view.world_from_camera)[:3])
        model.add_image_with_trivial_frame(pycolmap.Image(name=view.name, camera_id=1, image_id=index), pose)
    colours = (scene.base_colors.clamp(0, 1) * 255).to(torch.uint8).numpy()
    for position, colour in zip(scene.means.numpy().astype(np.float64), colours, strict=True):
        model.add_point3D(position, pycolmap.Track(), colour)
    (folder / "sparse").mkdir(parents=True)
    model.write_binary(folder / "sparse")
    frames = [Frame(view.name, view.name, None, lens.width_px, lens.height_px, None, None) for view in views]
    write_cameras(folder / "cameras.json", model, frames, "none")
