"""Photos as each model wants them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from encoders.kinds import KINDS, kind_named
from encoders.pixels import frame_in, pixels_in


def test_sam_1_keeps_a_photos_form_and_leaves_the_rest_empty() -> None:
    kind = kind_named("sam1")
    frame = frame_in(kind, 1024, 2048, 1365)
    assert (frame.width_px, frame.height_px) == (1024, 683)
    pixels = pixels_in(kind, frame, Image.new("RGB", (2048, 1365), (255, 0, 128)))
    assert pixels.shape == (1, 3, 1024, 1024)
    assert pixels[0, :, 682, 1023] == pytest.approx(
        [(1 - 0.485) / 0.229, -0.456 / 0.224, (128 / 255 - 0.406) / 0.225]
    )
    assert not pixels[0, :, 683:].any()


@pytest.mark.parametrize(("name", "side"), [("sam2", 1024), ("sam3", 1008)])
def test_sam_2_and_3_stretch_it_over_their_square(name: str, side: int) -> None:
    kind = next(kind for kind in KINDS if kind.name == name)
    frame = frame_in(kind, side, 2048, 1365)
    assert (frame.side_px, frame.width_px, frame.height_px) == (side, side, side)
    picture = Image.new("RGB", (300, 200), (255, 255, 255))
    picture.paste((0, 0, 0), (150, 0, 300, 200))
    pixels = pixels_in(kind, frame, picture)
    assert pixels[0, 0, 5, 5] == pytest.approx((1 - kind.mean[0]) / kind.spread[0])
    assert pixels[0, 0, side - 5, side - 5] == pytest.approx(-kind.mean[0] / kind.spread[0])


@given(st.sampled_from(KINDS), st.integers(1, 4096), st.integers(1, 4096))
def test_every_photo_has_a_place_in_the_square(kind: object, width: int, height: int) -> None:
    assert kind in KINDS
    frame = frame_in(next(one for one in KINDS if one is kind), 1024, width, height)
    assert 1 <= frame.width_px <= 1024
    assert 1 <= frame.height_px <= 1024
    assert max(frame.width_px, frame.height_px) == 1024
