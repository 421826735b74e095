"""Files of a level, retouched: colours, opacities and palettes make up for what was rounded away.

Rounding has moved, turned and stretched splats a little, each on its own, and given many the same entry of a palette.
So the files are read back, those numbers that decide how splats look learn for a moment what the photos show, and
are written into the same files. Bytes hardly change; bench/README.md has what it gains.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from optimizing.lessons import Lessons
from optimizing.refine import Parts, learn
from splats.columns import Floats
from splats.scene import SplatScene
from splats.sog import read_sog
from splats.sog_looks import Looks, read_looks, write_looks
from splats.streamed import joined

RATES = {"sh0": 5e-3, "opacity_logits": 4e-2, "entries": 2e-3}
"""Adam's first step sizes. Chosen on fox, half and twice as much being worse there."""

STEADINESS = 0.3
"""See `refine.learn`."""


def retouch(
    paths: Sequence[Path],
    weights: Sequence[Floats],
    lessons: Lessons,
    shell: SplatScene | None,
    fineness: float,
    device: torch.device,
) -> int:
    """Retouches the files of one level, which together are seen, with the `shell` behind; their bytes. `weights`: by
    file, those that it was written with, in its order.

    They stay as they were where pictures that nothing learnt from say that this was better.
    """
    before = [path.read_bytes() for path in paths]
    if lessons.steps:
        looks = [read_looks(path) for path in paths]
        scene = _scene_of(paths, device)
        likeness = lessons.likeness(scene, shell)
        usual = float(np.mean(np.concatenate(weights)))
        for path, look, mass in zip(paths, _learnt(scene, looks, lessons, shell), weights, strict=True):
            write_looks(path, look, mass, usual, fineness)
        if lessons.likeness(_scene_of(paths, device), shell) < likeness:
            for path, content in zip(paths, before, strict=True):
                path.write_bytes(content)
    return sum(path.stat().st_size for path in paths)


def _scene_of(paths: Sequence[Path], device: torch.device) -> SplatScene:
    return joined([read_sog(path) for path in paths]).to(device)


def _learnt(
    scene: SplatScene, looks: Sequence[Looks], lessons: Lessons, shell: SplatScene | None
) -> list[Looks]:
    device = scene.means.device
    entries = torch.from_numpy(np.concatenate([look.entries for look in looks])).to(device)
    firsts = np.cumsum([0, *(len(look.entries) for look in looks)])
    labels = np.concatenate([look.labels + first for look, first in zip(looks, firsts, strict=False)])
    label_of = torch.from_numpy(labels).to(device)

    def scene_of(parts: Parts) -> SplatScene:
        sh = torch.cat([parts["sh0"], parts["entries"][label_of]], 1)
        return SplatScene(scene.means, scene.quats, scene.log_scales, parts["opacity_logits"], sh)

    start = {"sh0": scene.sh[:, :1], "opacity_logits": scene.opacity_logits, "entries": entries}
    steps, seed = lessons.steps, lessons.seed
    learnt = learn(start, RATES, scene_of, lessons.learned, steps, shell, seed, STEADINESS)
    return _shared_out(learnt, looks)


def _shared_out(learnt: Parts, looks: Sequence[Looks]) -> list[Looks]:
    """To each file its own."""
    sh0 = _split(learnt["sh0"][:, 0], [len(look.sh0) for look in looks])
    opacities = _split(torch.sigmoid(learnt["opacity_logits"]), [len(look.sh0) for look in looks])
    entries = _split(learnt["entries"], [len(look.entries) for look in looks])
    return [
        Looks(colours.numpy(), opacity.numpy(), entry.numpy(), look.labels)
        for colours, opacity, entry, look in zip(sh0, opacities, entries, looks, strict=True)
    ]


def _split(values: Tensor, counts: list[int]) -> list[Tensor]:
    return list(values.cpu().split(counts))
