"""Learns how likely regions are what a gesture meant, on generated photos: `python -m masks.learning [--photos 160]`.

It writes kernel/weights.h. A robot clicks objects whose masks are known (the middle of the largest error); at each
click every proposal's overlap with the truth is noted. Weights make the expected overlap large, where a proposal's
likelihood is the softmax of its weighted features. A second round clicks with the weights of the first, so that they
are learnt on the masks that they lead to.
"""

import argparse
import ctypes
from collections.abc import Iterator, Sequence
from ctypes import POINTER, byref, c_float, c_int32, c_uint8, c_void_p
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from clicknet.scenes import Workshop
from diorama.objects.cutouts import Click
from masks import native
from masks.robot import Mask, box_of, mask_of, next_click
from masks.segmenter import Segmenter

WEIGHTS = native.KERNEL.sources / "weights.h"
KINDS = ("FIRST_CLICK", "ADDING_CLICK", "REMOVING_CLICK", "BOX")
FIRST, ADDING, REMOVING, BOX = range(4)
CLICKS = 10
ROUNDS = 2
SIDE_PX = 400
HEIGHTS_PX = (400, 300, 266)
OBJECT_SHARES = (0.005, 0.7)  # of the photo
STEPS = 400
DECAY = 6e-3

Floats = NDArray[np.float32]


class Lesson(NamedTuple):
    """One gesture: its kind, its proposals' features (proposals, features), and the overlap each would lead to."""

    kind: int
    features: Floats
    overlaps: Floats


def photos(count: int, rng: np.random.Generator) -> Iterator[tuple[NDArray[np.uint8], Mask]]:
    """Generated photos, each with the mask of one of its things."""
    workshop = Workshop(SIDE_PX, rng, surfaces=60)
    made = 0
    while made < count:
        scene = workshop.scene()
        height = int(rng.choice(HEIGHTS_PX))
        rows = slice((SIDE_PX - height) // 2, (SIDE_PX + height) // 2)
        labels = scene.labels[rows]
        things = [thing for thing in np.unique(labels) if thing and _is_fit(labels == thing)]
        if things:
            made += 1
            yield np.ascontiguousarray(scene.photo[rows]), labels == rng.choice(things)


def _is_fit(mask: Mask) -> bool:
    return bool(OBJECT_SHARES[0] < mask.mean() < OBJECT_SHARES[1])


class Pupil:
    """A photo, its truth, and what the kernel made of the last gesture."""

    def __init__(self, photo: NDArray[np.uint8], truth: Mask) -> None:
        self.truth = truth
        self.segmenter = Segmenter(photo)
        self._kernel = _with_types(native.kernel())
        self._masks = self.segmenter.handle
        self._count = self._kernel.masks_superpixel_count(self._masks)
        first = self.segmenter.segment([])
        labels = self._kernel.masks_superpixels(self._masks)
        self._labels = np.ctypeslib.as_array(labels, first.shape).copy().ravel()
        self._area = np.bincount(self._labels, minlength=self._count).astype(np.float32)
        small = cv2.resize(truth.astype(np.float32), first.shape[::-1], interpolation=cv2.INTER_AREA)
        self._true_area = np.bincount(self._labels, small.ravel(), self._count).astype(np.float32)

    def lesson(self, kind: int) -> Lesson | None:
        """Of the gesture that was answered last; None where it could mean nothing."""
        features, regions = self._proposals()
        if not features:
            return None
        before = np.ctypeslib.as_array(self._kernel.masks_before(self._masks), (self._count,)).astype(bool)
        meant = np.stack(regions).astype(bool)
        led_to = (before & ~meant if kind == REMOVING else before | meant).astype(np.float32)
        both = led_to @ self._true_area
        return Lesson(kind, np.stack(features), both / (led_to @ self._area + self._true_area.sum() - both))

    def _proposals(self) -> tuple[list[Floats], list[NDArray[np.uint8]]]:
        size = self._kernel.masks_feature_count()
        features, region = POINTER(c_float)(), POINTER(c_uint8)()
        found: tuple[list[Floats], list[NDArray[np.uint8]]] = [], []
        while self._kernel.masks_proposal(self._masks, len(found[0]), byref(features), byref(region)):
            found[0].append(np.ctypeslib.as_array(features, (size,)).copy())
            found[1].append(np.ctypeslib.as_array(region, (self._count,)).copy())
        return found


def _with_types(kernel: ctypes.CDLL) -> ctypes.CDLL:
    kernel.masks_weights.restype = POINTER(c_float)
    kernel.masks_superpixel_count.argtypes = [c_void_p]
    kernel.masks_superpixels.argtypes = [c_void_p]
    kernel.masks_superpixels.restype = POINTER(c_int32)
    kernel.masks_before.argtypes = [c_void_p]
    kernel.masks_before.restype = POINTER(c_uint8)
    kernel.masks_proposal.argtypes = [c_void_p, c_int32, c_void_p, c_void_p]
    return kernel


def lessons_of(pupil: Pupil) -> Iterator[Lesson]:
    """The robot's clicks on one object, and a box about it."""
    said = np.zeros_like(pupil.truth)
    clicks: list[Click] = []
    for _ in range(CLICKS):
        click = next_click(said, pupil.truth)
        if click is None:
            break
        clicks.append(click)
        said = mask_of(pupil.segmenter.segment(clicks), pupil.truth)
        lesson = pupil.lesson(FIRST if len(clicks) == 1 else ADDING if click.adds else REMOVING)
        if lesson is not None:
            yield lesson
    pupil.segmenter.segment([], box_of(pupil.truth))
    lesson = pupil.lesson(BOX)
    if lesson is not None:
        yield lesson


def weights_for(lessons: Sequence[Lesson]) -> Floats:
    """(features): those that make the expected overlap of one kind's lessons largest, and are small."""
    most = max(len(lesson.overlaps) for lesson in lessons)
    size = lessons[0].features.shape[1]
    features, overlaps = torch.zeros(len(lessons), most, size), torch.zeros(len(lessons), most)
    absent = torch.full((len(lessons), most), -1e9)
    for index, lesson in enumerate(lessons):
        count = len(lesson.overlaps)
        features[index, :count] = torch.from_numpy(lesson.features)
        overlaps[index, :count] = torch.from_numpy(lesson.overlaps)
        absent[index, :count] = 0
    weights = torch.zeros(size, requires_grad=True)
    optimizer = torch.optim.Adam([weights], 0.1)
    for _ in range(STEPS):
        likelihood = torch.softmax(features @ weights + absent, dim=1)
        loss = DECAY * (weights**2).mean() - (likelihood * overlaps).sum(dim=1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return weights.detach().numpy()


def take(weights: Floats) -> None:
    """From now on the kernel of this process weighs so; `weights` is (kinds, features)."""
    held = np.ctypeslib.as_array(_with_types(native.kernel()).masks_weights(), weights.shape)
    held[:] = weights


def write(weights: Floats, path: Path) -> None:
    """The header that the kernel is compiled with."""
    rows = [", ".join(f"{value:.4f}f" for value in row) for row in weights]
    body = "".join(f"    {{{row}}},  // {kind}\n" for row, kind in zip(rows, KINDS, strict=True))
    path.write_text(
        "// Learnt on generated photos by `python -m masks.learning`; merits.c says what each number is for.\n"
        '#pragma once\n#include "choice.h"\n\n'
        f"static float WEIGHTS[KINDS][FEATURES] = {{\n{body}}};\n",
        encoding="utf-8",
    )


def main() -> None:
    """Clicks, learns, clicks again, learns again, and writes."""
    parser = argparse.ArgumentParser(description="Learns the weights of the kernel of masks.")
    parser.add_argument("--photos", type=int, default=160)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    made = list(photos(args.photos, np.random.default_rng(args.seed)))
    lessons: list[Lesson] = []
    for _ in range(ROUNDS):
        lessons += [lesson for photo, truth in made for lesson in lessons_of(Pupil(photo, truth))]
        of_kinds = [[lesson for lesson in lessons if lesson.kind == kind] for kind in range(len(KINDS))]
        take(np.stack([weights_for(found) for found in of_kinds]))
    kernel = _with_types(native.kernel())
    learnt = np.ctypeslib.as_array(kernel.masks_weights(), (len(KINDS), kernel.masks_feature_count()))
    write(learnt, WEIGHTS)


if __name__ == "__main__":
    main()
