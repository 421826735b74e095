"""A room's corner that is known exactly: splats on textured planes, cameras at eye height, photos drawn from them."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from splats.cameras import Pinhole, View, look_at
from splats.ply import write_ply
from splats.scene import SH_C0, SplatScene
from views.draw import draw

SIDE_M = 4.0
SPLATS_A_SIDE = 36


@dataclass(frozen=True)
class Room:
    """`inputs` holds `model`, `frames` and `poses`, as the stages before would have written them."""

    inputs: Path
    scene: SplatScene
    views: list[View]


def room(folder: Path, photos: int = 17, width_px: int = 96, height_px: int = 72) -> Room:
    """The corner, filmed by someone who walks in an arc round its middle."""
    scene = corner()
    views = [View(f"{i:05}.png", _lens(width_px, height_px), _pose(i / (photos - 1))) for i in range(photos)]
    (folder / "frames" / "images").mkdir(parents=True)
    for view in views:
        photo = np.rint(draw(scene, view) * 255).astype(np.uint8)
        cv2.imwrite(str(folder / "frames" / "images" / view.name), photo[:, :, ::-1])
    (folder / "poses").mkdir()
    (folder / "poses" / "cameras.json").write_text(json.dumps(_cameras(views)))
    save_model(folder, scene)
    return Room(folder, scene, views)


def save_model(folder: Path, scene: SplatScene) -> None:
    """As train_splats would leave it."""
    (folder / "model").mkdir(exist_ok=True)
    write_ply(folder / "model" / "splats.ply", scene)


def corner() -> SplatScene:
    """A floor (y = 0) and two walls of SIDE_M, with squares and stripes on them."""
    steps = (torch.arange(SPLATS_A_SIDE) + 0.5) / SPLATS_A_SIDE * SIDE_M
    u, v = (grid.flatten() for grid in torch.meshgrid(steps, steps, indexing="ij"))
    nothing = torch.zeros_like(u)
    planes = [
        torch.stack([u, nothing, v], 1),
        torch.stack([u, v, nothing], 1),
        torch.stack([nothing, v, u], 1),
    ]
    squares = ((u // 0.7).int() + (v // 0.7).int()) % 2
    stripes = torch.sin(9 * u) * 0.5 + 0.5
    tints = torch.tensor([[0.8, 0.6, 0.4], [0.3, 0.5, 0.8], [0.5, 0.7, 0.4]])
    colours = torch.cat(
        [tint * (0.4 + 0.6 * squares[:, None]) * (0.7 + 0.3 * stripes[:, None]) for tint in tints]
    )
    means = torch.cat(planes)
    flat = torch.full((len(means), 3), math.log(SIDE_M / SPLATS_A_SIDE * 0.6))
    for plane, axis in enumerate((1, 2, 0)):
        flat[plane * len(u) : (plane + 1) * len(u), axis] = math.log(0.01)
    random = torch.Generator().manual_seed(5)
    means += 0.01 * torch.randn(means.shape, generator=random)
    flat += 0.2 * torch.randn(flat.shape, generator=random)
    sh = torch.zeros(len(means), 4, 3)
    sh[:, 0] = (colours - 0.5) / SH_C0 + 0.1 * torch.randn(colours.shape, generator=random)
    sh[:, 1:] = 0.05 * torch.sin(7 * means)[:, :, None]
    return SplatScene(
        means=means,
        quats=torch.tensor([1.0, 0, 0, 0]) + 0.05 * torch.randn(len(means), 4, generator=random),
        log_scales=flat,
        opacity_logits=3 + torch.randn(len(means), generator=random),
        sh=sh,
    )


def splats_at(positions: list[tuple[float, float, float]], size: float, opacity: float = 0.5) -> SplatScene:
    """Round grey splats, to be planted where they do harm."""
    count = len(positions)
    return SplatScene(
        means=torch.tensor(positions),
        quats=torch.tensor([1.0, 0, 0, 0]).repeat(count, 1),
        log_scales=torch.full((count, 3), math.log(size)),
        opacity_logits=torch.full((count,), math.log(opacity / (1 - opacity))),
        sh=torch.zeros(count, 4, 3),
    )


def together(*scenes: SplatScene) -> SplatScene:
    """All their splats, in order."""
    names = ("means", "quats", "log_scales", "opacity_logits", "sh")
    return SplatScene(*(torch.cat([getattr(scene, name) for scene in scenes]) for name in names))


def _lens(width_px: int, height_px: int) -> Pinhole:
    focal_px = 0.9 * max(width_px, height_px)
    return Pinhole(width_px, height_px, (focal_px, focal_px), (width_px / 2, height_px / 2))


def _pose(share: float) -> np.ndarray:
    """From one end of the arc (0) to the other (1), looking at the corner's middle."""
    angle = math.radians(15 + 60 * share)
    eye = (4.2 * math.cos(angle), 1.6, 4.2 * math.sin(angle))
    return look_at(eye, (1.0, 0.9, 1.0))


def _cameras(views: list[View]) -> dict[str, object]:
    lens = views[0].pinhole
    (fx, fy), (cx, cy) = lens.focal_px, lens.principal_point_px
    return {
        "schema": 1,
        "convention": "world: right-handed, +Y up; camera: OpenCV axes (x right, y down, z forward)",
        "scale_source": "reference",
        "cameras": {
            "1": {
                "model": "PINHOLE",
                "width_px": lens.width_px,
                "height_px": lens.height_px,
                "params": {"fx": fx, "fy": fy, "cx": cx, "cy": cy},
                "focal_px": [fx, fy],
                "principal_point_px": [cx, cy],
                "distortion": {},
            }
        },
        "images": [_placed(view, number) for number, view in enumerate(views)],
        "unplaced": [],
    }


def _placed(view: View, number: int) -> dict[str, object]:
    pose = view.world_from_camera
    w = math.sqrt(max(0.0, 1 + np.trace(pose[:3, :3]))) / 2
    rotation = [w] + [
        (pose[(i + 2) % 3, (i + 1) % 3] - pose[(i + 1) % 3, (i + 2) % 3]) / (4 * w) for i in range(3)
    ]
    return {
        "image": view.name,
        "camera": "1",
        "time_s": number * 0.5,
        "confidence": 0.9,
        "observations": 100,
        "reprojection_error_px": 0.5,
        "world_from_camera": {
            "rotation_wxyz": rotation,
            "translation": pose[:3, 3].tolist(),
        },
    }
