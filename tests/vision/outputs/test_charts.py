"""Charts: every face has its place in the texture, none lies on another, and what is packed fits."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs.charts import charts, packed
from tests.vision.outputs.bodies import body, made


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=1, max_size=25))
def test_packed_boxes_lie_inside_and_never_overlap(sizes: list[tuple[int, int]]) -> None:
    boxes = np.array(sizes)
    origin, width_px, height_px = packed(boxes)
    taken = np.zeros((height_px, width_px), int)
    for (x, y), (wide, high) in zip(origin.astype(int), boxes, strict=True):
        assert x + wide <= width_px
        assert y + high <= height_px
        taken[y : y + high, x : x + wide] += 1
    assert taken.max() == 1


def test_no_face_of_the_texture_lies_on_another() -> None:
    """Areas of faces in the texture, summed, are the area that any of them covers."""
    surface = body().surface
    cut = charts(surface, body().px_per_cell, 512)
    corners = np.stack(
        [cut.texels(surface.vertices[surface.faces[:, i]], cut.chart) for i in range(3)], axis=1
    )
    one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    turned = np.sign(np.bincount(cut.chart, area))
    assert (np.sign(area) * turned[cut.chart] >= 0).mean() > 0.999  # no piece folds back over itself
    assert corners.min() >= 0
    assert (corners.max((0, 1)) <= (cut.width_px, cut.height_px)).all()


@settings(max_examples=10)
@given(st.integers(48, 400))
def test_a_texture_is_never_larger_than_asked(most_px: int) -> None:
    cut = charts(body().surface, body().px_per_cell, most_px)
    assert max(cut.width_px, cut.height_px) <= most_px


def test_texels_have_the_colour_of_their_place() -> None:
    mesh = made().web
    at = (mesh.uv * mesh.texture.shape[1::-1]).astype(int)
    colours = mesh.texture[at[:, 1], at[:, 0]]
    assert np.abs(colours.astype(int) - (40, 70, 200)).max() < 40
