"""From SAM 3D Objects' own frame to that of our objects.

Its splats have +Z up, its mesh +Y up, turned about X from one to the other; both are turned as the object is, not as
the photo saw it. The pose says where the camera was. Ours: +Y up, +Z towards the camera, standing on y = 0, its middle
over the origin, its longest side 1.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from splats.scene import SplatScene

Floats = NDArray[np.float64]
Y_UP_FROM_Z_UP: Floats = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])


@dataclass(frozen=True)
class Pose:
    """Of the object for the camera: p_camera = (p_object * scale) @ R(rotation_wxyz) + translation, +Z up."""

    rotation_wxyz: tuple[float, float, float, float]
    translation: tuple[float, float, float]
    scale: tuple[float, float, float]

    def camera(self) -> Floats:
        """Where the camera is in the object's frame, +Y up."""
        turned = Rotation.from_quat(self.rotation_wxyz, scalar_first=True).as_matrix()
        z_up = (-np.asarray(self.translation) @ turned.T) / np.asarray(self.scale)
        return np.asarray(Y_UP_FROM_Z_UP @ z_up)


@dataclass(frozen=True)
class Placing:
    """p = (rotation @ (p_y_up - middle)) * unit."""

    rotation: Floats
    middle: Floats
    unit: float

    def points(self, y_up: Floats) -> Floats:
        """Points (N, 3), +Y up, in the frame of our objects."""
        return np.asarray((y_up - self.middle) @ self.rotation.T * self.unit)

    def splats(self, z_up: SplatScene) -> SplatScene:
        """Splats, +Z up, in the frame of our objects; their colours without what depends on the direction."""
        plain = z_up.with_sh_degree(0)
        turn = Rotation.from_matrix(self.rotation @ Y_UP_FROM_Z_UP)
        quats = turn * Rotation.from_quat(plain.quats.double().numpy(), scalar_first=True)
        means = self.points(plain.means.double().numpy() @ Y_UP_FROM_Z_UP.T)
        return replace(
            plain,
            means=torch.from_numpy(means).float(),
            quats=torch.from_numpy(quats.as_quat(scalar_first=True)).float(),
            log_scales=plain.log_scales + float(np.log(self.unit)),
        )


def placing(vertices_y_up: Floats, pose: Pose) -> Placing:
    """How an object with these vertices (N, 3) is turned to the camera, moved and scaled."""
    across, _, ahead = pose.camera() - vertices_y_up.mean(axis=0)
    rotation = Rotation.from_euler("y", -np.arctan2(across, ahead)).as_matrix()
    turned = vertices_y_up @ rotation.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    foot = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
    return Placing(rotation, rotation.T @ foot, 1 / float((high - low).max()))
