"""Levels of detail as files, each judged as it will be read: in one file, and, of large places, in tiles too."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from diorama.stopwatch import Watch
from diorama.tours.stages import OptimizeSplatsParams
from optimizing.judge import Judge
from optimizing.lessons import Lessons
from optimizing.level_file import MadeLevel, MadeTiles
from optimizing.levels import Level
from optimizing.retouching import retouch
from splats.scene import SplatScene
from splats.sog import read_sog, write_sog
from splats.streamed import StreamedWriter, TiledLevel, read_streamed
from training.backdrop import behind

COARSE_ENOUGH_DB = 33.0
"""PSNR on photos that were trained on, of models for which the coarsest steps are good enough."""
FINEST = 8.0
LEVELS, TILES = "levels", "tiles"
UNSEEN_WEIGHT = 0.03
"""What the look of a splat counts for in a codebook at least, as a share of the average splat's."""


class Delivery:
    """Takes levels from the finest to the coarsest. All have the whole backdrop, the `shell`."""

    def __init__(
        self,
        outputs: Path,
        full: SplatScene,
        shell: SplatScene,
        judge: Judge,
        lessons: Lessons,
        params: OptimizeSplatsParams,
        watch: Watch,
    ) -> None:
        self._outputs = outputs
        self._shell = shell
        self._judge = judge
        self._watch = watch
        self._whole_up_to = params.whole_up_to
        self._lessons = lessons
        self._fineness = fineness_for(lessons.psnr)
        self._tiles = StreamedWriter(outputs / TILES, full) if len(full) > params.tiled_above else None
        self._tiled: list[tuple[Level, TiledLevel, float]] = []
        self._made: list[MadeLevel] = []
        (outputs / LEVELS).mkdir(parents=True, exist_ok=True)

    def take(self, level: Level, scene: SplatScene) -> None:
        """Writes the scene that stands for the level: its splats, or as many better ones in their order."""
        with self._watch.step("judge"):
            psnr_cut = self._judge.evaluate(behind(level.scene, self._shell)).psnr
        if self._tiles:
            with self._watch.step("compress"):
                tiled = self._tiles.add(
                    scene,
                    weights=mass(level.weights),
                    harmonics_seen=level.harmonics.cpu().numpy(),
                    fineness=self._fineness,
                )
            files = [self._outputs / TILES / name for name in tiled.files]
            weights = mass(level.weights)
            size = self._retouched(files, [weights[places] for places in tiled.places], self._shell)
            self._tiled.append((level, replace(tiled, bytes=size), psnr_cut))
        if not self._tiles or len(scene) <= self._whole_up_to:
            self._made.append(self._whole(level, scene, psnr_cut))

    def finish(self) -> tuple[tuple[MadeLevel, ...], MadeTiles | None]:
        """The levels in one file each, from the finest, and the tiles where there are any."""
        return tuple(self._made), self._finish_tiles(self._tiles) if self._tiles else None

    def _whole(self, level: Level, scene: SplatScene, psnr_cut: float) -> MadeLevel:
        path = self._outputs / LEVELS / f"{level.name}.sog"
        with self._watch.step("compress"):
            around = len(self._shell)
            weights = torch.cat([level.weights, level.weights.mean().expand(around)])
            harmonics = torch.nn.functional.pad(level.harmonics, (0, 0, 0, around)).cpu().numpy()
            masses = mass(weights)
            order = write_sog(
                path,
                behind(scene, self._shell),
                weights=masses,
                harmonics_seen=harmonics,
                fineness=self._fineness,
            )
        size = self._retouched([path], [masses[order]], None)
        return self._judged(level.name, path, read_sog(path), size, psnr_cut)

    def _retouched(
        self, files: Sequence[Path], weights: Sequence[NDArray[np.float32]], shell: SplatScene | None
    ) -> int:
        """Their bytes after it. `weights`: by file, its splats'. The `shell` is behind them where it is not in them."""
        with self._watch.step("retouch"):
            return retouch(files, weights, self._lessons, shell, self._fineness, self._shell.means.device)

    def _finish_tiles(self, writer: StreamedWriter) -> MadeTiles:
        environment = writer.surround(self._shell) if len(self._shell) else None
        document = writer.finish()
        around = (document.parent / environment).stat().st_size if environment else 0
        levels = tuple(
            self._judged(level.name, document, read_streamed(document, number), tiled.bytes + around, cut)
            for number, (level, tiled, cut) in enumerate(self._tiled)
        )
        return MadeTiles(
            file=f"{TILES}/{document.name}",
            environment=f"{TILES}/{environment}" if environment else None,
            tiles=tuple(tuple(f"{TILES}/{name}" for name in tiled.files) for _, tiled, _ in self._tiled),
            bytes=document.stat().st_size + around + sum(tiled.bytes for _, tiled, _ in self._tiled),
            levels=levels,
        )

    def _judged(self, name: str, path: Path, read: SplatScene, size: int, psnr_cut: float) -> MadeLevel:
        with self._watch.step("judge"):
            found = self._judge.evaluate(read.to(self._shell.means.device))
        return MadeLevel(
            name=name,
            file=path.relative_to(self._outputs).as_posix(),
            splats=len(read),
            sh_degree=read.sh_degree,
            bytes=size,
            psnr=round(found.psnr, 4),
            ssim=round(found.ssim, 5),
            loss_db=round(self._judge.trained.psnr - found.psnr, 4),
            psnr_cut=round(psnr_cut, 4),
        )


def fineness_for(psnr: float) -> float:
    """How fine the steps of a model's files have to be (see `write_sog`), by its PSNR on photos that it was trained on.

    Half as large for each 6 dB that it is better: then a file adds about the same share to the model's own error.
    """
    return float(np.clip(2 ** ((psnr - COARSE_ENOUGH_DB) / 6), 1, FINEST))


def mass(weights: Tensor) -> NDArray[np.float32]:
    """How much each splat's look matters: as much as is seen of it, and a little in any case."""
    return np.asarray((weights + UNSEEN_WEIGHT * weights.mean()).cpu().numpy(), np.float32)
