"""How much work a stage is going to be: steps of natural units, said by its product before anything runs."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

Kind = Literal["cpu", "gpu"]
"""What a machine works with, whatever the stage would like best."""


class Step(NamedTuple):
    """A part of a stage. `units`: how much of what it works on; its seconds are about `fixed_s` + `unit_s` x units.

    `fixed_s` and `unit_s` were measured once, on one machine; others are learnt from their own jobs. `name` is the
    report's, in its `seconds`. The stage is at `until_percent` when the step ends; steps that end together go
    on together. `is_paced`: seconds by the clock, as asked for, which no machine does faster.
    """

    name: str
    units: float
    fixed_s: float
    unit_s: float
    until_percent: float
    is_paced: bool = False


class Outlook(NamedTuple):
    """What a stage is going to do, and as much of its report as those after it need to know."""

    steps: tuple[Step, ...]
    report: dict[str, Any]


Reports = Mapping[str, Mapping[str, Any]]
"""Reports by stage, real ones where there are some, else of an outlook; `INPUT` is what was found in the input."""

INPUT = "input"
BESIDE = "beside"
"""The step that no report names: the start of a stage's program, fetching and storing."""

EffortOf = Callable[[Mapping[str, Any], Reports, Kind], Outlook]
"""`(params, reports, kind)`: a stage's outlook."""


def beside(seconds: float) -> Step:
    """The time before a stage's first word."""
    return Step(BESIDE, 1, 0, seconds, 0)
