"""What the kernels answer that pages have as WebAssembly, asked by Node."""

import base64
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

NODE = shutil.which("node")


def with_alpha(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A photo (height, width, 3) as a canvas has it: (height, width, 4)."""
    return np.concatenate([photo, np.full((*photo.shape[:2], 1), 255, np.uint8)], axis=2)


def answer_of_browsers_kernel(
    name: Literal["masks", "clicknet"],
    wasm: Path,
    folder: Path,
    photo: NDArray[np.uint8],
    clicks: Sequence[tuple[float, float, int]],
    box: tuple[float, ...] | None,
    last: NDArray[np.uint8] | None = None,
) -> bytes:
    """The kernel's answer to clicks (x, y, 1 where it adds), a box and the mask before; see parity.mjs."""
    height, width = photo.shape[:2]
    asked = {
        "width": width,
        "height": height,
        "rgba": base64.b64encode(with_alpha(photo).tobytes()).decode(),
        "clicks": clicks,
        "box": box,
        "last": None if last is None else base64.b64encode(last.tobytes()).decode(),
    }
    path = folder / "asked.json"
    path.write_text(json.dumps(asked), encoding="utf-8")
    program = [str(NODE), str(Path(__file__).with_name("parity.mjs")), name, str(wasm), str(path)]
    return subprocess.run(program, capture_output=True, check=True).stdout
