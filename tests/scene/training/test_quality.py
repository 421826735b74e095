"""quality.json, the certificate of a model."""

import json
from pathlib import Path

import pytest

from training.course import Course
from training.quality import SCHEMA, write_quality
from views.evaluate import Evaluation, Score

SCORES = (Score("a.jpg", 24.0, 0.8, 26.0), Score("b.jpg", 26.0, 0.9, 27.0))


def written(tmp_path: Path, scores: tuple[Score, ...], course: Course) -> dict[str, object]:
    write_quality(tmp_path / "quality.json", Evaluation(scores), 640, 14, course)
    document: dict[str, object] = json.loads((tmp_path / "quality.json").read_text())
    return document


def test_it_says_what_was_measured_and_what_was_fitted(tmp_path: Path) -> None:
    course = Course(10, 10, curve=[[5, 1.0, 20.0]], rounds=[[0.5, 29.5]], skipped=0.1, rollbacks=1)
    document = written(tmp_path, SCORES, course)
    assert document["schema"] == SCHEMA
    assert (document["psnr"], document["ssim"]) == (25.0, pytest.approx(0.85))
    assert document["psnr_exposure_fitted"] == 26.5
    assert document["held_out"] == ["a.jpg", "b.jpg"]
    assert document["curve"] == [[5, 1.0, 20.0]]
    assert document["training"] == {"views": 14, "psnr": 29.5, "stopped_early": True, "rollbacks": 1}


def test_without_weights_nothing_is_said_of_lpips(tmp_path: Path) -> None:
    document = written(tmp_path, SCORES, Course(10, 10))
    assert "lpips" not in json.dumps(document)


def test_with_weights_it_is_said_of_every_photo(tmp_path: Path) -> None:
    scores = (Score("a.jpg", 24.0, 0.8, 26.0, 0.1), Score("b.jpg", 26.0, 0.9, 27.0, 0.3))
    document = written(tmp_path, scores, Course(10, 10))
    assert document["lpips"] == pytest.approx(0.2)
    images = document["images"]
    assert isinstance(images, list)
    assert [row["lpips"] for row in images] == [0.1, 0.3]
