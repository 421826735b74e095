"""A run's whole state in one file, so that a run that was killed goes on as if it had not been."""

import os
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from training.corrections import Corrections
from training.course import Course
from training.model import Model, new_model


@dataclass(frozen=True, eq=False)
class Found:
    """A run where its checkpoint left it."""

    model: Model
    course: Course


SCHEMA = 2
NAME = "training.pt"

EVERY_STEPS, EVERY_S = 1000, 60.0


def save(folder: Path, model: Model, course: Course, origin: list[str]) -> None:
    """Puts the newest checkpoint in the place of the one before, whole or not at all.

    `origin` says what the run is made of: its photos, limits and seed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "schema": SCHEMA,
        "origin": origin,
        "splats": {name: splats.detach() for name, splats in model.splats.items()},
        "moments": {name: model.optimiser.state.get(splats, {}) for name, splats in model.splats.items()},
        "pulls": model.pulls,
        "sightings": model.sightings,
        "corrections": model.corrections.state(),
        "reset_at": list(model.reset_at),
        "random_state": model.generator.get_state(),
        "queue": model.queue,
        "step": model.step,
        "training_s": model.training_s,
        "caution": model.caution,
        "course": asdict(course),
    }
    partial = _partial(folder)
    with partial.open("wb") as file:
        torch.save(document, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / NAME)


def load(folder: Path, generator: torch.Generator, origin: list[str]) -> Found | None:
    """The newest checkpoint, on the generator's device and with the generator where it was.

    None where there is no checkpoint of this origin, or none that can be read: then training begins anew.
    """
    _partial(folder).unlink(missing_ok=True)
    document = _read(folder / NAME, generator.device)
    if document is None or (document.get("schema"), document.get("origin")) != (SCHEMA, origin):
        return None
    model = new_model(document["splats"], Corrections.of_state(document["corrections"]), generator)
    for name, moments in document["moments"].items():
        if moments:
            model.optimiser.state[model.splats[name]] = moments
    generator.set_state(document["random_state"].cpu())
    model.pulls, model.sightings = document["pulls"], document["sightings"]
    model.queue, model.step = document["queue"], document["step"]
    model.reset_at = (document["reset_at"][0], document["reset_at"][1])
    model.training_s = document["training_s"]
    model.caution = document["caution"]
    return Found(model, Course(**document["course"]))


def _partial(folder: Path) -> Path:
    """Beside the folder, which is mirrored to the store while we write."""
    return folder.parent / f".{NAME}.partial"


def _read(path: Path, device: torch.device) -> dict[str, Any] | None:
    if not zipfile.is_zipfile(path):
        return None  # there is none, or a part of one
    document: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    return document


def is_due(model: Model, saved_step: int, saved_at_s: float, now_s: float) -> bool:
    """Every 1,000 steps or 60 seconds, whichever is first."""
    return model.step - saved_step >= EVERY_STEPS or now_s - saved_at_s >= EVERY_S
