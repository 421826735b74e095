"""Whether an exported decoder answers as transformers' own model does, on random prompts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor

from encoders.kinds import Kind

Floats = NDArray[np.float32]
MOST_PIXELS_THAT_DIFFER = 0.005
MOST_SCORE_ERROR = 0.01
TIED_SCORES = 0.005
"""Masks whose scores are nearer than this are equally good: which is taken may differ by rounding."""


@dataclass(frozen=True)
class Prompt:
    """Points (N, 2) in the model's square, a pixel's middle at .5; their labels; a box; an earlier mask's logits."""

    points: Floats
    labels: NDArray[np.int32]
    box: Floats | None = None
    earlier: Floats | None = None


@dataclass(frozen=True)
class Difference:
    """The worst over all prompts."""

    pixels: float
    score: float

    @property
    def is_small(self) -> bool:
        return self.pixels <= MOST_PIXELS_THAT_DIFFER and self.score <= MOST_SCORE_ERROR


def random_prompts(side_px: int, mask_px: int, seed: int = 0) -> Iterator[Prompt]:
    """Single clicks, several, boxes alone and with clicks, and clicks upon an earlier mask."""
    random = np.random.default_rng(seed)
    for clicks, has_box, has_mask in (
        (1, 0, 0),
        (1, 0, 0),
        (3, 0, 0),
        (9, 0, 0),
        (0, 1, 0),
        (2, 1, 0),
        (2, 0, 1),
    ):
        corners = np.sort(random.uniform(0, side_px, (2, 2)), axis=0)
        yield Prompt(
            random.uniform(0, side_px, (clicks, 2)).astype(np.float32),
            random.integers(0, 2, clicks).astype(np.int32),
            corners.astype(np.float32) if has_box else None,
            random.normal(0, 4, (mask_px, mask_px)).astype(np.float32) if has_mask else None,
        )


def feed_of(prompt: Prompt, kind: Kind, mask_px: int) -> dict[str, NDArray[Any]]:
    """The prompt as the decoder takes it, its last point included where the model wants one."""
    corners = np.zeros((0, 2), np.float32) if prompt.box is None else prompt.box
    ends = 0 if kind.name == "sam1" and prompt.box is not None else 1
    points = np.concatenate([prompt.points, corners, np.zeros((ends, 2), np.float32)])
    labels = np.concatenate([prompt.labels, [2, 3][: len(corners)], [-1] * ends])
    earlier = np.zeros((mask_px, mask_px), np.float32) if prompt.earlier is None else prompt.earlier
    return {
        "point_coords": points[None].astype(np.float32),
        "point_labels": labels[None].astype(np.int32),
        "mask_input": earlier[None, None],
        "has_mask_input": np.array([prompt.earlier is not None], np.float32),
    }


@torch.inference_mode()
def expected(model: Any, embedding: dict[str, Tensor], prompt: Prompt) -> list[tuple[Floats, float]]:
    """Masks that transformers' model gives, with their scores: one, or those that are equally good."""
    is_ambiguous = len(prompt.points) == 1 and prompt.box is None and prompt.earlier is None
    arrays = list(embedding.values())[::-1]
    # transformers counts from a pixel's corner and adds the half itself
    points, labels = torch.from_numpy(prompt.points - 0.5), torch.from_numpy(prompt.labels).long()
    answer = model(
        image_embeddings=arrays[0] if len(arrays) == 1 else arrays,
        input_points=points[None, None] if len(points) else None,
        input_labels=labels[None, None] if len(points) else None,
        input_boxes=None if prompt.box is None else torch.from_numpy(prompt.box - 0.5).reshape(1, 1, 4),
        input_masks=None if prompt.earlier is None else torch.from_numpy(prompt.earlier)[None, None],
        multimask_output=is_ambiguous,
    )
    scores = answer.iou_scores[0, 0].numpy()
    masks = answer.pred_masks[0, 0].numpy()
    return [(masks[n], float(score)) for n, score in enumerate(scores) if score >= scores.max() - TIED_SCORES]


def compare(decoder: Path, model: Any, kind: Kind, embedding: dict[str, Tensor], side_px: int) -> Difference:
    """How far the exported decoder's answers are from the model's (on the CPU, in fp32)."""
    session = onnxruntime.InferenceSession(decoder, providers=["CPUExecutionProvider"])
    mask_px = 4 * embedding["image"].shape[-1]
    arrays = {name: array.numpy() for name, array in embedding.items()}
    found = []
    for prompt in random_prompts(side_px, mask_px):
        mask, score = session.run(["mask", "iou"], {**arrays, **feed_of(prompt, kind, mask_px)})
        found.append(
            min(
                (float(np.mean((mask[0, 0] > 0) != (right > 0))), abs(float(score[0, 0]) - right_score))
                for right, right_score in expected(model, embedding, prompt)
            )
        )
    return Difference(max(pixels for pixels, _ in found), max(score for _, score in found))
