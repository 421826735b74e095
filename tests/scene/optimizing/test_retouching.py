"""Retouching: what rounding took from the pictures, given back by colours, opacities and palettes."""

from dataclasses import replace

import pytest
import torch

from diorama.tours.stages import OptimizeSplatsParams
from optimizing.judge import evaluate
from optimizing.lessons import lessons_of
from optimizing.retouching import retouch
from splats.scene import empty_scene
from splats.sog import read_sog, write_sog
from splats.streamed import joined
from views.reading import read_views

COARSE = 0.25
"""Steps four times as large as a middling model's: there is much to give back."""
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def lessons(known):
    photos = read_views(known.inputs / "frames", known.inputs / "poses", 96, "training")
    params = OptimizeSplatsParams(refined_side_px=96, refine_steps=30)
    return lessons_of(photos, known.scene, empty_scene(1), params)


@pytest.fixture
def halves(known, seen, tmp_path):
    """The room in two coarse files, and the weights of their splats."""
    places = torch.arange(len(known.scene))
    paths = [tmp_path / "near.sog", tmp_path / "far.sog"]
    found = []
    for path, half in zip(paths, (places[::2], places[1::2]), strict=True):
        weights = seen.weight_px[half].numpy()
        found.append(weights[write_sog(path, known.scene.select(half), weights=weights, fineness=COARSE)])
    return paths, found


def shown(paths):
    return joined([read_sog(path) for path in paths])


def test_files_come_nearer_to_the_model_in_places_that_nothing_learnt_from(lessons, halves):
    paths, weights = halves
    before = evaluate(lessons.quiz, shown(paths)).psnr
    size = retouch(paths, weights, lessons, None, 1.0, CPU)
    assert evaluate(lessons.quiz, shown(paths)).psnr > before + 0.5
    assert size == sum(path.stat().st_size for path in paths)


def test_files_that_would_be_worse_stay_as_they_were(lessons, halves):
    misled = [replace(picture, photo=255 - picture.photo) for picture in lessons.learned]
    paths, weights = halves
    before = [path.read_bytes() for path in paths]
    retouch(paths, weights, replace(lessons, learned=misled), None, COARSE, CPU)
    assert [path.read_bytes() for path in paths] == before


def test_without_steps_nothing_changes(lessons, halves):
    paths, weights = halves
    before = [path.read_bytes() for path in paths]
    retouch(paths, weights, replace(lessons, steps=0), None, COARSE, CPU)
    assert [path.read_bytes() for path in paths] == before
