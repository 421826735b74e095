"""How long work takes, learnt from work that was done: least squares over its natural units, held by a prior.

A step's seconds are a + b x units. Before anything was done the prior says a and b. Each measurement first tells how
fast this machine is (the mean ratio to the prior), then bends the line: the sum of squared relative errors is least,
with the prior at that speed as one more measurement of each of a and b. Newer measurements weigh more.
"""

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import NamedTuple

from diorama.effort import Step

PRIOR_SPREAD = 0.5
"""Where nothing was measured on this machine: it may be this much slower, or so much faster that it evens out."""
USUAL_SPREAD = 0.15
"""How far the same work differs from time to time, as a share, before enough was measured to tell."""
PRIOR_ERROR = 0.4
"""How far the shape of the prior may be off, as a share."""
FADING = 0.9
"""What a measurement weighs of the one after it."""
LEAST_S = 0.5
"""Errors below this matter to nobody."""
FASTEST, SLOWEST = 0.02, 50.0


class Measured(NamedTuple):
    """A step that was done: how many units in how many seconds."""

    units: float
    seconds: float


class Seconds(NamedTuple):
    """How long something is going to take, and by which share that may be off."""

    expected: float
    spread: float


class Line(NamedTuple):
    """Seconds as fixed + unit x units."""

    fixed_s: float
    unit_s: float

    def at(self, units: float) -> float:
        return self.fixed_s + self.unit_s * units


def speed(step: Step, done: Sequence[Measured]) -> float | None:
    """How many times as long as the prior says this machine takes; None where nothing was measured."""
    prior = Line(step.fixed_s, step.unit_s)
    weights = _weights(done)
    if not done:
        return None
    mean = sum(
        weight * log((one.seconds + LEAST_S) / (prior.at(one.units) + LEAST_S))
        for weight, one in zip(weights, done, strict=True)
    ) / sum(weights)
    return min(SLOWEST, max(FASTEST, exp(mean)))


def fit(step: Step, done: Sequence[Measured], of_machine: float = 1.0) -> Line:
    """The line through what was measured; where that is nothing, the prior at the machine's speed elsewhere."""
    own = speed(step, done)
    if own is None:
        own = 1.0 if step.is_paced else of_machine
    prior = Line(own * step.fixed_s, own * step.unit_s)
    weighed = [
        (weight / (USUAL_SPREAD * (prior.at(one.units) + LEAST_S)) ** 2, one)
        for weight, one in zip(_weights(done), done, strict=True)
    ]
    fixed_weight = 1 / (PRIOR_ERROR * prior.fixed_s + 1e-3) ** 2
    unit_weight = 1 / (PRIOR_ERROR * prior.unit_s + 1e-9) ** 2
    aa = fixed_weight + sum(weight for weight, _ in weighed)
    ab = sum(weight * one.units for weight, one in weighed)
    bb = unit_weight + sum(weight * one.units**2 for weight, one in weighed)
    ay = fixed_weight * prior.fixed_s + sum(weight * one.seconds for weight, one in weighed)
    by = unit_weight * prior.unit_s + sum(weight * one.units * one.seconds for weight, one in weighed)
    return _positive(aa, ab, bb, ay, by)


def _positive(aa: float, ab: float, bb: float, ay: float, by: float) -> Line:
    """The least squares with neither part below nothing: a fit that says otherwise lies on the edge."""
    determinant = aa * bb - ab * ab
    fixed_s = (bb * ay - ab * by) / determinant
    unit_s = (aa * by - ab * ay) / determinant
    if fixed_s < 0:
        return Line(0.0, max(0.0, by / bb))
    if unit_s < 0:
        return Line(max(0.0, ay / aa), 0.0)
    return Line(fixed_s, unit_s)


def expect(step: Step, done: Sequence[Measured], of_machine: float = 1.0) -> Seconds:
    """How long a step is going to take."""
    line = fit(step, done, of_machine)
    seconds = line.at(step.units)
    if not done:
        return Seconds(seconds, 0.1 if step.is_paced else PRIOR_SPREAD)
    errors = [(one.seconds - line.at(one.units)) / (line.at(one.units) + LEAST_S) for one in done]
    mean_square = (2 * USUAL_SPREAD**2 + sum(error**2 for error in errors)) / (2 + len(errors))
    return Seconds(seconds, min(PRIOR_SPREAD, sqrt(mean_square)))


def _weights(done: Sequence[Measured]) -> list[float]:
    return [FADING ** (len(done) - 1 - place) for place in range(len(done))]
