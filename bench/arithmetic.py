"""What a training step has to do at least, and how near the CPU rasteriser comes to it on this machine.

    PYTHONPATH=layers/core:layers/splats:. python -m bench.arithmetic [--json]

Two floors. Arithmetic: the pairs of a splat and a pixel that it shows in, counted by the definition of the picture,
times the operations that kernel/picture.c does for a pair; at the rate at which this machine multiplies and adds in
registers (bench/peak.c). Memory: the bytes that must go between a processor and its memory if nothing stays in a cache;
at the rate at which torch copies a large array here. Both rates are those of the same threads, in the same run.
"""

import argparse
import ctypes
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor

from bench.rasterize import COUNTS, SIZES_PX, cost, random_step
from splats import build
from splats.rasterize import rasterize
from splats.threads import available_cores

FORWARD_FLOPS_A_PAIR = 39
"""Read off draw_mark: place 2, exponent 8, 2^x with its cut 19, light 4, three colours 6. A comparison or a choice
counts as one, as does each half of a multiplication that also adds."""
BACKWARD_FLOPS_A_PAIR = 72
"""Read off pull_mark: the first 29 again, 1 / (1 - alpha) and the cut's slope 7, light 4, colour times gradient 6,
gradients of colours 6, what lies behind 2, slope of the exponent 5, its moments 13."""

PARAMETERS = 23
"""Floats of a splat with harmonics of degree 1."""
PASSES_OVER_PARAMETERS = 10
"""Read to draw, read and gradients written to pull; Adam reads four arrays and writes three."""
PASSES_OVER_PICTURES = 15
"""Drawn and read; the loss reads picture and photo twice, writes and reads three planes of slopes, writes gradients;
they are read; T and alpha, a third each."""

ALPHA_MIN, ALPHA_MAX, TRANSMITTANCE_MIN = 1 / 255, 0.999, 1e-4
TILE_PX = 32


@dataclass(frozen=True)
class Floor:
    """Of one kind of step: milliseconds, and what they come from."""

    width: int
    height: int
    splats: int
    threads: int
    million_pairs: float
    gflop: float
    megabytes: float
    ms_arithmetic: float
    ms_memory: float
    ms_step: float


def pairs(count: int, width: int, height: int) -> int:
    """Pairs of a splat and a pixel that it shows in: bright enough, and not behind what hides everything."""
    step = random_step(count, width, height)
    means, quats, log_scales, logits, sh = (value.detach() for value in step.parameters)
    _, _, seen = rasterize(
        *(means, quats, log_scales.exp(), logits.sigmoid(), sh, step.viewmats, step.intrinsics),
        *(width, height),
        sh_degree=1,
    )
    order = seen["depths"][0].argsort(stable=True)
    order = order[seen["radii"][0, order, 0] > 0]
    flat = {name: seen[name][0, order] for name in ("means2d", "conics", "opacities", "radii")}
    corners = [(x, y) for x in range(0, width, TILE_PX) for y in range(0, height, TILE_PX)]
    return sum(
        pairs_in_tile(flat, x, y, min(x + TILE_PX, width), min(y + TILE_PX, height)) for x, y in corners
    )


def pairs_in_tile(flat: dict[str, Tensor], left: int, top: int, right: int, bottom: int) -> int:
    """`flat`: the ellipses, nearest first."""
    low, high = flat["means2d"] - flat["radii"], flat["means2d"] + flat["radii"]
    near = (low < torch.tensor([right, bottom])).all(1) & (high > torch.tensor([left, top])).all(1)
    x, y = torch.meshgrid(torch.arange(left, right) + 0.5, torch.arange(top, bottom) + 0.5, indexing="xy")
    dx = x.reshape(1, -1) - flat["means2d"][near, 0:1]
    dy = y.reshape(1, -1) - flat["means2d"][near, 1:2]
    a, b, c = (flat["conics"][near, i : i + 1] for i in range(3))
    exponents = 0.5 * (a * dx * dx + c * dy * dy) + b * dx * dy
    alphas = (flat["opacities"][near, None] * torch.exp(-exponents)).clamp(max=ALPHA_MAX)
    shown = alphas >= ALPHA_MIN
    left_over = torch.cumprod(1 - alphas * shown, 0)
    return int((shown & (left_over > TRANSMITTANCE_MIN)).sum())


def least_ms(work: Callable[[], object], repeats: int = 7) -> float:
    """The least wall milliseconds of several runs, after one that warms up."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e3)
    return min(times[1:])


def gflop_per_s(threads: int, rounds: int = 100_000) -> float:
    """What peak.c reaches here, built as the kernel is."""
    with TemporaryDirectory() as folder:
        sources = [Path(__file__).with_name("peak.c"), build.SPLATS.sources / "pool.c"]
        path = Path(folder) / "peak.so"
        made = build.build(build.find_compiler() or [], build.instruction_set(), path, sources)
        run = ctypes.CDLL(str(made)).peak_run
    run.argtypes, run.restype = [ctypes.c_int64, ctypes.c_int32], ctypes.c_double
    return float(run(rounds, threads)) / least_ms(lambda: run(rounds, threads)) / 1e6


def gb_per_s(threads: int, megabytes: int = 512) -> float:
    """Read and written together, by torch's copy of an array far larger than any cache."""
    torch.set_num_threads(threads)
    source = torch.rand(megabytes * 2**18)
    target = torch.zeros_like(source)
    return 2 * source.nbytes / least_ms(lambda: target.copy_(source)) / 1e6


def floor(count: int, width: int, height: int, threads: int, flops: float, bandwidth: float) -> Floor:
    """`flops` and `bandwidth` in 10^9 a second."""
    shown = pairs(count, width, height)
    gflop = shown * (FORWARD_FLOPS_A_PAIR + BACKWARD_FLOPS_A_PAIR) / 1e9
    values = count * PARAMETERS * PASSES_OVER_PARAMETERS + 3 * width * height * PASSES_OVER_PICTURES
    measured = cost(count, width, height, threads, repeats=15)
    megabytes = 4 * values / 1e6
    found = (shown / 1e6, gflop, megabytes, gflop / flops * 1e3, megabytes / bandwidth, measured.ms_step)
    return Floor(width, height, count, threads, *(round(value, 2) for value in found))


def main() -> None:
    """Prints a table, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.arithmetic", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--threads", type=int, default=available_cores())
    asked = parser.parse_args()
    flops, bandwidth = gflop_per_s(asked.threads), gb_per_s(asked.threads)
    floors = [floor(n, w, h, asked.threads, flops, bandwidth) for w, h in SIZES_PX for n in COUNTS]
    if asked.json:
        rates = {"gflop_per_s": round(flops), "gb_per_s": round(bandwidth, 1)}
        print(json.dumps(rates | {"steps": [asdict(row) for row in floors]}, indent=1))
        return
    print(f"{flops:.0f} Gflop/s, {bandwidth:.1f} GB/s with {asked.threads} threads\n")
    print("| picture | splats | million pairs | Gflop | MB | arithmetic, ms | memory, ms | step, ms |")
    print("|---|---|---|---|---|---|---|---|")
    for f in floors:
        work = (
            f"{f.million_pairs} | {f.gflop} | {f.megabytes} | {f.ms_arithmetic} | {f.ms_memory} | {f.ms_step}"
        )
        print(f"| {f.width} x {f.height} | {f.splats:,} | {work} |")


if __name__ == "__main__":
    main()
