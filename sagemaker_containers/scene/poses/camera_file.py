"""cameras.json: where each image was taken from, through which lens, and how sure that is.

schema 1, one document:
    convention   "world: right-handed, +Y up; camera: OpenCV axes (x right, y down, z forward)"
    scale_source "reference", "assumed_eye_height_1.6m" or "none" (then lengths mean nothing)
    pixels       "the centre of the top left pixel is (0.5, 0.5)", as in COLMAP
    cameras      by id: model, width_px, height_px, params and their names (COLMAP's camera models), and the
                 same as focal_px [fx, fy], principal_point_px [cx, cy], distortion
    images       in order of their names: image, camera, time_s, confidence, observations,
                 reprojection_error_px, world_from_camera {rotation_wxyz, translation}
    unplaced     image, time_s of those without a pose
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pycolmap

from poses.frame_set import Frame

SCHEMA = 1
CONVENTION = "world: right-handed, +Y up; camera: OpenCV axes (x right, y down, z forward)"
PIXELS = "the centre of the top left pixel is (0.5, 0.5)"
HALF_SURE_OBSERVATIONS = 50
HALF_SURE_ERROR_PX = 2.0


def confidence(observations: int, reprojection_error_px: float) -> float:
    """Between 0 and 1: n / (n + 50) for n observed points, times 1 / (1 + (error / 2 px)^2)."""
    support = observations / (observations + HALF_SURE_OBSERVATIONS)
    return support / (1 + (reprojection_error_px / HALF_SURE_ERROR_PX) ** 2)


def write_cameras(
    path: Path, model: pycolmap.Reconstruction, frames: Sequence[Frame], scale_source: str
) -> None:
    """Writes the document above for a model that is already in the world frame."""
    by_name = {model.image(i).name: model.image(i) for i in model.reg_image_ids()}
    document = {
        "schema": SCHEMA,
        "convention": CONVENTION,
        "pixels": PIXELS,
        "scale_source": scale_source,
        "cameras": {str(i): _camera(model.camera(i)) for i in sorted(model.cameras)},
        "images": [_image(by_name[f.image], model, f) for f in frames if f.image in by_name],
        "unplaced": [{"image": f.image, "time_s": f.time_s} for f in frames if f.image not in by_name],
    }
    path.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _camera(camera: pycolmap.Camera) -> dict[str, Any]:
    extra = camera.extra_params_idxs()
    names = [name.strip() for name in camera.params_info.split(",")]
    return {
        "model": camera.model_name,
        "width_px": camera.width,
        "height_px": camera.height,
        "params": {name: float(value) for name, value in zip(names, camera.params, strict=True)},
        "focal_px": [camera.focal_length_x, camera.focal_length_y],
        "principal_point_px": [camera.principal_point_x, camera.principal_point_y],
        "distortion": {names[i]: float(camera.params[i]) for i in extra},
    }


def _image(image: pycolmap.Image, model: pycolmap.Reconstruction, frame: Frame) -> dict[str, Any]:
    pose = image.cam_from_world().inverse()
    x, y, z, w = (float(value) for value in pose.rotation.quat)
    errors = reprojection_errors_px(image, model)
    usual_px = float(np.median(errors)) if len(errors) else float("inf")
    return {
        "image": image.name,
        "camera": str(image.camera_id),
        "time_s": frame.time_s,
        "confidence": round(confidence(len(errors), usual_px), 4) if len(errors) else 0.0,
        "observations": len(errors),
        "reprojection_error_px": round(usual_px, 4) if len(errors) else None,
        "world_from_camera": {
            "rotation_wxyz": [w, x, y, z],
            "translation": [float(value) for value in pose.translation],
        },
    }


def reprojection_errors_px(image: pycolmap.Image, model: pycolmap.Reconstruction) -> np.ndarray:
    """Distances (n,) between where the image's points are seen and where its pose puts them."""
    seen = [point for point in image.points2D if point.has_point3D()]
    if not seen:
        return np.zeros(0)
    pixels = np.array([point.xy for point in seen])
    world = np.array([model.points3D[point.point3D_id].xyz for point in seen])
    pose = image.cam_from_world().matrix()
    in_camera = world @ pose[:, :3].T + pose[:, 3]
    camera = model.camera(image.camera_id)
    return np.asarray(np.linalg.norm(np.asarray(camera.img_from_cam(in_camera)) - pixels, axis=1))
