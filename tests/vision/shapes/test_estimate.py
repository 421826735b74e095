"""What shape things get, and that every shape of every mask is a closed body that is turned the right way out."""

from typing import get_args

import cv2
import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from diorama.objects.cutouts import Cutout
from diorama.objects.stages import Shape
from photo_cutouts import PhotoCutout, Picture
from shapes.body import Body
from shapes.estimate import Fineness, estimate
from tests.vision.shapes import outlines

COARSE = Fineness(cells=64, texture_px=96, splats=1000)


def body_of(
    mask: Picture, wanted: Shape | None = None, photo: Picture | None = None, fine: Fineness = COARSE
) -> Body:
    grey = np.full((*mask.shape, 3), 128, np.uint8) if photo is None else photo
    cut = PhotoCutout(Cutout(cutout_id="thing", name="thing"), mask)
    return estimate(grey, cut, fine, seed=0, wanted=wanted)


def extents(body: Body) -> np.ndarray:
    return np.ptp(body.surface.vertices, axis=0)


@pytest.mark.parametrize(
    ("mask", "shape"),
    [
        (outlines.vase(), "lathe"),
        (outlines.vase(handle=True), "lathe"),
        (outlines.can(), "lathe"),
        (outlines.board(), "extruded"),
        (outlines.turned_box(90, 110, 60, 35, 20), "extruded"),
        (outlines.leaning(), "inflated"),
    ],
    ids=["vase", "jug", "can", "board", "box", "animal"],
)
def test_things_get_the_shape_that_they_look_like(mask: Picture, shape: Shape) -> None:
    body = body_of(mask)
    assert body.shape == shape
    assert body.why


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 42])  # of sixty, two that looked different to each quality
def test_the_quality_changes_neither_the_shape_nor_how_thick_it_is(seed: int) -> None:
    mask = outlines.nearly_straight(seed)
    photo = np.repeat(np.linspace(60, 200, mask.shape[1]).astype(np.uint8)[None, :, None], len(mask), 0)
    photo = np.repeat(photo, 3, axis=2)
    bodies = [body_of(mask, photo=photo, fine=Fineness(cells, 96, 1000)) for cells in (112, 176, 288)]
    assert len({body.shape for body in bodies}) == 1
    assert len({body.why for body in bodies}) == 1
    wide, _, deep = np.array([extents(body) for body in bodies]).T
    assert deep / wide == pytest.approx(deep[-1] / wide[-1], rel=0.08)


@pytest.mark.parametrize("wanted", get_args(Shape))
def test_a_shape_that_was_asked_for_is_made(wanted: Shape) -> None:
    assert body_of(outlines.leaning(), wanted).shape == wanted


def test_a_disc_becomes_a_ball() -> None:
    body = body_of(outlines.disc(), "lathe")
    radius = extents(body)[0] / 2
    assert extents(body) == pytest.approx(2 * radius, rel=0.03)
    assert body.surface.volume == pytest.approx(4 / 3 * np.pi * radius**3, rel=0.04)


def test_a_turned_thing_is_as_deep_as_wide_and_round_in_every_section() -> None:
    body = body_of(outlines.vase())
    wide, _, deep = extents(body)
    assert deep == pytest.approx(wide, rel=0.03)
    vertices = body.surface.vertices
    heights = vertices[:, 1]
    for height in np.linspace(heights.min() + 6, heights.max() - 6, 7):
        section = vertices[np.abs(heights - height) < 0.4][:, [0, 2]]
        middle = (section[:, 0].min() + section[:, 0].max()) / 2
        radii = np.hypot(section[:, 0] - middle, section[:, 1])
        assert radii.std() < 0.05 * radii.mean()


def test_a_handle_is_no_part_of_what_is_turned() -> None:
    plain, handled = body_of(outlines.vase()), body_of(outlines.vase(handle=True))
    assert extents(handled)[0] > 1.2 * extents(handled)[2]  # wider than deep, by its handle
    mesh = trimesh.Trimesh(handled.surface.vertices, handled.surface.faces)
    assert mesh.euler_number == 0  # one can put a finger through
    assert trimesh.Trimesh(plain.surface.vertices, plain.surface.faces).euler_number == 2


def test_a_board_is_flat_in_front_and_behind() -> None:
    surface = body_of(outlines.board()).surface
    normals = surface.face_normals
    areas = np.linalg.norm(normals, axis=1)
    flat = areas[np.abs(normals[:, 2]) > 0.999 * areas].sum() / areas.sum()
    assert flat > 0.4


def test_what_is_flat_is_a_thin_plate_whatever_its_outline() -> None:
    for mask in (outlines.board(), outlines.star(), outlines.leaning()):
        wide, high, deep = extents(body_of(mask, "flat", fine=Fineness(176, 96, 1000)))
        assert deep < 0.04 * max(wide, high)


@pytest.mark.parametrize(("yaw", "width", "depth"), [(25, 110, 70), (45, 80, 80), (60, 60, 100)])
def test_a_box_seen_over_its_edge_gets_its_true_depth(yaw: float, width: float, depth: float) -> None:
    body = body_of(outlines.turned_box(width, 90, depth, yaw, pitch_deg=22))
    turn = np.radians(yaw)
    wide = width * np.cos(turn) + depth * np.sin(turn)
    deep = width * np.sin(turn) + depth * np.cos(turn)
    found = extents(body)
    assert found[2] / found[0] == pytest.approx(deep / wide, rel=0.15)


def test_light_that_falls_off_to_the_sides_makes_thicker_than_none() -> None:
    mask = outlines.leaning()
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    round_light = np.clip(60 + 190 * np.sqrt(np.clip(depth / depth.max(), 0, 1)), 0, 255).astype(np.uint8)
    flat_light = np.tile(np.linspace(100, 180, mask.shape[1]).astype(np.uint8), (len(mask), 1))
    thick, plain = (
        body_of(mask, photo=np.repeat(light[..., None], 3, axis=2)) for light in (round_light, flat_light)
    )
    assert extents(thick)[2] > extents(plain)[2]


def test_the_outline_is_the_masks() -> None:
    """Seen from the front, every shape covers what the mask covers."""
    for mask in (outlines.vase(handle=True), outlines.board(), outlines.leaning(), outlines.star()):
        body = body_of(mask)
        seen = np.zeros_like(mask)
        outline = body.outline
        at = body.surface.vertices[:, :2] * (1, -1) * outline.cell_px + outline.corner_px
        for corners in np.rint((at[body.surface.faces] - 0.5) * 16).astype(np.int32):
            cv2.fillConvexPoly(seen, corners, 255, cv2.LINE_8, 4)
        both, either = ((seen > 0) & (mask > 0)).sum(), ((seen > 0) | (mask > 0)).sum()
        assert both / either > 0.94


@st.composite
def masks(draw: st.DrawFn) -> Picture:
    """Blobs, bars and holes anywhere, also at the photo's edge."""
    mask = np.zeros((64, 80), np.uint8)
    places = st.tuples(st.integers(-5, 85), st.integers(-5, 70))
    for _ in range(draw(st.integers(1, 5))):
        ink = 255 if mask.sum() == 0 else draw(st.sampled_from([255, 255, 0]))
        if draw(st.booleans()):
            cv2.circle(mask, draw(places), draw(st.integers(1, 30)), ink, -1)
        else:
            cv2.line(mask, draw(places), draw(places), ink, draw(st.integers(1, 20)))
    return mask


@settings(max_examples=60, deadline=None)
@given(masks(), st.sampled_from([*get_args(Shape), None]))
def test_whatever_the_mask_the_body_is_closed_and_turned_the_right_way_out(
    mask: Picture, wanted: Shape | None
) -> None:
    if (mask > 0).sum() < 64:
        return
    body = body_of(mask, wanted)
    mesh = trimesh.Trimesh(body.surface.vertices, body.surface.faces, process=False)
    assert np.isfinite(mesh.vertices).all()
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.volume > 0
    assert all((part.volume > 0) for part in mesh.split(only_watertight=False))
