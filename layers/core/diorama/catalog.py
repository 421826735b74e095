"""All stages by name."""

from diorama.errors import NotFound
from diorama.objects.stages import STAGES as OBJECTS
from diorama.stage import Stage
from diorama.tours.stages import INSPECT_CAPTURE
from diorama.tours.stages import STAGES as TOURS

STAGES: dict[str, Stage] = {stage.name: stage for stage in (INSPECT_CAPTURE, *TOURS, *OBJECTS)}


def stage_named(name: str) -> Stage:
    """The stage of that name. Raises `NotFound`."""
    try:
        return STAGES[name]
    except KeyError:
        known = ", ".join(sorted(STAGES))
        raise NotFound(f"There is no stage '{name}'.", f"Known stages: {known}.") from None
