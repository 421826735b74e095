"""Drawing textured rectangles with OpenCV: a homography for each, and an exact depth buffer between them.

One over depth is a linear function of the pixel on any plane, so that which face is in front is known per
pixel without ray casting.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from examples.textured_room.scene import Face

Matrix = NDArray[np.float64]
Picture = NDArray[np.uint8]

NEAR_M = 0.05
SUBPIXEL_BITS = 4


@dataclass(frozen=True)
class Camera:
    """A pinhole: `world_from_camera` rotation (3, 3) with OpenCV axes, position (3,), sizes in pixels."""

    rotation: Matrix
    position: Matrix
    focal_px: float
    width_px: int
    height_px: int

    @property
    def intrinsics(self) -> Matrix:
        """(3, 3); the centre of the first pixel is (0, 0), as OpenCV's warps have it."""
        return np.array(
            [
                [self.focal_px, 0, (self.width_px - 1) / 2],
                [0, self.focal_px, (self.height_px - 1) / 2],
                [0, 0, 1],
            ]
        )


class Renderer:
    """Draws the same faces from many cameras."""

    def __init__(self, faces: Sequence[Face]) -> None:
        self.faces = faces
        self.pyramids = [_pyramid(face.texture) for face in faces]

    def draw(self, camera: Camera) -> Picture:
        """The picture, shape (height, width, 3), BGR."""
        picture = np.zeros((camera.height_px, camera.width_px, 3), np.uint8)
        nearness = np.zeros((camera.height_px, camera.width_px), np.float32)
        for face, pyramid in zip(self.faces, self.pyramids, strict=True):
            if face.normal @ (camera.position - face.corner) > 0:
                _draw_face(picture, nearness, face, pyramid, camera)
        return picture


def _pyramid(texture: Picture) -> list[Picture]:
    levels = [texture]
    while min(levels[-1].shape[:2]) > 16 and len(levels) < 6:
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), np.uint8))
    return levels


def _draw_face(
    picture: Picture, nearness: NDArray[np.float32], face: Face, pyramid: list[Picture], camera: Camera
) -> None:
    """Draws one face into `picture` where it is nearer than what `nearness` (1 / depth in metres) knows."""
    plane = camera.rotation.T @ np.stack([face.right, face.down, face.corner - camera.position], axis=1)
    outline = _outline(plane, camera)
    if outline is None:
        return
    x0, y0 = np.clip(np.floor(outline.min(0)).astype(int), 0, [camera.width_px, camera.height_px])
    x1, y1 = np.clip(np.ceil(outline.max(0)).astype(int) + 1, 0, [camera.width_px, camera.height_px])
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    corners = np.round((outline - [x0, y0]) * 2**SUBPIXEL_BITS).astype(np.int32)
    cv2.fillConvexPoly(mask, corners, 1, shift=SUBPIXEL_BITS)
    offset = np.array([[1, 0, x0], [0, 1, y0], [0, 0, 1.0]])
    face_from_pixel = np.linalg.inv(camera.intrinsics @ plane) @ offset
    near = _nearness(face_from_pixel, mask.shape)
    visible = (mask > 0) & (near > nearness[y0:y1, x0:x1])
    if not visible.any():
        return
    texture = _fitting(pyramid, outline)
    drawn = _warp(texture, face_from_pixel, mask.shape)
    picture[y0:y1, x0:x1][visible] = drawn[visible]
    nearness[y0:y1, x0:x1][visible] = near[visible]


def _outline(plane: Matrix, camera: Camera) -> Matrix | None:
    """The visible polygon of the face in pixels (n, 2): clipped where it passes behind the camera."""
    corners = (plane @ np.array([[0, 1, 1, 0], [0, 0, 1, 1], [1, 1, 1, 1.0]])).T
    clipped: list[Matrix] = []
    for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if here[2] > NEAR_M:
            clipped.append(here)
        if (here[2] > NEAR_M) != (there[2] > NEAR_M):
            clipped.append(here + (there - here) * (NEAR_M - here[2]) / (there[2] - here[2]))
    if len(clipped) < 3:
        return None
    pixels = np.array(clipped) @ camera.intrinsics.T
    reach = 4 * camera.width_px
    return np.asarray(np.clip(pixels[:, :2] / pixels[:, 2:], -reach, reach))


def _nearness(face_from_pixel: Matrix, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """One over depth: the third row of the map from pixels to the face, which has corner weight 1."""
    a, b, c = face_from_pixel[2]
    rows, columns = np.arange(shape[0], dtype=np.float32), np.arange(shape[1], dtype=np.float32)
    return np.asarray((b * rows + c)[:, None] + (a * columns)[None, :], np.float32)


def _fitting(pyramid: list[Picture], outline: Matrix) -> Picture:
    """The level of detail whose texels are about as large as the pixels they land on."""
    area_px = abs(float(cv2.contourArea(outline.astype(np.float32))))
    texels = pyramid[0].shape[0] * pyramid[0].shape[1]
    level = int(np.clip(round(0.5 * np.log2(max(1.0, texels / max(area_px, 1.0)))), 0, len(pyramid) - 1))
    return pyramid[level]


def _warp(texture: Picture, face_from_pixel: Matrix, shape: tuple[int, ...]) -> Picture:
    height, width = texture.shape[:2]
    texel_from_face = np.array([[width, 0, -0.5], [0, height, -0.5], [0, 0, 1]])
    return np.asarray(
        cv2.warpPerspective(
            texture,
            texel_from_face @ face_from_pixel,
            (shape[1], shape[0]),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )
