"""Trains the click network on generated photos: `python -m clicknet.train --weights weights.pt`.

Everything follows from the seed: the photos, who clicks where, and the order of the steps.
"""

import argparse
import copy
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from clicknet.episodes import Episode, answered, begun, seen
from clicknet.network import Network
from clicknet.scenes import Scene, Workshop

SCENE_SIDE_PX = 256
_SCENES_A_WORKSHOP = 300
_WARM_UP_STEPS = 200
_GREATEST_RATE = 2e-3
_AVERAGED_OVER_STEPS = 300
_FOCUS = 1.5


@dataclass(frozen=True)
class Plan:
    """How long and on what to train."""

    steps: int
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


def generated(seed: int) -> Iterator[Scene]:
    """Scenes without end; surfaces are made anew every few hundred."""
    rng = np.random.default_rng(seed)
    while True:
        workshop = Workshop(SCENE_SIDE_PX, rng)
        for _ in range(_SCENES_A_WORKSHOP):
            yield workshop.scene()


def trained(plan: Plan, told_every: int = 100) -> Iterator[tuple[Network, Progress]]:
    """The averaged network and how it goes, every so many steps."""
    torch.manual_seed(plan.seed)
    rng, more = np.random.default_rng(plan.seed + 1), generated(plan.seed)
    scenes = list(islice(more, plan.scenes))
    network = Network()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # torch's stubs lack it
    average = copy.deepcopy(network).eval()
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=1e-3)
    episodes = [begun(scenes, rng) for _ in range(plan.batch)]
    began, losses, ious = time.process_time(), [], []
    for step in range(1, plan.steps + 1):
        if step % plan.scene_every_steps == 0:
            scenes.append(next(more))
        for group in optimizer.param_groups:
            group["lr"] = _rate(step, plan.steps)
        loss, iou = _step(network, optimizer, episodes, scenes, plan, rng)
        _averaged(average, network, min(step / 10, _AVERAGED_OVER_STEPS))
        losses.append(loss)
        ious.append(iou)
        if step % told_every == 0 or step == plan.steps:
            seconds = time.process_time() - began
            yield average, Progress(step, float(np.mean(losses)), float(np.mean(ious)), seconds)
            losses, ious = [], []


def _step(
    network: Network,
    optimizer: torch.optim.Optimizer,
    episodes: list[Episode],
    scenes: list[Scene],
    plan: Plan,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """One step; every episode gets its answer and its next click, or makes room for a new one."""
    views = [seen(episode, plan.window_px) for episode in episodes]
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
        if not answered(episodes[place], answer, rng):
            episodes[place] = begun(scenes, rng)
    return loss.item(), _iou(answers > 0.5, truth > 0.5)


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


def _rate(step: int, steps: int) -> float:
    """Rises over the first steps, falls as half a cosine to almost nothing."""
    return float(
        _GREATEST_RATE * min(1, step / _WARM_UP_STEPS) * (0.51 + 0.49 * np.cos(np.pi * step / steps))
    )


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
    parser.add_argument("--steps", type=int, default=7500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weights", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    plan = Plan(chosen.steps, seed=chosen.seed)
    for network, progress in trained(plan):
        torch.save(network.state_dict(), chosen.weights)
        sys.stdout.write(json.dumps(vars(progress)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
