"""Trains the click network on generated photos: `python -m clicknet.train --weights weights.pt`.

With `--boxes`, the network for boxes without clicks: it goes on from weights.onnx.

Everything follows from the seed: the photos, who clicks where, and the order of the steps.
"""

import argparse
import copy
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from clicknet import episodes
from clicknet.box_episodes import Boxes
from clicknet.episodes import Episode, Grid, Probability, seen
from clicknet.network import GRAIN_PX, Network
from clicknet.restored import restored
from clicknet.scenes import Scene, Workshop

WEIGHTS = Path(__file__).parent / "weights.onnx"
CLICK_STEPS, BOX_STEPS = 7500, 2200
BOX_SCENES = 240
"""To begin with: it has learnt from others before."""

_SCENES_A_WORKSHOP = 300
_WARM_UP_STEPS = 200
_AVERAGED_OVER_STEPS = 300
_FOCUS = 1.5


@dataclass(frozen=True)
class Lessons:
    """What a network is asked."""

    begun: Callable[[Sequence[Scene], np.random.Generator], Episode]
    answered: Callable[[Episode, Probability, np.random.Generator], bool]
    scene_side_px: int
    window_range: float
    """By how much a window's sides differ from the plan's, at most; 0: they never do."""
    greatest_rate: float = 2e-3
    begins_with: Path | None = None
    """Weights of a network that knows something already (ONNX)."""


CLICKS = Lessons(episodes.begun, episodes.answered, scene_side_px=256, window_range=0)


def of_boxes() -> Lessons:
    """For the network that answers boxes alone: larger scenes, and windows of many sizes and forms."""
    boxes = Boxes()
    return Lessons(
        boxes.begun,
        boxes.answered,
        scene_side_px=320,
        window_range=0.34,
        greatest_rate=1e-3,
        begins_with=WEIGHTS,
    )


@dataclass(frozen=True)
class Plan:
    """How long and on what to train."""

    steps: int
    lessons: Lessons = CLICKS
    scenes: int = 600
    """To begin with."""
    scene_every_steps: int = 8
    batch: int = 8
    window_px: int = 144
    seed: int = 1


@dataclass(frozen=True)
class Progress:
    """Means over the steps since the last one."""

    step: int
    loss: float
    iou: float
    seconds: float


def generated(seed: int, side_px: int) -> Iterator[Scene]:
    """Scenes without end; surfaces are made anew every few hundred."""
    rng = np.random.default_rng(seed)
    while True:
        workshop = Workshop(side_px, rng)
        for _ in range(_SCENES_A_WORKSHOP):
            yield workshop.scene()


def trained(plan: Plan, told_every: int = 100) -> Iterator[tuple[Network, Progress]]:
    """The averaged network and how it goes, every so many steps."""
    torch.manual_seed(plan.seed)
    rng, more = np.random.default_rng(plan.seed + 1), generated(plan.seed, plan.lessons.scene_side_px)
    scenes = list(islice(more, plan.scenes))
    asked = [plan.lessons.begun(scenes, rng) for _ in range(plan.batch)]
    network = _beginner(plan, asked)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # torch's stubs lack it
    average = copy.deepcopy(network).eval()
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=1e-3)
    began, losses, ious = time.process_time(), [], []
    for step in range(1, plan.steps + 1):
        if step % plan.scene_every_steps == 0:
            scenes.append(next(more))
        for group in optimizer.param_groups:
            group["lr"] = plan.lessons.greatest_rate * _share_of_rate(step, plan.steps)
        loss, iou = _step(network, optimizer, asked, scenes, plan, rng)
        _averaged(average, network, min(step / 10, _AVERAGED_OVER_STEPS))
        losses.append(loss)
        ious.append(iou)
        if step % told_every == 0 or step == plan.steps:
            seconds = time.process_time() - began
            yield average, Progress(step, float(np.mean(losses)), float(np.mean(ious)), seconds)
            losses, ious = [], []


def _beginner(plan: Plan, asked: list[Episode]) -> Network:
    """A network that knows nothing, or one that goes on learning."""
    if plan.lessons.begins_with is None:
        return Network()
    maps = np.stack([seen(episode, (plan.window_px, plan.window_px))[0] for episode in asked])
    return restored(plan.lessons.begins_with, torch.from_numpy(maps))


def _step(
    network: Network,
    optimizer: torch.optim.Optimizer,
    asked: list[Episode],
    scenes: list[Scene],
    plan: Plan,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """One step; every episode gets its answer and its next click, or makes room for a new one."""
    grid = _grid(plan, rng)
    views = [seen(episode, grid) for episode in asked]
    evidence = torch.from_numpy(np.stack([maps for maps, _ in views])).to(memory_format=torch.channels_last)
    truth = torch.from_numpy(np.stack([inside for _, inside in views]))[:, None]
    network.train()
    logits = network(evidence)
    loss = objective(logits, functional.avg_pool2d(truth, 2))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    answers = torch.sigmoid(functional.interpolate(logits.detach(), scale_factor=2.0, mode="bilinear"))
    for place, answer in enumerate(answers[:, 0].numpy()):
        if not plan.lessons.answered(asked[place], answer, rng):
            asked[place] = plan.lessons.begun(scenes, rng)
    return loss.item(), _iou(answers > 0.5, truth > 0.5)


def _grid(plan: Plan, rng: np.random.Generator) -> Grid:
    """The cells that all windows of a step are seen in."""
    usual = plan.window_px // GRAIN_PX
    most = int(usual * plan.lessons.window_range)
    if not most:
        return plan.window_px, plan.window_px
    rows, columns = usual + rng.integers(-most, most + 1, 2)
    return int(rows) * GRAIN_PX, int(columns) * GRAIN_PX


def objective(logits: Tensor, truth: Tensor) -> Tensor:
    """Normalised focal loss (Sofiiuk et al., 2019: weights sum to one in each picture) and Dice loss, their mean."""
    probability = torch.sigmoid(logits)
    entropy = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    wrongness = (probability - truth).abs().detach() ** _FOCUS + 1e-4
    focal = (wrongness * entropy).sum((1, 2, 3)) / wrongness.sum((1, 2, 3)) + entropy.mean((1, 2, 3))
    overlap, total = (probability * truth).sum((1, 2, 3)), (probability + truth).sum((1, 2, 3))
    dice = 1 - (2 * overlap + 1) / (total + 1)
    return (0.5 * focal + dice).mean()


def _iou(answers: Tensor, truth: Tensor) -> float:
    both, either = (answers & truth).sum((1, 2, 3)), (answers | truth).sum((1, 2, 3))
    return float(((both + 1) / (either + 1)).mean())


def _share_of_rate(step: int, steps: int) -> float:
    """Of the greatest rate: rises over the first steps, falls as half a cosine to almost nothing."""
    return float(min(1, step / _WARM_UP_STEPS) * (0.51 + 0.49 * np.cos(np.pi * step / steps)))


@torch.no_grad()
def _averaged(average: Network, network: Network, over_steps: float) -> None:
    """Move the average towards the network as it is now."""
    for mean, now in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.lerp_(now, 1 / max(1, over_steps))
        else:
            mean.copy_(now)


def main(arguments: list[str]) -> None:
    """Train and write the weights, and a line of JSON every hundred steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, help=f"as the weights had: {CLICK_STEPS}, of boxes {BOX_STEPS}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--boxes", action="store_true", help="for boxes alone, without clicks")
    parser.add_argument("--weights", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    if chosen.boxes:
        plan = Plan(chosen.steps or BOX_STEPS, of_boxes(), scenes=BOX_SCENES, seed=chosen.seed)
    else:
        plan = Plan(chosen.steps or CLICK_STEPS, seed=chosen.seed)
    for network, progress in trained(plan):
        torch.save(network.state_dict(), chosen.weights)
        sys.stdout.write(json.dumps(vars(progress)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
