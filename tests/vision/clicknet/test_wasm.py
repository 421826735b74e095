import ctypes
import hashlib
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clicknet import native
from clicknet.evidence import EVIDENCE_MAPS
from clicknet.wasm import CLICKNET, LAYERS
from masks.native import Box, Click
from masks.wasm import BrowserKernel
from tests.vision.browsers_kernel import NODE, answer_of_browsers_kernel, with_alpha
from tests.vision.masks.photos import disc, photo_of

HEIGHT, WIDTH = 320, 600
OBJECT = disc(HEIGHT, WIDTH, 200, 150, 70) | disc(HEIGHT, WIDTH, 350, 80, 50)
CLICKS = [(200.5, 150.25, 1), (330.0, 70.0, 1), (120.0, 30.0, 0)]
BOX = (125.0, 75.0, 405.0, 225.0)
LAST = (255 * disc(HEIGHT, WIDTH, 210, 160, 60)).astype(np.uint8)


def here(box: tuple[float, ...] | None, last: NDArray[np.uint8] | None) -> NDArray[np.float32]:
    kernel = native.kernel()
    memory = np.empty(kernel.clicknet_bytes(WIDTH, HEIGHT) + 16, np.uint8)
    start = -(-memory.ctypes.data // 16) * 16
    photo = with_alpha(photo_of(OBJECT))
    net = kernel.clicknet_open(start, len(memory) - 16, photo.ctypes.data, WIDTH, HEIGHT)
    clicks = (Click * len(CLICKS))(*(Click(*click) for click in CLICKS))
    held = ctypes.byref(Box(*box)) if box else None
    before = None if last is None else last.ctypes.data
    maps = kernel.clicknet_look(net, clicks, len(CLICKS), held, before)
    cells = kernel.clicknet_grid_height(net) * kernel.clicknet_grid_width(net)
    return np.ctypeslib.as_array(maps, (EVIDENCE_MAPS * cells,)).copy()


@pytest.mark.skipif(NODE is None, reason="needs node")
@pytest.mark.parametrize(("box", "last"), [(None, None), (None, LAST), (BOX, None), (BOX, LAST)])
def test_the_browser_shows_the_network_the_same(
    tmp_path: Path, box: tuple[float, ...] | None, last: NDArray[np.uint8] | None
) -> None:
    answer = answer_of_browsers_kernel(
        "clicknet", CLICKNET.built, tmp_path, photo_of(OBJECT), CLICKS, box, last
    )
    assert np.array_equal(np.frombuffer(answer, np.float32), here(box, last))


@pytest.mark.parametrize("kernel", [CLICKNET, LAYERS], ids=["clicknet", "layers"])
def test_the_browsers_kernels_were_built_from_these_sources(kernel: BrowserKernel) -> None:
    digests = json.loads(kernel.digests.read_text(encoding="utf-8"))
    assert digests["wasm"] == hashlib.sha256(kernel.built.read_bytes()).hexdigest()
    assert digests["sources"] == kernel.sources_digest(), "python -m clicknet.wasm builds it anew"


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("ziglang") is None, reason="needs ziglang")
@pytest.mark.parametrize("kernel", [CLICKNET, LAYERS], ids=["clicknet", "layers"])
def test_building_them_again_gives_the_same_bytes(tmp_path: Path, kernel: BrowserKernel) -> None:
    kernel.build(tmp_path / "kernel.wasm")
    assert (tmp_path / "kernel.wasm").read_bytes() == kernel.built.read_bytes()
