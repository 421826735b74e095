"""Which candidates are kept. Pure rules over scores: no pictures, no files.

Below `keep_all_below` candidates every frame counts, so only unreadable ones and exact copies go. Above it,
candidates are grouped into windows, the best of each window is kept, and a last pass closes gaps:

* A window ends when the picture has moved by `WINDOW_SHIFT` (parallax and turning need frames, standing still
  does not), or when the clock says so, at half the longest gap.
* The best is the sharpest, less for motion blur and for clipped highlights and shadows.
* A gap above `max_gap_s` is filled with usable candidates, and one that breaks the overlap with blurred ones.
* At most `max_frames` are kept: windows grow until that holds; this limit wins over the gaps.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median
from typing import Literal

from diorama.errors import StageError
from diorama.tours.stages import SampleFramesParams
from frames.candidates import Candidate
from frames.scores import Scores, hash_distance

Reason = Literal[
    "unreadable",
    "exact_copy",
    "no_contrast",
    "dark",
    "burnt_out",
    "blurred",
    "near_copy",
    "beside_a_better_one",
]

WINDOW_SHIFT = 0.06
"""Share of the long side: neighbours that moved by less show nearly the same."""
MAX_SHIFT = 0.5
"""Share of the long side: neighbours that moved by more hardly overlap, and a blurred one between is better."""
NEAR_COPY_SHIFT = 0.004
NEAR_COPY_BITS = 8
NEIGHBOURS = 5
"""Candidates to each side that sharpness is compared with: texture differs from room to room."""
BLURRED_BELOW = 0.4
MIN_CONTRAST = 0.02
MIN_BRIGHTNESS = 0.04
MAX_CLIPPED = 0.8
GROWTH = 1.25
PHOTO_SPACING_S = 0.25


@dataclass(frozen=True)
class Verdict:
    """What becomes of a candidate. `relative_sharpness`: against the median of its neighbours."""

    reason: Reason | None
    relative_sharpness: float = 0.0

    @property
    def kept(self) -> bool:
        return self.reason is None


def choose(candidates: Sequence[Candidate], params: SampleFramesParams) -> list[Verdict]:
    """One verdict for each candidate, in order."""
    relative = relative_sharpness(candidates)
    reasons: list[Reason | None] = [*_unfit(candidates)]
    fit = [index for index, reason in enumerate(reasons) if reason is None]
    if len(candidates) >= params.keep_all_below:
        for index in fit:
            reasons[index] = _unusable(candidates[index].scores, relative[index])
        fit = [index for index in fit if reasons[index] is None]
        kept = _thin(fit, candidates, relative, params)
    elif len(fit) > params.max_frames:
        kept = _thin(fit, candidates, relative, params)
    else:
        kept = set(fit)
    for index in fit:
        if index not in kept:
            reasons[index] = "near_copy" if _is_near_copy(candidates, index) else "beside_a_better_one"
    for index in _bridges(kept, reasons, candidates, params):
        reasons[index] = None
    return [Verdict(reason, share) for reason, share in zip(reasons, relative, strict=True)]


def check_kept(
    candidates: Sequence[Candidate], verdicts: Sequence[Verdict], params: SampleFramesParams
) -> None:
    """Raises `StageError` where too little is left, or there is nothing to see."""
    contrasts = [candidate.scores.contrast for candidate in candidates if candidate.scores]
    if contrasts and median(contrasts) < MIN_CONTRAST:
        raise StageError(
            "nothing_to_see",
            f"The picture is nearly one plain colour (contrast {median(contrasts):.3f}; at least "
            f"{MIN_CONTRAST:g} is needed).",
            "Film furniture, pictures, floors and corners, with the light on and the lens uncovered.",
        )
    kept = sum(verdict.kept for verdict in verdicts)
    if kept < params.min_frames:
        reasons = Counter(verdict.reason.replace("_", " ") for verdict in verdicts if verdict.reason)
        dropped = "".join(f", {count} {reason}" for reason, count in reasons.most_common())
        raise StageError(
            "too_few_frames",
            f"Only {kept} frames can be used; at least {params.min_frames} are needed "
            f"({len(candidates)} looked at{dropped}).",
            "Film longer and more slowly, in good light, and walk around instead of standing still.",
        )


def relative_sharpness(candidates: Sequence[Candidate]) -> list[float]:
    """Sharpness over the median of the neighbours in time; 0 where there is no picture."""
    values = [candidate.scores.sharpness if candidate.scores else 0.0 for candidate in candidates]
    readable = [candidate.scores is not None for candidate in candidates]
    relative = []
    for index, value in enumerate(values):
        around = range(max(0, index - NEIGHBOURS), min(len(values), index + NEIGHBOURS + 1))
        usual = median([values[i] for i in around if readable[i]] or [0.0])
        relative.append(value / usual if usual > 0 else 0.0)
    return relative


def _unfit(candidates: Sequence[Candidate]) -> list[Reason | None]:
    """Reasons that hold for any number of candidates: no picture, or exactly one that was there before."""
    seen: set[str] = set()
    reasons: list[Reason | None] = []
    for candidate in candidates:
        if candidate.scores is None:
            reasons.append("unreadable")
        elif candidate.scores.fingerprint in seen:
            reasons.append("exact_copy")
        else:
            seen.add(candidate.scores.fingerprint)
            reasons.append(None)
    return reasons


def _is_near_copy(candidates: Sequence[Candidate], index: int) -> bool:
    """Whether a candidate shows what the one before it did: hardly moved, the same to a coarse hash."""
    before, scores = candidates[index - 1].scores if index else None, candidates[index].scores
    if before is None or scores is None or candidates[index].shift >= NEAR_COPY_SHIFT:
        return False
    return hash_distance(before.hash, scores.hash) <= NEAR_COPY_BITS


def _unusable(scores: Scores | None, relative: float) -> Reason | None:
    if scores is None:
        return "unreadable"
    if scores.brightness < MIN_BRIGHTNESS:
        return "dark"
    if scores.clipped > MAX_CLIPPED:
        return "burnt_out"
    if scores.contrast < MIN_CONTRAST:
        return "no_contrast"
    return "blurred" if relative < BLURRED_BELOW else None


def _thin(
    fit: list[int], candidates: Sequence[Candidate], relative: list[float], params: SampleFramesParams
) -> set[int]:
    """The best of each window, with windows just wide enough for `max_frames`."""
    quality = {index: _quality(candidates[index].scores, relative[index]) for index in fit}
    spacing_s = 1 / params.candidates_per_s
    span_s, shift = max(spacing_s, (params.max_gap_s - spacing_s) / 2), WINDOW_SHIFT
    while True:
        windows = _windows(fit, candidates, span_s, shift)
        if len(windows) <= params.max_frames:
            break
        span_s, shift = span_s * GROWTH, shift * GROWTH
    kept = {max(window, key=lambda index: quality[index]) for window in windows}
    return _close_gaps(kept, fit, candidates, params)


def _quality(scores: Scores | None, relative: float) -> float:
    if scores is None:
        return 0.0
    return relative * (1 - 0.5 * scores.motion_blur) * (1 - 0.5 * scores.clipped)


def _time_s(candidate: Candidate, index: int) -> float:
    """Photos have no clock: their order stands in for it, so that a burst counts as standing still."""
    return index * PHOTO_SPACING_S if candidate.time_s is None else candidate.time_s


def _windows(fit: list[int], candidates: Sequence[Candidate], span_s: float, shift: float) -> list[list[int]]:
    """Neighbouring candidates between which the picture moved by less than `shift`, within `span_s`."""
    windows: list[list[int]] = []
    moved = 0.0
    start_s = 0.0
    previous = -1
    for index in fit:
        moved += sum(candidate.shift for candidate in candidates[previous + 1 : index + 1])
        previous = index
        time_s = _time_s(candidates[index], index)
        if not windows or moved >= shift or time_s - start_s > span_s + 1e-6:
            windows.append([])
            moved, start_s = 0.0, time_s
        windows[-1].append(index)
    return windows


def _close_gaps(
    kept: set[int], fit: list[int], candidates: Sequence[Candidate], params: SampleFramesParams
) -> set[int]:
    """Adds the middle one of the usable candidates in each gap that is too long, while there is room."""
    time_s = {index: _time_s(candidates[index], index) for index in fit}
    closed = sorted(kept)
    position = 0
    while position + 1 < len(closed) and len(closed) < params.max_frames:
        before, after = closed[position], closed[position + 1]
        inside = [index for index in fit if before < index < after]
        if inside and time_s[after] - time_s[before] > params.max_gap_s + 1e-6:
            middle_s = (time_s[before] + time_s[after]) / 2
            closed.insert(position + 1, min(inside, key=lambda index: abs(time_s[index] - middle_s)))
        else:
            position += 1
    return set(closed)


def _bridges(
    kept: set[int],
    reasons: Sequence[Reason | None],
    candidates: Sequence[Candidate],
    params: SampleFramesParams,
) -> list[int]:
    """Blurred candidates to take back: where the picture moved so far that kept ones would not overlap."""
    travelled = list(accumulate(candidate.shift for candidate in candidates))
    bridged = sorted(kept)
    position = 0
    while position + 1 < len(bridged) and len(bridged) < params.max_frames:
        before, after = bridged[position], bridged[position + 1]
        blurred = [index for index in range(before + 1, after) if reasons[index] == "blurred"]
        if blurred and travelled[after] - travelled[before] > MAX_SHIFT:
            middle = (travelled[before] + travelled[after]) / 2
            bridged.insert(position + 1, min(blurred, key=lambda index: abs(travelled[index] - middle)))
        else:
            position += 1
    return [index for index in bridged if index not in kept]
