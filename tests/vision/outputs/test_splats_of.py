"""Splats of a body: on its surface, evenly, flat, in its colours, and the same in every file."""

from pathlib import Path

import numpy as np
import torch
import trimesh
from hypothesis import given
from hypothesis import strategies as st

from outputs.splats_of import splats_of, turned_to
from splats.files import format_of
from splats.ply import read_ply, write_ply
from tests.vision.outputs.bodies import LONGEST, SPLATS, body, made


def test_splats_lie_on_the_surface_and_flat_along_it() -> None:
    scene = made().splats
    mesh = trimesh.Trimesh(made().full.vertices, made().full.faces)
    mesh.merge_vertices(merge_tex=True, merge_norm=True)
    points = scene.means.numpy()[:200]
    away = distances(mesh, points)
    assert away.max() < 1e-3 * LONGEST
    scales = scene.scales.numpy()
    assert np.allclose(scales[:, 0], scales[:, 1])
    assert (scales[:, 2] < 0.2 * scales[:, 0]).all()


def distances(mesh: trimesh.Trimesh, points: np.ndarray) -> np.ndarray:
    """Distances to the plane of the face whose middle is nearest, the slow way."""
    middles = mesh.triangles_center
    faces = [np.argsort(((middles - point) ** 2).sum(1))[:30] for point in points]
    return np.array(
        [
            min(
                np.linalg.norm(trimesh.triangles.closest_point(mesh.triangles[[f]], point[None])[0] - point)
                for f in near
            )
            for point, near in zip(points, faces, strict=True)
        ]
    )


def test_they_cover_every_part_in_proportion_to_its_area() -> None:
    surface, frame = body().surface, body().frame(LONGEST)
    scene = splats_of(body(), frame, 20_000, seed=1)
    middles = frame.placed(surface.corners.mean(1))
    areas = np.linalg.norm(surface.face_normals, axis=1)
    for axis in range(3):
        halfway = (middles[:, axis].min() + middles[:, axis].max()) / 2
        share = areas[middles[:, axis] > halfway].sum() / areas.sum()
        assert abs((scene.means[:, axis] > halfway).double().mean().item() - share) < 0.01


@given(st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: sum(x * x for x in v) > 1e-3))
def test_a_rotation_turns_z_to_the_normal(direction: tuple[float, float, float]) -> None:
    normal = np.array(direction) / np.linalg.norm(direction)
    w, x, y, z = turned_to(normal[None])[0]
    turned = np.array([2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)])
    assert np.allclose(turned, normal, atol=1e-5)


def test_ply_has_the_seventeen_floats_of_other_tools_and_is_read_back_bit_for_bit(tmp_path: Path) -> None:
    scene = made().splats
    write_ply(tmp_path / "splats.ply", scene)
    header = (tmp_path / "splats.ply").read_bytes().split(b"end_header\n")[0].decode()
    names = [line.split()[2] for line in header.splitlines() if line.startswith("property float")]
    assert names == [
        *("x", "y", "z", "nx", "ny", "nz", "f_dc_0", "f_dc_1", "f_dc_2", "opacity"),
        *("scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3"),
    ]
    again = read_ply(tmp_path / "splats.ply")
    assert torch.equal(again.means, scene.means)
    assert torch.equal(again.sh, scene.sh)
    assert torch.equal(again.quats, scene.quats)


def test_every_splat_format_keeps_count_and_bounds(tmp_path: Path) -> None:
    scene = made().splats
    for ending in (".ply", ".sog", ".spz", ".glb", ".compressed.ply"):
        path = tmp_path / f"splats{ending}"
        format_of(path).write(path, scene)
        again = format_of(path).read(path)
        assert len(again) == SPLATS, ending
        for found, wanted in (
            (again.means.min(0).values, scene.means.min(0).values),
            (again.means.max(0).values, scene.means.max(0).values),
        ):
            assert torch.allclose(found, wanted, atol=2e-3 * LONGEST), ending
