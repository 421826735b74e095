"""From matches to cameras and points: COLMAP's incremental mapper, and its global one (GLOMAP)."""

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pycolmap

from diorama.tours.stages import SolvePosesParams

Mapper = Literal["incremental", "global"]
Step = Callable[[float, str], None]
"""Called with the share done (0..1) and a sentence."""

BUNDLE_ADJUST_AT_GROWTH = 1.4
"""All cameras are refined together each time the model has grown by this factor, and at the end."""
MIN_MODEL_IMAGES = 3
MAX_MODELS = 10


@dataclass(frozen=True)
class Mapped:
    """A reconstruction, in COLMAP's own frame and scale, and what made it."""

    mapper: Mapper
    model: pycolmap.Reconstruction

    @property
    def registered(self) -> int:
        return int(self.model.num_reg_images())

    @property
    def rank(self) -> tuple[int, int]:
        """More images are better, then more points."""
        return self.registered, int(self.model.num_points3D())


def map_images(
    mapper: Mapper, database: Path, images: Path, count: int, params: SolvePosesParams, step: Step
) -> list[Mapped]:
    """Models of one mapper, of `count` images at most each."""
    run = incremental if mapper == "incremental" else global_
    return run(database, images, count, params, step)


def incremental(
    database: Path, images: Path, count: int, params: SolvePosesParams, step: Step
) -> list[Mapped]:
    """Models of the incremental mapper: image by image from a good pair."""
    options = pycolmap.IncrementalPipelineOptions()
    options.num_threads = params.mapper_threads
    options.random_seed = params.seed
    options.min_model_size = MIN_MODEL_IMAGES
    options.max_num_models = MAX_MODELS
    options.ba_global_frames_ratio = BUNDLE_ADJUST_AT_GROWTH
    options.ba_global_points_ratio = BUNDLE_ADJUST_AT_GROWTH
    placed = 1

    def placed_one() -> None:
        nonlocal placed
        placed += 1
        step(min(1.0, placed / count), f"Placed {min(placed, count)} of {count} images")

    models = pycolmap.incremental_mapping(
        database,
        images,
        _folder(database, "incremental"),
        options=options,
        initial_image_pair_callback=placed_one,
        next_image_callback=placed_one,
    )
    return [Mapped("incremental", model) for model in models.values()]


def global_(database: Path, images: Path, count: int, params: SolvePosesParams, step: Step) -> list[Mapped]:
    """Models of the global mapper: all rotations at once, then all positions."""
    calibration = pycolmap.ViewGraphCalibrationOptions()
    calibration.random_seed = params.seed
    options = pycolmap.GlobalPipelineOptions()
    options.num_threads = params.mapper_threads
    options.random_seed = params.seed
    step(0.0, f"Placing {count} images at once")
    if not pycolmap.calibrate_view_graph(database, calibration):
        return []
    step(0.3, f"Placing {count} images at once")
    models = pycolmap.global_mapping(database, images, _folder(database, "global"), options=options)
    return [Mapped("global", model) for model in models.values()]


def keep_only(mapped: Mapped, names: Collection[str]) -> Mapped:
    """Takes images out of the model that only helped to place others."""
    model = mapped.model
    helpers = [i for i in model.reg_image_ids() if model.image(i).name not in names]
    for frame in sorted({model.image(i).frame_id for i in helpers}):
        model.deregister_frame(frame)
    return mapped


def placed_names(mapped: Mapped | None) -> set[str]:
    """Names of the images that have a pose."""
    return {mapped.model.image(i).name for i in mapped.model.reg_image_ids()} if mapped else set()


def _folder(database: Path, name: str) -> Path:
    folder = database.with_name(name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
