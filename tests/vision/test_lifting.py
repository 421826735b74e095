"""An object lifted out of a tour's frame has its true size, and stands where it stood when it is put back."""

import math
from pathlib import Path

import numpy as np
import pytest
import trimesh

from build_object import run
from diorama.errors import StageError
from diorama.objects.cutouts import Cutouts
from diorama.objects.stages import BuildObjectParams, BuildObjectReport, BuiltObject
from tests.stages import Told
from tests.vision.furnished_tour import BOX_M, EYE, STANDS_AT, furnished

PARAMS = BuildObjectParams(quality="fast", splats=2000, texture_side_px=128, max_faces=2000)


def build(inputs: Path, outputs: Path) -> BuildObjectReport:
    outputs.mkdir()
    report: BuildObjectReport = run(inputs, outputs, PARAMS, Told())
    return report


def in_world(built: BuiltObject, points: np.ndarray) -> np.ndarray:
    assert built.world_from_object
    matrix = np.array(built.world_from_object)
    return points @ matrix[:3, :3].T + matrix[:3, 3]


@pytest.fixture(scope="module")
def lifted(tmp_path_factory: pytest.TempPathFactory) -> tuple[BuiltObject, Path]:
    folder = tmp_path_factory.mktemp("lifted")
    report = build(furnished(folder).inputs, folder / "out")
    assert report.warnings == ()
    return report.objects[0], folder / "out"


def test_it_is_as_large_as_it_is_in_metres(lifted: tuple[BuiltObject, Path]) -> None:
    built, _ = lifted
    assert built.scale_source == "reference"
    size = np.subtract(built.bounds_max, built.bounds_min)
    assert size[0] == pytest.approx(BOX_M[0], rel=0.08)
    assert size[1] == pytest.approx(BOX_M[1], rel=0.15)  # seen from above, its top adds to its height


def test_files_for_printing_have_its_true_size(lifted: tuple[BuiltObject, Path]) -> None:
    built, outputs = lifted
    extents = trimesh.load(outputs / "objects" / "box" / "mesh.stl").extents
    size = np.subtract(built.bounds_max, built.bounds_min) * 1000
    assert extents[[0, 2, 1]] == pytest.approx(size, rel=1e-3)


def test_put_back_it_stands_upright_where_it_stood_and_looks_at_the_camera(
    lifted: tuple[BuiltObject, Path],
) -> None:
    built, _ = lifted
    origin, above, before = in_world(built, np.array([[0, 0, 0], [0, 1, 0], [0, 0, 1]], float))
    assert origin == pytest.approx(STANDS_AT, abs=0.12)
    assert above - origin == pytest.approx((0, 1, 0), abs=1e-6)
    to_camera = np.array(EYE) - origin
    turned_to = before - origin
    between = math.atan2(to_camera[0], to_camera[2]) - math.atan2(turned_to[0], turned_to[2])
    assert abs(between) < math.radians(3)


def test_the_photo_may_be_larger_than_the_tours_frame(
    tmp_path: Path, lifted: tuple[BuiltObject, Path]
) -> None:
    report = build(furnished(tmp_path, tour_px=160).inputs, tmp_path / "out")
    assert report.objects[0].bounds_max == pytest.approx(lifted[0].bounds_max, rel=0.01)


@pytest.mark.parametrize("aside", [(-0.6, 0.35, -0.4), (-0.4, 0.75, -0.4), (1.9, 0.35, -0.4)])
def test_it_is_as_large_wherever_in_the_picture_it_is_seen(
    tmp_path: Path, lifted: tuple[BuiltObject, Path], aside: tuple[float, float, float]
) -> None:
    """20 to 30 degrees off the middle, where a picture stretches what it shows by a tenth and more."""
    built = build(furnished(tmp_path, looks_at=aside).inputs, tmp_path / "out").objects[0]
    assert built.bounds_max == pytest.approx(lifted[0].bounds_max, rel=0.04)
    assert in_world(built, np.zeros((1, 3)))[0] == pytest.approx(STANDS_AT, abs=0.06)


def test_a_lens_that_bends_lines_changes_neither_its_size_nor_its_place(tmp_path: Path) -> None:
    """Near a corner of the picture, where lenses bend most: a tenth of its width would be lost."""
    aside = (-0.4, 0.75, -0.4)
    straight = furnished(tmp_path / "straight", looks_at=aside).inputs
    bent = furnished(tmp_path / "bent", radial=(-0.35, 0.0), looks_at=aside).inputs
    (true, seen) = (build(inputs, inputs.parent / "out").objects[0] for inputs in (straight, bent))
    ignored = build(told_straight(bent), bent.parent / "ignored").objects[0]
    sizes = [np.subtract(one.bounds_max, one.bounds_min) for one in (true, seen, ignored)]
    origins = [in_world(one, np.zeros((1, 3)))[0] for one in (true, seen, ignored)]
    assert sizes[1] == pytest.approx(sizes[0], rel=0.03)
    assert origins[1] == pytest.approx(origins[0], abs=0.02)
    assert sizes[2][0] / sizes[0][0] < 0.9
    assert (sizes[2] / sizes[0]).max() < 0.96
    assert np.linalg.norm(origins[2] - origins[0]) > 0.06


def told_straight(inputs: Path) -> Path:
    """The same inputs, as if nothing were known of the lens."""
    path = inputs / "cutouts" / "cutouts.json"
    document = Cutouts.model_validate_json(path.read_text())
    assert document.view
    view = document.view.model_copy(update={"radial": (0.0, 0.0)})
    path.write_text(document.model_copy(update={"view": view}).model_dump_json())
    return inputs


def test_without_a_known_scale_its_longest_side_is_1_but_it_can_be_put_back(tmp_path: Path) -> None:
    [built] = build(furnished(tmp_path, scale_source="none").inputs, tmp_path / "out").objects
    assert built.scale_source == "none"
    assert np.subtract(built.bounds_max, built.bounds_min).max() == pytest.approx(1, abs=1e-4)
    corners = in_world(built, np.array([built.bounds_min, built.bounds_max]))
    assert np.ptp(corners[:, 1]) == pytest.approx(BOX_M[1], rel=0.15)


def test_where_nothing_of_the_tour_is_seen_the_report_says_so(tmp_path: Path) -> None:
    inputs = furnished(tmp_path).inputs
    path = inputs / "cutouts" / "cutouts.json"
    document = Cutouts.model_validate_json(path.read_text())
    assert document.view
    turned_away = np.array(document.view.world_from_camera) @ np.diag([-1.0, 1, -1, 1])
    view = document.view.model_copy(update={"world_from_camera": tuple(map(tuple, turned_away.tolist()))})
    path.write_text(document.model_copy(update={"view": view}).model_dump_json())
    report = build(inputs, tmp_path / "out")
    assert "true size is not known" in report.warnings[0]
    assert report.objects[0].world_from_object is None


def test_a_damaged_tour_is_refused(tmp_path: Path) -> None:
    inputs = furnished(tmp_path).inputs
    (inputs / "tour" / "manifest.json").write_text("{}")
    with pytest.raises(StageError, match="tour"):
        build(inputs, tmp_path / "out")
