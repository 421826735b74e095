"""Which part of a model can be trusted: the images that hang together by enough points seen in common.

Where two parts of a model share few points, each may be right and yet stand anywhere beside the other: the mappers
join them all the same, the global one most of all. On spoilt copies of a film with known cameras
(`python -m bench.ladder`) every wrong model came apart at such a place; what was left was right in three of four.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from poses.mapping import Mapped

LEAST_SHARED = 30
"""Points that two images must have in common to hold each other: as many as COLMAP asks of a new image."""
LONGEST_TRACK = 40
"""Of a point seen by more images, so many are counted: they hold together many times over."""


def trusted(mapped: Mapped, least_shared: int = LEAST_SHARED) -> Mapped:
    """The model without images that are not held, directly or by others, to the most that hang together."""
    model = mapped.model
    ids = sorted(model.reg_image_ids())
    index = {image: number for number, image in enumerate(ids)}
    tracks = (
        [index[element.image_id] for element in point.track.elements if element.image_id in index]
        for point in model.points3D.values()
    )
    held = largest_part(shared_points(tracks, len(ids)) >= least_shared)
    for number, image in enumerate(ids):
        if number not in held:
            model.deregister_frame(model.image(image).frame_id)
    return mapped


def shared_points(tracks: Iterable[Iterable[int]], count: int) -> NDArray[np.int64]:
    """How many points two of `count` images have in common, shape (count, count), by lists of who sees a point."""
    by_length: dict[int, list[list[int]]] = defaultdict(list)
    for track in tracks:
        images = sorted(set(track))[:LONGEST_TRACK]
        by_length[len(images)].append(images)
    shared = np.zeros(count * count, np.int64)
    for length, alike in by_length.items():
        seen = np.array(alike, np.int64).reshape(len(alike), length)
        one, other = np.triu_indices(length, 1)
        shared += np.bincount((seen[:, one] * count + seen[:, other]).ravel(), minlength=count * count)
    square = shared.reshape(count, count)
    return square + square.T


def largest_part(linked: NDArray[np.bool_]) -> set[int]:
    """The most numbers that hang together in a symmetric (n, n) table of who is linked with whom."""
    left = set(range(len(linked)))
    largest: set[int] = set()
    while left:
        part, edge = set[int](), {min(left)}
        while edge:
            part |= edge
            edge = set(np.flatnonzero(linked[sorted(edge)].any(axis=0)).tolist()) - part
        left -= part
        largest = max(largest, part, key=len)
    return largest if len(largest) > 1 else set()
