"""The rungs of the ladder, in the order in which they are tried: each costs more than what it follows.

first try       all pairs, or neighbours and look-alikes; the incremental mapper
other mapper    the global one, on the same matches
more pairs      images without a pose with all others, where not all pairs were compared before
frames between  more frames of the video where poses are missing: they link what is too far apart
faint features  for dark and blurred pictures: even light, and features that stand out less
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from poses.between import Stretch, frames_between, open_stretches, wanted_times
from poses.features import FAINT, USUAL, Sensitivity, descriptors_by_image
from poses.frame_set import Frame
from poses.ladder import Capture, Ladder, RungKind
from poses.mapping import Mapper
from poses.matching import WIDE, forget_matches
from poses.material import MAPPED_WORK, Material, even_light, work_of
from poses.pairs import choose_pairs, sequential

Pair = tuple[str, str]

SPEND = 0.5
"""Of what is left of the budget: one rung that can be cut down leaves something for the next."""
LEAST_RATE_PER_S = 1.0


def usual_work(ladder: Ladder) -> float:
    """Features, pairs and one mapping of all frames."""
    count, params = len(ladder.capture.frames), ladder.params
    pairs = count * (count - 1) // 2
    if count > params.exhaustive_up_to:
        pairs = min(pairs, count * (2 * params.sequential_overlap + params.loop_pairs))
    return work_of(count, pairs) + count * MAPPED_WORK


def usual_material(ladder: Ladder) -> Material:
    """What suffices for most captures."""
    material = new_material(ladder, "usual", USUAL)
    for name in ladder.capture.names:
        (material.images / name).symlink_to((ladder.capture.images / name).resolve())
    return _compared(ladder, material)


def new_material(ladder: Ladder, name: str, sensitivity: Sensitivity) -> Material:
    """An empty one, with a folder for its pictures."""
    images = ladder.work / name / "images"
    images.mkdir(parents=True)
    return Material(ladder.work / name, images, sensitivity)


def _compared(ladder: Ladder, material: Material) -> Material:
    """Features of all frames of the tour, and what the usual pairs share."""
    with ladder.counted("features", "Features of image") as count:
        material.add_frames(ladder.capture.frames, ladder.params, count)
    with ladder.counted("pairs", "Finding images that look alike:") as count:
        count(0, len(ladder.capture.frames))
        many = len(ladder.capture.frames) > ladder.params.exhaustive_up_to
        descriptors = descriptors_by_image(material.database) if many else None
        pairs = choose_pairs(ladder.capture.names, descriptors, ladder.params)
    with ladder.counted("matches", "Compared pair") as count:
        material.compare(pairs, ladder.params, count)
    return material


def first_mappers(ladder: Ladder) -> Sequence[Mapper]:
    """The one that the parameters name, or the incremental one."""
    return ("global",) if ladder.params.mapper == "global" else ("incremental",)


def other_mapper_work(ladder: Ladder) -> float | None:
    """Only mapping."""
    usable = ladder.params.mapper == "auto" and ladder.material is not None
    return float(len(ladder.capture.frames) * MAPPED_WORK) if usable else None


def same_material(ladder: Ladder) -> Material:
    """What the best model so far was made of: rungs that build on it have no `work` where there is none."""
    assert ladder.material is not None
    return ladder.material


def all_mappers(ladder: Ladder) -> Sequence[Mapper]:
    """Those that the parameters allow."""
    return ("incremental", "global") if ladder.params.mapper == "auto" else (ladder.params.mapper,)


def _mapping_work(ladder: Ladder, images: int) -> float:
    return float(len(all_mappers(ladder)) * images * MAPPED_WORK)


def wide_matching_work(ladder: Ladder) -> float | None:
    """The same pairs once more, and both mappers."""
    if ladder.material is None:
        return None
    return len(ladder.material.compared) + _mapping_work(ladder, len(ladder.capture.frames))


def wide_matching(ladder: Ladder) -> Material:
    """The features there are, with matches that were too doubtful before."""
    before = same_material(ladder)
    folder = ladder.work / "wide"
    folder.mkdir()
    material = Material(folder, before.images, before.sensitivity, WIDE, list(before.frames))
    shutil.copy(before.database, material.database)
    forget_matches(material.database)
    with ladder.counted("matches", "Compared pair") as count:
        material.compare(before.compared, ladder.params, count)
    return material


def lacking_pairs(capture: Capture, placed: set[str], compared: set[Pair]) -> list[Pair]:
    """Pairs of an image without a pose and any other that were left out, nearest in order first."""
    names = capture.names
    lacking = [index for index, name in enumerate(names) if name not in placed]
    pairs = {(min(i, j), max(i, j)) for i in lacking for j in range(len(names)) if i != j}
    ordered = sorted(pairs, key=lambda pair: (pair[1] - pair[0], pair[0]))
    return [pair for pair in ((names[i], names[j]) for i, j in ordered) if pair not in compared]


def _affordable_pairs(ladder: Ladder) -> list[Pair]:
    if ladder.material is None:
        return []
    lacking = lacking_pairs(ladder.capture, ladder.placed, ladder.material.compared)
    room = ladder.budget * SPEND - _mapping_work(ladder, len(ladder.capture.frames))
    return lacking[: max(0, int(room))]


def more_pairs_work(ladder: Ladder) -> float | None:
    """As many pairs as may be spent, and both mappers."""
    pairs = len(_affordable_pairs(ladder))
    return pairs + _mapping_work(ladder, len(ladder.capture.frames)) if pairs else None


def more_pairs(ladder: Ladder) -> Material:
    """The same pictures, with what is missing compared with everything."""
    material = same_material(ladder)
    with ladder.counted("matches", "Compared pair") as count:
        material.compare(_affordable_pairs(ladder), ladder.params, count)
    return material


def _between(ladder: Ladder) -> tuple[list[Stretch], float, int]:
    """Where to look again, at how many frames a second, and how many that makes: as many as may be spent."""
    stretches = open_stretches(ladder.capture.frames, ladder.placed)
    taken_s = [frame.time_s for frame in ladder.capture.frames if frame.time_s is not None]
    per_s = ladder.params.between_per_s
    while per_s >= LEAST_RATE_PER_S:
        count = len(wanted_times(stretches, taken_s, per_s))
        if _between_work(ladder, count) <= SPEND * ladder.budget:
            return stretches, per_s, count
        per_s /= 2
    return stretches, LEAST_RATE_PER_S, len(wanted_times(stretches, taken_s, LEAST_RATE_PER_S))


def _between_work(ladder: Ladder, count: int) -> float:
    factor = ladder.material.factor if ladder.material else 1
    pairs = count * 3 * ladder.params.sequential_overlap
    return work_of(count, pairs, factor) + _mapping_work(ladder, count + len(ladder.capture.frames))


def frames_between_work(ladder: Ladder) -> float | None:
    """None for photos, and where the video shows no more than what was sampled."""
    if ladder.capture.video is None or ladder.material is None:
        return None
    count = _between(ladder)[2]
    return _between_work(ladder, count) if count else None


def more_frames(ladder: Ladder) -> Material:
    """The same material and pictures from between, compared with their neighbours in time."""
    material = same_material(ladder)
    assert ladder.capture.video is not None
    stretches, per_s, _ = _between(ladder)
    with ladder.watch.step("between"):
        found = frames_between(ladder.capture.video, stretches, ladder.capture.frames, per_s, material.images)
        new = list(found)
    if not new:
        return material
    if material.sensitivity == FAINT:
        for frame in new:
            even_light(material.images / frame.image, material.images / frame.image)
    with ladder.counted("features", "Features of image") as count:
        material.add_frames(new, ladder.params, count)
    with ladder.counted("matches", "Compared pair") as count:
        pairs = pairs_in_time(material.frames, new, ladder.params.sequential_overlap)
        material.compare(pairs, ladder.params, count)
    return material


def pairs_in_time(frames: Sequence[Frame], new: Sequence[Frame], overlap: int) -> list[Pair]:
    """Each new frame with its neighbours in time, and those 1, 2, 4, ... further on."""
    names = [frame.image for frame in sorted(frames, key=lambda frame: frame.time_s or 0.0)]
    added = {frame.image for frame in new}
    pairs = ((names[i], names[j]) for i, j in sequential(len(names), overlap))
    return [pair for pair in pairs if not added.isdisjoint(pair)]


def faint_work(ladder: Ladder) -> float | None:
    """Everything again, with more features."""
    count = len(ladder.capture.frames)
    mapped = count * MAPPED_WORK
    return FAINT_COST * (usual_work(ladder) - mapped) + _mapping_work(ladder, count)


def faint_material(ladder: Ladder) -> Material:
    """All frames anew: their light made even, and features that stand out less."""
    material = new_material(ladder, "faint", FAINT)
    with ladder.watch.step("light"):
        for name in ladder.capture.names:
            even_light(ladder.capture.images / name, material.images / name)
    return _compared(ladder, material)


FAINT_COST = Material(Path(), Path(), FAINT).factor

RUNGS = (
    RungKind("first_try", usual_work, usual_material, first_mappers),
    RungKind("other_mapper", other_mapper_work, same_material, lambda _: ("global",)),
    RungKind("wide_matching", wide_matching_work, wide_matching, all_mappers),
    RungKind("more_pairs", more_pairs_work, more_pairs, all_mappers),
    RungKind("frames_between", frames_between_work, more_frames, all_mappers),
    RungKind("faint_features", faint_work, faint_material, all_mappers),
)
