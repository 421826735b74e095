import hashlib
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from diorama.objects.cutouts import Box, Click
from masks.segmenter import Segmenter
from masks.wasm import MASKS
from tests.vision.browsers_kernel import NODE, answer_of_browsers_kernel
from tests.vision.masks.photos import Photo, disc, photo_of

MIDDLE = Click(x=200.5, y=150.25, adds=True)
CLICKS = [MIDDLE, Click(x=330, y=70, adds=True), Click(x=120, y=30, adds=False)]
BOX = Box(left=125, top=80, right=275, bottom=222)


def by_browsers_kernel(folder: Path, photo: Photo, clicks: list[Click], box: Box | None) -> NDArray[np.uint8]:
    gestures = [(click.x, click.y, int(click.adds)) for click in clicks]
    sides = (box.left, box.top, box.right, box.bottom) if box else None
    answer = answer_of_browsers_kernel("masks", MASKS.built, folder, photo, gestures, sides)
    return np.frombuffer(answer, np.uint8)


@pytest.mark.skipif(NODE is None, reason="needs node")
@pytest.mark.parametrize(("clicks", "box"), [([MIDDLE], None), (CLICKS, None), ([], BOX), (CLICKS, BOX)])
def test_the_browser_makes_the_same_masks(tmp_path: Path, clicks: list[Click], box: Box | None) -> None:
    photo = photo_of(disc(320, 600, 200, 150, 70) | disc(320, 600, 350, 80, 50))
    here = Segmenter(photo).segment(clicks, box)
    assert 0 < (here > 127).mean() < 0.5
    assert np.array_equal(by_browsers_kernel(tmp_path, photo, clicks, box), here.ravel())


def test_the_browsers_kernel_was_built_from_these_sources() -> None:
    digests = json.loads(MASKS.digests.read_text(encoding="utf-8"))
    assert digests["wasm"] == hashlib.sha256(MASKS.built.read_bytes()).hexdigest()
    assert digests["sources"] == MASKS.sources_digest(), "python -m masks.wasm builds it anew"


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("ziglang") is None, reason="needs ziglang")
def test_building_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    MASKS.build(tmp_path / "masks.wasm")
    assert (tmp_path / "masks.wasm").read_bytes() == MASKS.built.read_bytes()
