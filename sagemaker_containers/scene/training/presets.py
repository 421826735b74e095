"""How much is spent on a scene, as one table, and what one capture gets of it.

On a CPU training is bound by seconds, on a GPU by steps. Sources of the numbers:

- steps, splats and photo sizes on a GPU: gsplat's MCMC benchmark (30,000 steps; on Mip-NeRF 360 a million
  splats reach within 0.5 dB of three million) and 3DGS's 7,000 and 30,000 steps (Kerbl et al. 2023, table 1).
- splats, degree, photo size on a CPU: what two cores can turn over in the time, measured with bench/train.py.
"""

from dataclasses import dataclass
from typing import Literal

from diorama.tours.stages import Quality, TrainSplatsParams

Machine = Literal["cpu", "gpu"]


@dataclass(frozen=True)
class Preset:
    """`training_s` or `steps` ends training, whichever is set; the next three are upper limits.

    `left_out`: the share of splats, chosen anew in each step, that a picture in training does without.
    """

    training_s: float | None
    steps: int | None
    max_splats: int
    long_side_px: int
    sh_degree: int
    left_out: float = 0.0


PRESETS: dict[tuple[Quality, Machine], Preset] = {
    ("draft", "cpu"): Preset(60, None, max_splats=30_000, long_side_px=480, sh_degree=1),
    ("standard", "cpu"): Preset(300, None, max_splats=60_000, long_side_px=640, sh_degree=2),
    ("high", "cpu"): Preset(1200, None, max_splats=120_000, long_side_px=800, sh_degree=3),
    ("draft", "gpu"): Preset(None, 7_000, max_splats=300_000, long_side_px=960, sh_degree=2),
    ("standard", "gpu"): Preset(None, 15_000, max_splats=1_000_000, long_side_px=1600, sh_degree=3),
    ("high", "gpu"): Preset(None, 30_000, max_splats=2_000_000, long_side_px=1920, sh_degree=3),
}

FEW_VIEWS = 30
"""Fewer photos than this to train on, and splats turn into a private image for each photo."""
FEW_VIEWS_SH_DEGREE = 1
SPLATS_PER_VIEW = 2_000
"""For few views. Thirty photos of 640 x 480 then hold some 150 pixels for each splat."""
FEW_VIEWS_LEFT_OUT = 0.1
"""Then no splat may count on those before it to hide it from one view only. Park et al., "DropGaussian" (2025), who
leave out up to 0.2; measured in bench/README.md."""


def preset(params: TrainSplatsParams, machine: Machine, training_views: int) -> Preset:
    """What a capture gets: the table's row, less for few views, and what the caller asked for instead."""
    row = PRESETS[params.quality, machine]
    few = training_views < FEW_VIEWS
    max_splats = min(row.max_splats, SPLATS_PER_VIEW * training_views) if few else row.max_splats
    return Preset(
        training_s=None if params.steps else params.training_s or row.training_s,
        steps=params.steps or (None if params.training_s else row.steps),
        max_splats=params.max_splats or max_splats,
        long_side_px=params.max_side_px or row.long_side_px,
        sh_degree=min(row.sh_degree, FEW_VIEWS_SH_DEGREE) if few else row.sh_degree,
        left_out=FEW_VIEWS_LEFT_OUT if few else row.left_out,
    )
