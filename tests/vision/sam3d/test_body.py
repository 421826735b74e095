"""build_object where SAM 3D Objects is installed: a tiny package of the same call shapes."""

import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import KDTree

import build_object
from diorama.errors import StageError
from diorama.objects.cutouts import Cutout
from diorama.objects.stages import BuildObjectParams
from sam3d.body import VertexPaint
from sam3d.reconstruct import reconstruct
from splats.ply import read_ply
from tests.stages import Told
from tests.vision.cut_photos import ball, board, write_inputs
from tests.vision.sam3d.fake_package import write_checkpoints, write_package

PARAMS = BuildObjectParams(quality="fast", splats=2000, texture_side_px=256, max_faces=2000)


@pytest.mark.slow
def test_objects_are_the_models_unless_a_shape_is_asked_for_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: Told
) -> None:
    splats = Path(__file__).parents[3] / "layers" / "splats"
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(write_package(tmp_path / "package")), str(splats)]))
    monkeypatch.setattr(build_object, "free_bytes", lambda: 80 * 10**9)
    monkeypatch.setattr(build_object, "reconstruct", partial(reconstruct, device="cpu"))
    cutouts = [
        Cutout(cutout_id="board", name="The board", mask="board.png"),
        Cutout(cutout_id="ball", name="The ball", mask="ball.png", shape="inflated"),
    ]
    inputs = write_inputs(tmp_path / "in", {"board": board(), "ball": ball()}, cutouts=cutouts)
    write_checkpoints(inputs / "weights" / "sam3d")
    report = build_object.run(inputs, tmp_path / "out", PARAMS, told)
    made, estimated = report.objects
    assert (report.model, made.model, made.shape, made.is_estimated) == (
        "sam-3d-objects",
        "sam-3d-objects",
        None,
        False,
    )
    assert (estimated.model, estimated.shape, estimated.is_estimated) == ("diorama", "inflated", True)
    assert (made.splats, made.faces, made.is_watertight) == (8, 12, True)
    assert made.bounds_min[1] == pytest.approx(0)
    assert max(np.subtract(made.bounds_max, made.bounds_min)) == pytest.approx(1, abs=1e-4)
    means = read_ply(tmp_path / "out" / "objects" / "board" / "splats.ply").means.numpy()
    assert means.min(axis=0) == pytest.approx(made.bounds_min, abs=1e-4)
    assert means.max(axis=0) == pytest.approx(made.bounds_max, abs=1e-4)
    assert all((tmp_path / "out" / name).stat().st_size == size for name, size in made.files.items())


def test_without_a_gpu_the_model_is_refused_in_words(tmp_path: Path, told: Told) -> None:
    inputs = write_inputs(tmp_path / "in", {"ball": ball()})
    write_checkpoints(inputs / "weights" / "sam3d")
    with pytest.raises(StageError, match="0 GB of GPU memory are free") as caught:
        build_object.run(inputs, tmp_path / "out", PARAMS, told)
    assert caught.value.stable_code == "gpu_too_small"


def test_colours_lie_between_those_of_the_nearest_vertices() -> None:
    vertices = np.array([[0.0, 0, 0], [10, 0, 0], [0, 10, 0], [90, 90, 90]])
    colours = np.array([[0, 0, 0], [100, 0, 0], [0, 100, 0], [0, 0, 255]], np.float32)
    paint = VertexPaint(KDTree(vertices), colours, (100, 100))
    found = paint.colours(np.array([[0.0, 0, 0], [5, 0, 0], [90, 90, 89]]), np.zeros((3, 3)), 1)
    assert found[0] == pytest.approx([0, 0, 0], abs=0.01)
    assert 30 < found[1][0] < 60
    assert found[2][2] > 240
