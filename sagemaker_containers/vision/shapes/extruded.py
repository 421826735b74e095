"""Boxy things: straight edges, flat faces. Seen from the front, the outline is pushed straight back; seen over an edge,
the two faces on either side of it turn away. Flat things are pushed back hardly at all."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from shapes.silhouette import THINNEST_CELLS, Flags, Floats, Silhouette

BEVEL = 0.02
"""Of the long side: how round edges are."""
DEPTH = 0.45
"""Of the outline's shorter side: how deep a thing is of which only the front is seen."""
THIN = 0.025
"""Of the outline's longer side: how deep a flat thing is."""
STRAIGHT = 0.01
"""Of the outline's length: how far it may stray from a straight edge."""
LONG_EDGE = 0.08
"""Of the outline's length: shorter edges are its roundings."""
BESIDE = 0.15
"""Of the width: where the lower edge is taken to end; corners may be round."""
FEWEST_COLUMNS = 12
"""Of an outline whose lower edge has a form."""
LEAST_STEEP, MOST_STEEP = 0.04, 1.2
"""Slopes that the lower edges of a box seen over its edge may have."""
EDGE_BETWEEN = (0.12, 0.88)
"""Where across the outline that edge may stand."""


@dataclass(frozen=True)
class Boxiness:
    """How straight an outline is: share of its length in long straight edges, what it and their polygon share.

    `rectangularity`: its share of the smallest rectangle around it; `sag`: how far the middle of its lower edge hangs
    below the edge's ends, over its width, as the rim of a round foot does.
    """

    straightness: float
    overlap: float
    corners: int
    rectangularity: float
    sag: float
    is_convex: bool


@dataclass(frozen=True)
class Footprint:
    """How deep a box is, across its outline: knots x (cells) with the front's and the back's z."""

    x: tuple[float, ...]
    front: tuple[float, ...]
    back: tuple[float, ...]
    is_turned: bool

    def on(self, own: Silhouette, other: Silhouette) -> "Footprint":
        """The same over another grid of the same mask, no thinner than that can hold."""
        times = own.cell_px / other.cell_px
        shift = (own.corner_px[0] - other.corner_px[0]) / other.cell_px
        x, front, back = (times * np.array(values) for values in (self.x, self.front, self.back))
        thicker = max(THINNEST_CELLS - float((front - back).max()) / 2, 0.0)
        return Footprint(
            tuple((x + shift).tolist()),
            tuple((front + thicker).tolist()),
            tuple((back - thicker).tolist()),
            self.is_turned,
        )


def boxiness(outline: Silhouette) -> Boxiness:
    """How much like a polygon of few long edges an outline is."""
    contour, polygon = _polygon(outline.inside)
    edges = np.linalg.norm(polygon - np.roll(polygon, 1, axis=0), axis=1)
    length = cv2.arcLength(contour, True)
    drawn = np.zeros(outline.inside.shape, np.uint8)
    cv2.fillPoly(drawn, [polygon.astype(np.int32)], 1)
    both, either = (drawn > 0) & outline.inside, (drawn > 0) | outline.inside
    long_edges = edges[edges > LONG_EDGE * length]
    (_, (width, height), _) = cv2.minAreaRect(contour)
    return Boxiness(
        straightness=float(long_edges.sum() / length),
        overlap=float(both.sum() / either.sum()),
        corners=len(polygon),
        rectangularity=float(cv2.contourArea(contour) / max(width * height, 1.0)),
        sag=_sag(outline.coverage),
        is_convex=bool(cv2.isContourConvex(cv2.approxPolyDP(contour, STRAIGHT * length, True))),
    )


def _sag(coverage: Floats) -> float:
    columns = np.flatnonzero((coverage > 0.5).any(0))
    bottoms = coverage.shape[0] - (coverage[::-1] > 0.5).argmax(0)[columns]
    if len(columns) < FEWEST_COLUMNS:
        return 0.0
    beside = max(1, round(BESIDE * len(columns)))
    ends = np.concatenate([bottoms[beside : beside + 2], bottoms[-beside - 2 : -beside]])
    middle = len(columns) // 2
    return float((bottoms[middle - 1 : middle + 2].mean() - ends.mean()) / len(columns))


def _polygon(inside: Flags) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """The largest part's contour, and the polygon that is nearly the same."""
    contours, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = np.asarray(max(contours, key=cv2.contourArea), np.int32)
    polygon = cv2.approxPolyDP(contour, STRAIGHT * cv2.arcLength(contour, True), True)
    return contour, polygon[:, 0].astype(np.float64)


def footprint(outline: Silhouette) -> Footprint:
    """Of a boxy outline: turned where its lower edges rise on both sides of a corner, else half as deep as wide."""
    columns = np.flatnonzero(outline.inside.any(0))
    left, right = float(columns[0]), float(columns[-1] + 1)
    seen_edge = _near_edge(outline.inside, left, right)
    if seen_edge:
        return _turned(left, right, *seen_edge)
    (_, (width, height), _) = cv2.minAreaRect(_polygon(outline.inside)[0])
    return _straight_back(left, right, DEPTH * min(width, height))


def plate(outline: Silhouette) -> Footprint:
    """Of a flat thing, whatever its outline."""
    columns = np.flatnonzero(outline.inside.any(0))
    return _straight_back(
        float(columns[0]), float(columns[-1] + 1), THIN * max(outline.rows, outline.columns)
    )


def _straight_back(left: float, right: float, depth: float) -> Footprint:
    half = max(depth / 2, THINNEST_CELLS)
    return Footprint((left, right), (half, half), (-half, -half), is_turned=False)


def _near_edge(inside: Flags, left: float, right: float) -> tuple[float, float] | None:
    """Where the box's near edge stands (x in cells) and the tangent of the turn, where the outline shows them.

    Of a box turned by t and looked at from an angle p above, the lower edges rise by tan(t) sin(p) to the left and
    sin(p) / tan(t) to the right (parallel projection).
    """
    _, polygon = _polygon(inside)
    lowest = int(polygon[:, 1].argmax())
    x, y = polygon[lowest]
    across = (x - left) / (right - left)
    if not EDGE_BETWEEN[0] < across < EDGE_BETWEEN[1]:
        return None
    one, other = polygon[lowest - 1], polygon[(lowest + 1) % len(polygon)]
    to_left, to_right = (one, other) if one[0] < other[0] else (other, one)
    slopes = (y - to_left[1]) / max(x - to_left[0], 1e-6), (y - to_right[1]) / max(to_right[0] - x, 1e-6)
    if not all(LEAST_STEEP < slope < MOST_STEEP for slope in slopes):
        return None
    return float(x), float(np.clip(np.sqrt(slopes[0] / slopes[1]), 0.4, 2.5))


def _turned(left: float, right: float, edge: float, tangent: float) -> Footprint:
    """A rectangle seen over a corner: the near corner at x = edge, the far one as far from the other side."""
    to_left, to_right = (edge - left) * tangent, (right - edge) / tangent
    far = left + right - edge
    knots = sorted({left, edge, far, right})
    front = np.interp(knots, (left, edge, right), (-to_left, 0.0, -to_right))
    back = np.interp(knots, (left, far, right), (-to_left, -to_left - to_right, -to_right))
    middle = (to_left + to_right) / 2
    return Footprint(
        tuple(knots), tuple((front + middle).tolist()), tuple((back + middle).tolist()), is_turned=True
    )


def extruded_field(outline: Silhouette, print_of: Footprint) -> Floats:
    """The field of the box, for `closed_surface`: distances to its faces, rounded where they meet."""
    columns = np.arange(outline.columns) + 0.5
    front, back = (np.interp(columns, print_of.x, depths) for depths in (print_of.front, print_of.back))
    half = int(np.ceil(max(front.max(), -back.min()))) + 3
    z = np.arange(-half, half + 1, dtype=np.float32)
    to_faces = np.minimum(front[:, None] - z, z - back[:, None]).astype(np.float32)
    bevel = max(THINNEST_CELLS / 2, BEVEL * max(outline.rows, outline.columns))
    short_of_side = bevel - signed_distance(outline)[:, :, None]
    short_of_face = bevel - to_faces[None]
    rounded = np.hypot(np.maximum(short_of_side, 0), np.maximum(short_of_face, 0))
    deep_inside = np.minimum(np.maximum(short_of_side, short_of_face), 0)
    return np.asarray(bevel - rounded - deep_inside, np.float32)


def signed_distance(outline: Silhouette) -> Floats:
    """Of every cell to the outline, positive inside, with the steps of cells smoothed away."""
    inside = outline.inside.astype(np.uint8)
    within, beyond = (
        cv2.distanceTransform(flags, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) for flags in (inside, 1 - inside)
    )
    return np.asarray(cv2.GaussianBlur(within - beyond, (0, 0), 0.8), np.float32)
