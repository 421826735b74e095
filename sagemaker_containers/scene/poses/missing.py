"""Which stretches of the video have no pose, and how to say so to the person who filmed it."""

from collections.abc import Collection, Sequence

from diorama.errors import StageError
from diorama.tours.stages import Gap, PosesFound, Rung
from poses.frame_set import Frame

NAMED_GAPS = 6
NAMED_PHOTOS = 50


def gaps(frames: Sequence[Frame], placed: Collection[str]) -> tuple[Gap, ...]:
    """Runs of frames without a pose, in seconds from the start of the video; none for photos."""
    runs: list[list[Frame]] = []
    before: Frame | None = None
    for frame in frames:
        if frame.image not in placed and frame.time_s is not None:
            if not runs or before is None or before.image in placed:
                runs.append([])
            runs[-1].append(frame)
        before = frame
    return tuple(
        Gap(start_s=run[0].time_s or 0.0, end_s=run[-1].time_s or 0.0, images=len(run)) for run in runs
    )


def missing_photos(frames: Sequence[Frame], placed: Collection[str]) -> tuple[str, ...]:
    """Names of photos without a pose, the first `NAMED_PHOTOS`."""
    names = [f.source_name for f in frames if f.image not in placed and f.time_s is None]
    return tuple(names[:NAMED_PHOTOS])


def what_was_found(frames: Sequence[Frame], placed: Collection[str], rungs: Sequence[Rung]) -> PosesFound:
    """For the report, and for the refusal."""
    return PosesFound(
        images=len(frames),
        registered=len(placed),
        missing=gaps(frames, placed),
        last_image_s=frames[-1].time_s if frames else None,
        rungs=tuple(rungs),
        missing_photos=missing_photos(frames, placed),
    )


def too_few(found: PosesFound, limit: float) -> StageError:
    """The refusal for a capture of which too little could be placed, however it was tried."""
    share, tries = found.registered / max(1, found.images), len(found.rungs)
    message = (
        f"Only {found.registered} of {found.images} frames ({share:.0%}) could be placed"
        f"{f' in {tries} tries' if tries > 1 else ''}; at least {limit:.0%} are needed."
    )
    where = in_words(found.missing) or ", ".join(found.missing_photos[:NAMED_GAPS])
    advice = (
        "Walk slowly and in one go, let each picture share two thirds with the one before, turn while "
        "walking instead of on the spot, and come back to where you started."
    )
    return StageError("too_few_placed", message, f"Film these again: {where}. {advice}" if where else advice)


def in_words(missing: Sequence[Gap]) -> str:
    """The longest gaps as "0:03 to 0:07, 1:10", in order of time."""
    longest = sorted(missing, key=lambda gap: gap.start_s - gap.end_s)[:NAMED_GAPS]
    return ", ".join(_stretch(gap) for gap in sorted(longest, key=lambda gap: gap.start_s))


def _stretch(gap: Gap) -> str:
    start, end = clock(gap.start_s), clock(gap.end_s)
    return start if start == end else f"{start} to {end}"


def clock(seconds: float) -> str:
    """As people read it off a player: "1:05"."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
