"""Stretches of a capture that will make trouble, and how to film them again."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from diorama.tours.stages import CaptureProblem, TroubledStretch
from frames.scores import Scores
from frames.selection import Verdict
from inspection.links import AHEAD, Link
from inspection.looks import Look
from poses.missing import clock

USUAL_LEAST_S = 1.0
LEAST_S: Mapping[CaptureProblem, float] = {"standing": 6.0, "turning": 2.0}
"""Shorter troubles are bridged by what is around them."""
JOINED_S = 1.0
"""Two stretches of one trouble with less between them are one."""

DARK = 0.12
BURNT_OUT, BRIGHT = 0.35, 0.5
"""Clipped pixels count as burnt out in a bright picture, in a dark one they are shadows."""
FLICKER = 0.06
"""Of full brightness, up and down again from look to look."""
SHARP_EDGES = 0.012
"""At 640 pixels: below this nothing in the picture has an edge."""
SOFTER = 0.25
"""Of the edges that the video has where it is sharp: less, with hardly a clear point left, is smeared."""
FAST_PER_S = 0.45
"""After a second hardly half of the picture is left."""
PLAIN_POINTS = 120
CLEAR_POINTS, LOST, LOST_WITHIN_S = 300, 30, 0.8
"""Two looks so clear and so soon one after the other that share less are of different places."""
TURNED, TURNING_PER_S = 0.97, 0.08
SURE_LINK, TURNING_LINKS = 30, 2
"""Steps show against the turning only after a while: links beyond the next look count too, but not weak ones."""
STANDING_PER_S = 0.01
UNLIKELY = 0.3
"""Of the thresholds in `outlook.py`, one of five holds it at most."""

ADVICE: Mapping[CaptureProblem, str] = {
    "blurred": "again, with a steady hand and in focus: it is blurred",
    "dark": "again, with more light: it is too dark",
    "burnt_out": "again, away from the brightest light: much of it is burnt out",
    "flicker": "again, with a fixed exposure or steady light: the brightness jumps",
    "too_fast": "again, slower: the picture moves too fast",
    "plain": "again, with furniture, corners or pictures in view: there is hardly anything to recognise",
    "turning": "again, walking while you turn: turning on the spot tells nothing about distance",
    "standing": "shorter: the camera hardly moves there",
    "unlinked": "again, with more of the same in successive pictures: it does not connect to the rest",
}

Marks = list[bool]


def troubled(
    looks: Sequence[Look], found: Sequence[Link], verdicts: Sequence[Verdict], chances: Mapping[int, float]
) -> tuple[TroubledStretch, ...]:
    """All stretches with a problem, in order of time."""
    marks = _marks(looks, found, verdicts)
    clear = [
        not any(marks[name][index] for name in marks if name != "standing") for index in range(len(looks))
    ]
    marks["unlinked"] = [
        chances.get(index, 1.0) < UNLIKELY and untroubled for index, untroubled in enumerate(clear)
    ]
    stretches = [
        TroubledStretch(
            start_s=round(start_s, 2),
            end_s=round(end_s, 2),
            problem=name,
            advice=f"Film {clock(start_s)}-{clock(end_s)} {ADVICE[name]}.",
        )
        for name, marked in marks.items()
        for start_s, end_s in runs(looks, marked)
        if end_s - start_s >= LEAST_S.get(name, USUAL_LEAST_S)
    ]
    return tuple(sorted(stretches, key=lambda stretch: (stretch.start_s, stretch.end_s)))


def _marks(
    looks: Sequence[Look], found: Sequence[Link], verdicts: Sequence[Verdict]
) -> dict[CaptureProblem, Marks]:
    """Which looks have which problem, each seen alone or beside the look before and after."""
    scores = [look.scores for look in looks]
    per_s = speeds(looks, found)
    return {
        "blurred": blurs(looks, verdicts),
        "dark": [score.brightness < DARK for score in scores],
        "burnt_out": [score.clipped > BURNT_OUT and score.brightness > BRIGHT for score in scores],
        "flicker": flickers([score.brightness for score in scores]),
        "too_fast": [
            speed > FAST_PER_S or lost for speed, lost in zip(per_s, losses(looks, found), strict=True)
        ],
        "plain": [look.clear < PLAIN_POINTS for look in looks],
        "turning": [
            turned and speed > TURNING_PER_S
            for turned, speed in zip(turns(len(looks), found), per_s, strict=True)
        ],
        "standing": [speed < STANDING_PER_S for speed in per_s],
    }


def blurs(looks: Sequence[Look], verdicts: Sequence[Verdict]) -> Marks:
    """Where nothing has an edge, or much less than where the video is sharp."""
    all_edges = [edges(look.scores) for look in looks]
    sharp = float(np.percentile(all_edges, 75))
    return [
        verdict.reason == "blurred"
        or edge < SHARP_EDGES
        or (look.clear < PLAIN_POINTS and edge < SOFTER * sharp)
        for look, edge, verdict in zip(looks, all_edges, verdicts, strict=True)
    ]


def speeds(looks: Sequence[Look], found: Sequence[Link]) -> list[float]:
    """How far the picture moves, in its long side a second: from the look before, and for the first to the next.

    By what two looks share, or where that is little by the flow between them, which loses large movements.
    """
    linked = {link.second: link for link in following(found) if link.inliers >= SURE_LINK}
    moved = [
        (linked[index].moved if index in linked else looks[index].shift)
        / max(looks[index].time_s - looks[index - 1].time_s, 1e-3)
        for index in range(1, len(looks))
    ]
    return [*moved[:1], *moved] if moved else [0.0] * len(looks)


def following(found: Sequence[Link]) -> list[Link]:
    """The links of each look with the next."""
    return [link for link in found if link.second == link.first + 1]


def losses(looks: Sequence[Look], found: Sequence[Link]) -> Marks:
    """Looks that share next to nothing with the one before or after, though both are clear."""
    lost: set[int] = set()
    for link in following(found):
        before, after = looks[link.first], looks[link.second]
        soon = after.time_s - before.time_s <= LOST_WITHIN_S
        if link.inliers < LOST and soon and min(before.clear, after.clear) >= CLEAR_POINTS:
            lost |= {link.first, link.second}
    return [index in lost for index in range(len(looks))]


def turns(count: int, found: Sequence[Link]) -> Marks:
    """Looks from which, or up to which, turning alone explains what is seen for a while."""
    before: dict[int, list[float]] = {}
    after: dict[int, list[float]] = {}
    for link in found:
        if link.inliers >= SURE_LINK and link.second - link.first <= AHEAD[-1]:
            after.setdefault(link.first, []).append(link.turned)
            before.setdefault(link.second, []).append(link.turned)
    return [
        any(
            len(side.get(index, ())) >= TURNING_LINKS and min(side[index]) > TURNED
            for side in (before, after)
        )
        for index in range(count)
    ]


def edges(scores: Scores) -> float:
    """Sharpness over squared contrast: what blur takes away and darkness leaves."""
    contrast = 255 * scores.contrast
    return scores.sharpness / max(contrast * contrast, 1.0)


def flickers(brightness: Sequence[float]) -> Marks:
    """Where it goes up and at once down again, or the other way round."""
    changes = [after - before for before, after in pairwise(brightness)]
    jumps = [one * other < 0 and min(abs(one), abs(other)) > FLICKER for one, other in pairwise(changes)]
    return [False, *jumps, False][: len(brightness)]


def runs(looks: Sequence[Look], marks: Marks) -> list[tuple[float, float]]:
    """From the first to the last marked look of each run, half a spacing wider at both ends."""
    half_s = (looks[-1].time_s - looks[0].time_s) / max(1, len(looks) - 1) / 2
    found: list[tuple[float, float]] = []
    for look, marked in zip(looks, marks, strict=True):
        if not marked:
            continue
        start_s, end_s = max(0.0, look.time_s - half_s), look.time_s + half_s
        if found and start_s - found[-1][1] < JOINED_S:
            found[-1] = found[-1][0], end_s
        else:
            found.append((start_s, end_s))
    return found
