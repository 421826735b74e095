"""Which shape a cut-out gets: turned, boxy, or a cushion; flat only where one asks for it, as a box seen from the front
looks the same. The rules are few and careful, since a cushion is never quite wrong."""

from dataclasses import dataclass

from diorama.objects.stages import Shape
from shapes.extruded import Boxiness, boxiness
from shapes.lathe import Turned, taken_apart
from shapes.silhouette import Silhouette
from shapes.symmetry import best_mirror

STRAIGHT_ENOUGH, POLYGON_OVERLAP, MOST_CORNERS = 0.8, 0.93, 8
RECTANGULAR, HANGING = 0.92, 0.015
SYMMETRIC_ENOUGH, FULL_ENOUGH, MOST_HANDLES, WITH_HANDLES = 0.94, 0.98, 0.25, 0.78
"""Of the body alone, of its rows, of handles; and of the whole outline, handles included."""


@dataclass(frozen=True, eq=False)
class Choice:
    """A shape, and why, as a sentence for the report."""

    shape: Shape
    why: str


def choose(outline: Silhouette, wanted: Shape | None) -> Choice:
    """What the outline speaks for, or what was asked for."""
    if wanted:
        return Choice(wanted, "It was asked for.")
    turned = taken_apart(outline, best_mirror(outline.coverage))
    box = boxiness(outline)
    if _is_boxy(box) and (box.is_convex or not _is_turned(turned)):
        why = f"Its outline has straight edges: {box.straightness:.0%} of it, {box.corners} corners."
        return Choice("extruded", why)
    if _is_turned(turned):
        handles = " and a handle" if turned.handles.any() else ""
        why = f"Its outline is {turned.overlap:.0%} its own mirror image, without gaps{handles}."
        return Choice("lathe", why)
    why = f"Its outline is neither straight ({box.straightness:.0%}) nor symmetric ({turned.overlap:.0%})."
    return Choice("inflated", why)


def _is_boxy(box: Boxiness) -> bool:
    """A can is as rectangular as a box, but its foot is round."""
    if abs(box.sag) > HANGING and box.corners > 4 and box.rectangularity > RECTANGULAR:
        return False
    straight = box.straightness >= STRAIGHT_ENOUGH and box.corners <= MOST_CORNERS
    return (straight and box.overlap >= POLYGON_OVERLAP) or box.rectangularity >= RECTANGULAR


def _is_turned(turned: Turned) -> bool:
    return (
        turned.overlap >= SYMMETRIC_ENOUGH
        and turned.mirror.overlap >= WITH_HANDLES
        and turned.fullness >= FULL_ENOUGH
        and turned.handle_share <= MOST_HANDLES
    )
