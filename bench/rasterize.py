"""What a training step costs on the CPU: drawing, loss, gradients, optimiser.

    PYTHONPATH=layers/core:layers/splats:. python -m bench.rasterize --json

A list of {"width", "height", "splats", "threads", "ms_forward", "ms_loss", "ms_backward", "ms_optimiser", "ms_step"}:
wall milliseconds, each the least of several runs, and "cpu_ms_step" in processor time; more in bench/arithmetic.py and
bench/growth.py. The scene is random, its splats
about as large as those of a trained scene with as many. `--instruction-set` takes another than the processor's best.
"""

import argparse
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import torch
from torch import Tensor

from splats import build, native
from splats.losses import photometric_loss
from splats.rasterize import rasterize
from splats.threads import available_cores, set_thread_count

SIZES_PX = ((320, 240), (640, 480))
COUNTS = (10_000, 50_000, 100_000)
STAGES = ("forward", "loss", "backward", "optimiser")


@dataclass(frozen=True)
class Cost:
    """Milliseconds of a step; all but the last by the clock on the wall."""

    width: int
    height: int
    splats: int
    threads: int
    ms_forward: float
    ms_loss: float
    ms_backward: float
    ms_optimiser: float
    ms_step: float
    cpu_ms_step: float


def usual_sigma(count: int) -> float:
    """Of a splat at the scene's middle, as a part of the picture's width: `count` of them cover as much as others."""
    return 0.94 / math.sqrt(count)


@dataclass
class Step:
    """A random scene, spread evenly over the picture between 2 and 6 units away, and a random photo of it."""

    parameters: list[Tensor]
    viewmats: Tensor
    intrinsics: Tensor
    target: Tensor
    optimiser: torch.optim.Optimizer
    sh_degree: int
    image: Tensor | None = None
    loss: Tensor | None = None

    def forward(self) -> None:
        height, width, _ = self.target.shape
        means, quats, log_scales, logits, sh = self.parameters
        images, _, _ = rasterize(
            *(means, quats, log_scales.exp(), logits.sigmoid(), sh, self.viewmats, self.intrinsics),
            *(width, height),
            sh_degree=self.sh_degree,
        )
        self.image = images[0]

    def measure(self) -> None:
        assert self.image is not None
        self.loss = photometric_loss(self.image, self.target)

    def backward(self) -> None:
        assert self.loss is not None
        self.loss.backward()  # type: ignore[no-untyped-call]

    def move(self) -> None:
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)


def random_step(count: int, width: int, height: int, sh_degree: int = 1) -> Step:
    """Deterministic."""
    torch.manual_seed(0)
    focal_px = 0.8 * width
    depth = 2 + 4 * torch.rand(count)
    x = (torch.rand(count) - 0.5) * 1.1 * width / focal_px * depth
    y = (torch.rand(count) - 0.5) * 1.1 * height / focal_px * depth
    usual = usual_sigma(count) * width * 4 / focal_px
    values = [
        torch.stack([x, y, depth], 1),
        torch.randn(count, 4),
        math.log(usual) + 0.7 * torch.randn(count, 1) + 0.4 * torch.randn(count, 3),
        1.5 * torch.randn(count) - 0.5,
        0.2 * torch.randn(count, (sh_degree + 1) ** 2, 3),
    ]
    parameters = [value.contiguous().requires_grad_() for value in values]
    intrinsics = torch.tensor([[[focal_px, 0, width / 2], [0, focal_px, height / 2], [0, 0, 1]]])
    # a rate of zero: each step costs what the first does
    optimiser = torch.optim.Adam(parameters, lr=0.0, eps=1e-15, fused=True)
    photo = torch.rand(height, width, 3)
    return Step(parameters, torch.eye(4)[None], intrinsics, photo, optimiser, sh_degree)


def timed(stage: Callable[[], None]) -> float:
    """Milliseconds on the wall."""
    start = time.perf_counter()
    stage()
    return (time.perf_counter() - start) * 1e3


def cost(count: int, width: int, height: int, threads: int, repeats: int, sh_degree: int = 1) -> Cost:
    """The least of each stage over the repeats, after two that warm up."""
    set_thread_count(threads)
    torch.set_num_threads(1)  # torch's own threads wait by spinning, on cores that ours could use
    step = random_step(count, width, height, sh_degree)
    stages = (step.forward, step.measure, step.backward, step.move)
    best = [math.inf] * 6
    for i in range(repeats + 2):
        cpu = time.process_time()
        found = [timed(stage) for stage in stages]
        found += [sum(found), (time.process_time() - cpu) * 1e3]
        if i >= 2:
            best = [min(pair) for pair in zip(best, found, strict=True)]
    return Cost(width, height, count, threads, *(round(value, 2) for value in best))


def table(costs: list[Cost]) -> str:
    """As text for people."""
    lines = ["| picture | splats | threads | forward | loss | backward | optimiser | step | processor |"]
    lines.append("|---|---|---|---|---|---|---|---|---|")
    for c in costs:
        stages = f"{c.ms_forward} | {c.ms_loss} | {c.ms_backward} | {c.ms_optimiser} | {c.ms_step} | {c.cpu_ms_step}"
        lines.append(f"| {c.width} x {c.height} | {c.splats:,} | {c.threads} | {stages} |")
    return "\n".join(lines)


def main() -> None:
    """Prints a table, or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--threads", type=int, nargs="*", default=sorted({1, available_cores()}))
    parser.add_argument("--splats", type=int, nargs="*", default=list(COUNTS))
    parser.add_argument("--instruction-set", choices=build.INSTRUCTION_SETS[build.machine()])
    args = parser.parse_args()
    if args.instruction_set:
        library = native.load(build.library(args.instruction_set))
        native.kernel = lambda: library
    costs = [
        cost(count, width, height, threads, args.repeats)
        for width, height in SIZES_PX
        for count in args.splats
        for threads in args.threads
    ]
    print(json.dumps([asdict(c) for c in costs], indent=1) if args.json else table(costs))


if __name__ == "__main__":
    main()
