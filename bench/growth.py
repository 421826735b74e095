"""How the cost of a training step grows with splats and pixels: time, and memory.

    PYTHONPATH=layers/core:layers/splats:. python -m bench.growth [--json] [--picture bench/pictures/growth.svg]

Each point is a process of its own: the steps of bench/rasterize.py, with harmonics of degree 3, which is what a run
ends with. `peak_rss_mb` is the most that the process held, `step_mb` the part of it that came with the step: splats,
their gradients and Adam's moments, pictures, and the kernel's working memory. A run adds its photos, 3 bytes a pixel.
"""

import argparse
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.loglog import Line, Panel, write_svg
from bench.rasterize import cost
from splats.threads import available_cores

COUNTS = (3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
SIZES_PX = ((160, 120), (320, 240), (640, 480), (1280, 960))
SH_DEGREE = 3


@dataclass(frozen=True)
class Point:
    """One kind of step."""

    width: int
    height: int
    splats: int
    threads: int
    ms_step: float
    step_mb: float
    peak_rss_mb: float

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 1e6


def measure(count: int, width: int, height: int, threads: int) -> Point:
    """In this process, which must not have measured before: its peak would still be there."""
    before = peak_rss_mb()
    found = cost(count, width, height, threads, repeats=5, sh_degree=SH_DEGREE)
    peak = peak_rss_mb()
    return Point(width, height, count, threads, found.ms_step, round(peak - before, 1), round(peak, 1))


def peak_rss_mb() -> float:
    """Of this process since it began; getrusage would count its parent in. Linux only."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (kilobytes,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / 1024


def in_a_process_of_its_own(count: int, width: int, height: int, threads: int) -> Point:
    """What `measure` finds there."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(measure, count, width, height, threads).result()


def shares(points: list[Point], value: str) -> dict[str, float]:
    """What a step takes at all, for 10,000 splats and for a megapixel: the plane with the least relative error."""
    values = np.array([getattr(point, value) for point in points])
    columns = np.array([(1, point.splats / 1e4, point.megapixels) for point in points])
    found = np.linalg.lstsq(columns / values[:, None], np.ones(len(points)), rcond=None)[0]
    names = ("at_all", "for_10000_splats", "for_a_megapixel")
    return {name: round(float(share), 3) for name, share in zip(names, found, strict=True)}


def panels(points: list[Point]) -> list[Panel]:
    """Time and memory over splats, a line for each size of picture."""

    def lines(value: str) -> list[Line]:
        return [
            Line(
                f"{width} x {height}",
                [(p.splats, getattr(p, value)) for p in points if (p.width, p.height) == (width, height)],
            )
            for width, height in reversed(SIZES_PX)
        ]

    threads = points[0].threads
    return [
        Panel(f"A training step, {threads} threads", "splats", "milliseconds", lines("ms_step")),
        Panel("Memory that came with it", "splats", "megabytes", lines("step_mb")),
    ]


def main() -> None:
    """Draws the picture, and prints a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--threads", type=int, default=available_cores())
    parser.add_argument("--picture", type=Path, help="where to draw both, as SVG")
    asked = parser.parse_args()
    points = [in_a_process_of_its_own(n, w, h, asked.threads) for w, h in SIZES_PX for n in COUNTS]
    if asked.picture:
        write_svg(asked.picture, panels(points))
    if asked.json:
        document = {"ms_step": shares(points, "ms_step"), "step_mb": shares(points, "step_mb")}
        print(json.dumps(document | {"points": [asdict(point) for point in points]}, indent=1))
        return
    print("| picture | splats | step, ms | memory, MB |\n|---|---|---|---|")
    for p in points:
        print(f"| {p.width} x {p.height} | {p.splats:,} | {p.ms_step} | {p.step_mb} |")
    print(f"\nms: {shares(points, 'ms_step')}\nMB: {shares(points, 'step_mb')}")


if __name__ == "__main__":
    main()
