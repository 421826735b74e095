"""How many frames will get a pose: those that hang together by links which are strong enough.

Which strength is enough is not known exactly, so that the share is the mean over a range of thresholds, and the
least and the largest over the range say how sure it is. The range was fitted on two clips and their spoilt copies
(`python -m bench.outlooks`) and is judged on others (`python -m bench.capture`).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from inspection.links import Link

THRESHOLDS = (11, 15, 20, 27, 36)
"""Shared points that make a link, of up to 600 a look."""


@dataclass(frozen=True)
class Outlook:
    """`share` of the frames that will be placed, between `low` and `high`; `chances` by frame."""

    share: float
    low: float
    high: float
    chances: dict[int, float]


def outlook(frames: Sequence[int], found: Iterable[Link], thresholds: Sequence[int] = THRESHOLDS) -> Outlook:
    """The outlook for `frames`, which are indices of looks."""
    if not frames:
        return Outlook(0.0, 0.0, 0.0, {})
    usable = [link for link in found if {link.first, link.second} <= set(frames)]
    groups = [largest_group(frames, usable, threshold) for threshold in thresholds]
    shares = [len(group) / len(frames) for group in groups]
    chances = {frame: float(np.mean([frame in group for group in groups])) for frame in frames}
    return Outlook(float(np.mean(shares)), min(shares), max(shares), chances)


def largest_group(frames: Collection[int], found: Iterable[Link], threshold: int) -> set[int]:
    """The most frames that hang together; one alone is none."""
    group = {frame: {frame} for frame in frames}
    for link in found:
        one, other = group[link.first], group[link.second]
        if link.inliers >= threshold and one is not other:
            small, large = sorted((one, other), key=len)
            large |= small
            for frame in small:
                group[frame] = large
    largest = max(group.values(), key=len)
    return set(largest) if len(largest) > 1 else set()
