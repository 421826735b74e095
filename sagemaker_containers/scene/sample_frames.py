"""Stage `sample_frames`: a video or photos in, the still frames that a place can be built from out.

Reads `inputs/video/`, which holds one video, one zip of photos, or photos. Writes `outputs/images/00001.jpg`
and on, and `outputs/metadata.json`. A video that breaks off is used up to there, if at least half is readable
and what is left still meets the limits; the report says so.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from diorama.errors import StageError
from diorama.stage import Progress
from diorama.tours.stages import SampleFramesParams, SampleFramesReport
from frames.archive import zip_photos
from frames.candidates import Candidate, photo_candidates, video_candidates
from frames.decode import Upright, VideoReader
from frames.photos import folder_photos
from frames.probe import VideoProbe, check_duration, probe_video
from frames.selection import check_kept, choose
from frames.sources import FolderSource, VideoSource, ZipSource, find_source
from frames.writing import ImageFolder, write_metadata

READABLE_SHARE = 0.5
"""A video of which less than this can be read is refused: what is missing is more than what is there."""
BREAKS_OFF_BY_S = 1.0
"""Headers round durations and sound may outlast the picture: less than this is not a break."""


def run(inputs: Path, outputs: Path, params: SampleFramesParams, progress: Progress) -> SampleFramesReport:
    """Chooses frames. Raises `StageError` for input that can't be used; then `outputs` is left as it was."""
    source = find_source(inputs / "video")
    images = ImageFolder(outputs / "images")
    try:
        if isinstance(source, VideoSource):
            return _from_video(source, outputs, images, params, progress)
        return _from_photos(source, outputs, images, params, progress)
    except BaseException:
        images.clear()
        raise


def _from_video(
    source: VideoSource, outputs: Path, images: ImageFolder, params: SampleFramesParams, progress: Progress
) -> SampleFramesReport:
    probe = probe_video(source, params)
    reader = VideoReader(source, probe, params.max_pixels, params.candidates_per_s)
    upright = Upright(probe, params.max_side_px)
    candidates = []
    for candidate in video_candidates(reader, params.candidates_per_s, upright, images.store):
        candidates.append(candidate)
        time_s = candidate.time_s or 0.0
        check_still_running(time_s, params)
        share = min(1.0, time_s / max(probe.duration_s, 1e-3))
        progress(95 * share, f"Looking at second {time_s:.0f} of {probe.duration_s:.0f}")
    readable_s = _readable_s(reader, probe, params)
    progress(97, "Choosing frames")
    return _keep_best(outputs, images, probe, candidates, params).model_copy(
        update={
            "duration_s": round(probe.duration_s, 3),
            "fps": round(probe.fps, 3),
            "codec": probe.codec,
            "readable_s": readable_s and round(readable_s, 3),
            "warnings": _video_warnings(reader, probe, readable_s),
        }
    )


def _video_warnings(reader: VideoReader, probe: VideoProbe, readable_s: float | None) -> tuple[str, ...]:
    if readable_s is not None:
        end = f"after {readable_s:.0f} of {probe.duration_s:.0f} s"
        return (f"The video breaks off {end}; the rest can't be read.",)
    if reader.unreadable_packets:
        return (f"{reader.unreadable_packets} frames of the video are damaged and were left out.",)
    return ()


def check_still_running(time_s: float, params: SampleFramesParams) -> None:
    """Raises `StageError` for a video that goes on after the limit, whatever its header promised."""
    if time_s > params.max_duration_s + BREAKS_OFF_BY_S:
        check_duration(time_s, params)


def _readable_s(reader: VideoReader, probe: VideoProbe, params: SampleFramesParams) -> float | None:
    """Up to where the video is good, if it breaks off. Raises `StageError` where that is not enough."""
    readable_s = reader.end_s
    if probe.duration_s - readable_s <= max(BREAKS_OFF_BY_S, 2 / max(probe.fps, 1e-3)):
        return None
    if readable_s < max(params.min_duration_s, READABLE_SHARE * probe.duration_s):
        raise StageError(
            "video_truncated",
            f"The video should last {probe.duration_s:.1f} s, but only {readable_s:.1f} s can be read.",
            "The recording or the copy was interrupted. Copy it again and upload it once more.",
        )
    return readable_s


def _from_photos(
    source: ZipSource | FolderSource,
    outputs: Path,
    images: ImageFolder,
    params: SampleFramesParams,
    progress: Progress,
) -> SampleFramesReport:
    if isinstance(source, FolderSource):
        check_count(len(source.paths), params)
        photos = folder_photos(source.paths, params)
    else:
        photos = zip_photos(source.path, params)
    candidates = []
    for candidate in photo_candidates(photos, images.store):
        candidates.append(candidate)
        progress(min(95.0, 2.0 * len(candidates)), f"Looking at photo {len(candidates)}")
    unreadable = sum(candidate.scores is None for candidate in candidates)
    warnings = (f"{unreadable} of {len(candidates)} photos can't be read.",) if unreadable else ()
    progress(97, "Choosing photos")
    return _keep_best(outputs, images, None, candidates, params).model_copy(update={"warnings": warnings})


def check_count(count: int, params: SampleFramesParams) -> None:
    """Raises `StageError` for more photos than are accepted."""
    if count > params.max_photos:
        raise StageError(
            "too_many_photos",
            f"There are {count} photos; at most {params.max_photos} are accepted.",
            "Leave out photos that show the same as others.",
        )


def _keep_best(
    outputs: Path,
    images: ImageFolder,
    probe: VideoProbe | None,
    candidates: list[Candidate],
    params: SampleFramesParams,
) -> SampleFramesReport:
    """Writes what is kept, and counts it. `probe` is None for photos."""
    verdicts = choose(candidates, params)
    check_kept(candidates, verdicts, params)
    stored = images.settle(candidates, verdicts)
    write_metadata(outputs / "metadata.json", probe, candidates, verdicts, stored, images.sizes)
    kept = [candidate for candidate, verdict in zip(candidates, verdicts, strict=True) if verdict.kept]
    assert kept[0].stored is not None
    width_px, height_px = images.sizes[kept[0].stored]
    return SampleFramesReport(
        source="photos" if probe is None else "video",
        width_px=width_px,
        height_px=height_px,
        candidates=len(candidates),
        kept=len(kept),
        dropped=dict(Counter(verdict.reason for verdict in verdicts if verdict.reason)),
        max_gap_s=_longest_gap_s(kept),
    )


def _longest_gap_s(kept: list[Candidate]) -> float | None:
    times: Iterator[float] = (candidate.time_s for candidate in kept if candidate.time_s is not None)
    return max((round(after - before, 3) for before, after in pairwise(times)), default=None)
