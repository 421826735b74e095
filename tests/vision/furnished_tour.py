"""A tour that is known exactly: floor, wall, and a box of known size on the floor; with a photo of its own camera."""

import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from diorama.objects.cutouts import Cutout, Cutouts, TourView
from diorama.tours.manifest import (
    Bounds,
    Box,
    BundleFile,
    Level,
    Manifest,
    Picture,
    Pose,
    Quality,
    ScaleSource,
    StartPose,
)
from outputs.scene_files import joined
from splats.cameras import look_at
from splats.ply import write_ply
from splats.rasterize import rasterize
from splats.scene import SH_C0, SplatScene
from tests.vision.cut_photos import write_inputs

WIDTH_PX, HEIGHT_PX, FOCAL_PX = 320, 240, 300.0
BOX_M = (0.5, 0.7, 0.3)
"""Width, height and depth."""
STANDS_AT = (0.6, 0.0, -0.4)
"""The middle of the box's foot in the world."""
EYE = (0.2, 1.1, 2.4)


@dataclass(frozen=True, eq=False)
class Furnished:
    """Inputs of `build_object`, and how the box is turned about the vertical: its front looks at the camera."""

    inputs: Path
    yaw_rad: float


def furnished(
    folder: Path,
    scale_source: ScaleSource = "reference",
    tour_px: int = WIDTH_PX,
    radial: tuple[float, float] = (0.0, 0.0),
    looks_at: tuple[float, float, float] = (0.4, 0.35, -0.4),
) -> Furnished:
    """Writes embedding, cutouts and tour; the tour keeps its frame `tour_px` wide, the photo has its own size.

    `radial`: how the lens bends that took the photo, as `library.frames.Frame` says it.
    """
    yaw = math.atan2(EYE[0] - STANDS_AT[0], EYE[2] - STANDS_AT[2])
    box, room = (
        _box(yaw),
        joined([_plane((0, 0, 0), (6, 0, 0), (0, 0, 6)), _plane((0, 2, -2), (6, 0, 0), (0, 4, 0))]),
    )
    pose = look_at(EYE, looks_at)
    picture = bent(_drawn(joined([box, room]), pose), radial)
    mask = bent(_outline(yaw, pose), radial)
    factor = tour_px / WIDTH_PX
    view = TourView(
        world_from_camera=tuple(tuple(row) for row in pose.tolist()),
        focal_px=(FOCAL_PX * factor, FOCAL_PX * factor),
        centre_px=(WIDTH_PX / 2 * factor, HEIGHT_PX / 2 * factor),
        width_px=round(WIDTH_PX * factor),
        height_px=round(HEIGHT_PX * factor),
        scale_source=scale_source,
        radial=radial,
    )
    inputs = write_inputs(folder / "in", {"box": mask}, picture=picture)
    cutouts = Cutouts(
        width_px=WIDTH_PX,
        height_px=HEIGHT_PX,
        cutouts=(Cutout(cutout_id="box", name="The box", mask="box.png", shape="extruded"),),
        view=view,
    )
    (inputs / "cutouts" / "cutouts.json").write_text(cutouts.model_dump_json())
    _write_tour(inputs / "tour", joined([box, room]), scale_source)
    return Furnished(inputs, yaw)


def _plane(middle: tuple[float, ...], along: tuple[float, ...], across: tuple[float, ...]) -> SplatScene:
    """Flat round splats close together on a rectangle."""
    lengths = np.linalg.norm(along), np.linalg.norm(across)
    step = max(lengths) / 70
    steps = [
        (np.arange(max(2, round(length / step))) + 0.5) / max(2, round(length / step)) - 0.5
        for length in lengths
    ]
    u, v = (grid.ravel()[:, None] for grid in np.meshgrid(*steps, indexing="ij"))
    means = np.array(middle) + u * np.array(along) + v * np.array(across)
    colours = 0.5 + 0.3 * np.sign(np.sin(40 * u) * np.sin(40 * v)) * np.array([[1, 0.6, 0.3]])
    return SplatScene(
        means=torch.tensor(means, dtype=torch.float32),
        quats=torch.tensor([1.0, 0, 0, 0]).repeat(len(means), 1),
        log_scales=torch.full((len(means), 3), math.log(step * 0.5)),
        opacity_logits=torch.full((len(means),), 5.0),
        sh=torch.tensor((colours - 0.5) / SH_C0, dtype=torch.float32)[:, None],
    )


def _box(yaw: float) -> SplatScene:
    """Five sides of it; nobody sees its foot."""
    right, back = np.array([math.cos(yaw), 0, -math.sin(yaw)]), np.array([math.sin(yaw), 0, math.cos(yaw)])
    x, y, z = right * BOX_M[0], np.array([0, BOX_M[1], 0]), back * BOX_M[2]
    middle = np.array(STANDS_AT) + y / 2
    sides = [(z / 2, x, y), (-z / 2, x, y), (x / 2, z, y), (-x / 2, z, y), (y / 2, x, z)]
    return joined([_plane(tuple(middle + at), tuple(one), tuple(other)) for at, one, other in sides])


def _outline(yaw: float, pose: np.ndarray) -> np.ndarray:
    """The box's true mask: all that lies between its corners."""
    sides = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (0, 1) for z in (-0.5, 0.5)]) * BOX_M
    turn = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    seen = (sides @ turn.T + STANDS_AT - pose[:3, 3]) @ pose[:3, :3]
    corners = seen[:, :2] / seen[:, 2:] * FOCAL_PX + (WIDTH_PX / 2 - 0.5, HEIGHT_PX / 2 - 0.5)
    hull = cv2.convexHull(np.rint(corners * 16).astype(np.int32))
    return cv2.fillConvexPoly(np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8), hull, 255, cv2.LINE_8, 4)


def bent(picture: np.ndarray, radial: tuple[float, float]) -> np.ndarray:
    """What a lens makes of a pinhole's picture: looked up for each pixel along its ray, found by fixed-point steps."""
    middle = (WIDTH_PX - 1) / 2, (HEIGHT_PX - 1) / 2
    columns, rows = np.meshgrid(np.arange(WIDTH_PX), np.arange(HEIGHT_PX))
    seen = np.stack([(columns - middle[0]) / FOCAL_PX, (rows - middle[1]) / FOCAL_PX])
    rays = seen.copy()
    for _ in range(30):
        squared = (rays**2).sum(0)
        rays = seen / (1 + radial[0] * squared + radial[1] * squared**2)
    x, y = (rays * FOCAL_PX + np.reshape(middle, (2, 1, 1))).astype(np.float32)
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _drawn(scene: SplatScene, pose: np.ndarray) -> np.ndarray:
    intrinsics = [[FOCAL_PX, 0, WIDTH_PX / 2], [0, FOCAL_PX, HEIGHT_PX / 2], [0, 0, 1]]
    images, _, _ = rasterize(
        *(scene.means, scene.quats, scene.scales, scene.opacities, scene.base_colors),
        torch.tensor(np.linalg.inv(pose)[None], dtype=torch.float32),
        torch.tensor([intrinsics]),
        *(WIDTH_PX, HEIGHT_PX),
    )
    return np.rint(images[0].clamp(0, 1).numpy() * 255).astype(np.uint8)


def _write_tour(folder: Path, scene: SplatScene, scale_source: ScaleSource) -> None:
    (folder / "levels").mkdir(parents=True)
    write_ply(folder / "levels" / "full.ply", scene)
    (folder / "poster.jpg").write_bytes(b"a poster")
    low, high = (
        (float(x), float(y), float(z)) for x, y, z in (scene.means.min(0).values, scene.means.max(0).values)
    )
    pose = Pose(position=EYE, rotation_wxyz=(1, 0, 0, 0), target=(0, 0, 0))
    paths = ("levels/full.ply", "poster.jpg")
    everywhere = Box(min=low, max=high)
    manifest = Manifest(
        scale_source=scale_source,
        bounds=Bounds(robust=everywhere, full=everywhere),
        start=StartPose(**pose.model_dump(), field_of_view_deg=60),
        levels=(
            Level(
                name="full",
                splats=len(scene),
                sh_degree=0,
                bytes=1,
                psnr=30,
                ssim=0.9,
                loss_db=0,
                path=paths[0],
                format="ply",
            ),
        ),
        quality=Quality(psnr=30, ssim=0.9, splats=len(scene), held_out_views=1, long_side_px=320),
        poster=Picture(path=paths[1], width_px=WIDTH_PX, height_px=HEIGHT_PX, pose=pose),
        files=tuple(
            BundleFile(path=path, bytes=1, sha256="0" * 64, content_type="application/octet-stream")
            for path in paths
        ),
    )
    (folder / "manifest.json").write_text(manifest.model_dump_json())
