"""SIFT features of every frame, in a COLMAP database with one camera for each lens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import pycolmap
from numpy.typing import NDArray

from diorama.errors import StageError
from diorama.tours.stages import SolvePosesParams
from poses.frame_set import Frame

BATCH = 16
THREADS = -1  # all cores: each image or pair is worked on by one
CAMERA_MODEL = "SIMPLE_RADIAL"
"""One focal length and one term of distortion: what a phone's video leaves to be found, and no more."""
USUAL_FOCAL_SHARE = 0.85
"""Focal length over the long side where EXIF says nothing: a phone's main lens, cropped for video."""
FILM_LONG_SIDE_MM = 36.0
UPSAMPLE_BELOW_PX = 1000
"""Small images are searched at twice their size too; in large ones that would cost much for little."""
FEATURELESS = 64
SAMPLED = 512
"""Descriptors an image that are enough to find images like it: of 2,000 images all would fill a gigabyte."""


@dataclass(frozen=True)
class Sensitivity:
    """How much a point must stand out to be a feature, and for how many of them there is room.

    `peak_threshold`: the least difference of Gaussians, of values between 0 and 1. `room`: times the
    features that the parameters ask for. `enlarged`: searched at twice the size, whatever the size.
    """

    peak_threshold: float
    room: int
    enlarged: bool


USUAL = Sensitivity(peak_threshold=0.02 / 3, room=1, enlarged=False)
"""COLMAP's own."""
FAINT = Sensitivity(peak_threshold=0.02 / 12, room=2, enlarged=True)
"""For what is dark or blurred: a quarter of the usual threshold."""


def extract(
    database: Path,
    images: Path,
    frames: Sequence[Frame],
    params: SolvePosesParams,
    progress: Callable[[int, int], None],
    sensitivity: Sensitivity = USUAL,
    known: Sequence[Frame] = (),
) -> None:
    """Fills `database`. Calls `progress(done, all)`. Raises `StageError` where next to nothing is found.

    `known` frames are in it already, and new ones through the same lens get the same camera.
    """
    pycolmap.Database.open(database).close()
    groups = lens_groups(frames)
    for group in groups:
        alike = next((frame.image for frame in known if frame.lens == group[0].lens), None)
        _enter(database, images, group, _camera_of(database, alike) if alike else None)
    done = 0
    for batch in (group[i : i + BATCH] for group in groups for i in range(0, len(group), BATCH)):
        pycolmap.extract_features(
            database,
            images,
            image_names=[frame.image for frame in batch],
            extraction_options=_extraction(batch[0], params, sensitivity),
        )
        done += len(batch)
        progress(done, len(frames))
    check_features(database)


def _camera_of(database: Path, image: str) -> int:
    with pycolmap.Database.open(database) as opened:
        found = opened.read_image_with_name(image)
    assert found, f"{image} was entered before"
    return int(found.camera_id)


def _enter(database: Path, images: Path, group: Sequence[Frame], camera: int | None) -> None:
    """Enters images of one lens before any work is shared out, or threads would number them by chance."""
    options = _reader(group[0])
    if camera is not None:
        options.existing_camera_id = camera
    pycolmap.import_images(
        database,
        images,
        camera_mode=pycolmap.CameraMode.SINGLE,
        image_names=[frame.image for frame in group],
        options=options,
    )


def lens_groups(frames: Sequence[Frame]) -> list[list[Frame]]:
    """Frames by lens, in the order in which each lens first appears."""
    groups: dict[object, list[Frame]] = {}
    for frame in frames:
        groups.setdefault(frame.lens, []).append(frame)
    return list(groups.values())


def _reader(frame: Frame) -> pycolmap.ImageReaderOptions:
    options = pycolmap.ImageReaderOptions(camera_model=CAMERA_MODEL)
    options.default_focal_length_factor = USUAL_FOCAL_SHARE
    if frame.focal_35mm_mm:
        focal_px = frame.focal_35mm_mm / FILM_LONG_SIDE_MM * max(frame.width_px, frame.height_px)
        options.camera_params = f"{focal_px},{frame.width_px / 2},{frame.height_px / 2},0"
    return options


def _extraction(
    frame: Frame, params: SolvePosesParams, sensitivity: Sensitivity
) -> pycolmap.FeatureExtractionOptions:
    long_side_px = min(params.max_image_side_px, max(frame.width_px, frame.height_px))
    options = pycolmap.FeatureExtractionOptions()
    options.max_image_size = params.max_image_side_px
    options.num_threads = THREADS
    options.sift.max_num_features = params.max_features * sensitivity.room
    options.sift.peak_threshold = sensitivity.peak_threshold
    options.sift.first_octave = -1 if sensitivity.enlarged or long_side_px < UPSAMPLE_BELOW_PX else 0
    return options


def check_features(database: Path) -> None:
    """Raises `StageError` when half of the frames have next to no features."""
    with pycolmap.Database.open(database) as opened:
        counts = [opened.num_keypoints_for_image(image.image_id) for image in opened.read_all_images()]
    if not counts or median(counts) < FEATURELESS:
        usual = int(median(counts)) if counts else 0
        raise StageError(
            "too_few_features",
            f"The frames show almost nothing that can be recognised again: {usual} points in the usual "
            f"frame, at least {FEATURELESS} are needed.",
            "Film things with pattern and edges (furniture, pictures, corners) instead of bare walls, "
            "with more light, and move slowly so that the picture stays sharp.",
        )


def descriptors_by_image(database: Path) -> dict[str, NDArray[np.uint8]]:
    """Some SIFT descriptors of each image, shape (up to `SAMPLED` or a few more, 128), by image name.

    They are stored by scale, so that every n-th is a fair sample.
    """
    sampled: dict[str, NDArray[np.uint8]] = {}
    with pycolmap.Database.open(database) as opened:
        for image in opened.read_all_images():
            descriptors = np.asarray(opened.read_descriptors(image.image_id).data, np.uint8)
            sampled[image.name] = descriptors[:: max(1, len(descriptors) // SAMPLED)].copy()
    return sampled
