"""Everything there is to see."""

from examples.furnished_flat.garden import garden
from examples.furnished_flat.kitchen import dining, kitchen_line
from examples.furnished_flat.living_room import living_room, on_living_walls
from examples.furnished_flat.patches import Patch, Pile
from examples.furnished_flat.plan import KITCHEN, LIVING, floors_and_ceilings


def furnished_flat() -> list[Patch]:
    """Everything there is to see."""
    pile = Pile()
    for wall in (*LIVING.values(), *KITCHEN.values()):
        pile.add(wall.patches())
    pile.add(floors_and_ceilings(), living_room(), on_living_walls(), kitchen_line(), dining(), garden())
    return pile.patches
