"""How much work the stages of a tour are: natural units of each step, and what they took where they were measured.

Seconds of a unit are of two cores (AMD EPYC with AVX-512), both free; see "Quotes" in bench/README.md for the clips.
Those for GPUs are no measurements but guesses from published benchmarks, until a studio's own jobs tell better.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Any

from diorama.effort import INPUT, Kind, Outlook, Reports, Step, beside

Params = Mapping[str, Any]

KEPT_SHARE = 0.75
"""Of the candidates, where not all are kept: some are blurred, some show nothing new."""
PHOTO_FRAMES = 8
"""Reading a photo takes as long as so many frames of a video of that size."""
FULL_FEATURES_MPX = 1.2
"""From this size on an image has as many features as are asked for."""
TRAINED_SHARE = 7 / 8
"""Of the photos; the rest is held out."""
TRAINING = {
    ("draft", "cpu"): (60.0, 480),
    ("standard", "cpu"): (300.0, 640),
    ("high", "cpu"): (1200.0, 800),
    ("draft", "gpu"): (7_000.0, 960),
    ("standard", "gpu"): (15_000.0, 1600),
    ("high", "gpu"): (30_000.0, 1920),
}
"""Quality -> seconds on a CPU, steps on a GPU; and the long side of the photos in pixels. As in training/presets.py."""
SPLATS = {
    ("draft", "cpu"): 30_000,
    ("standard", "cpu"): 60_000,
    ("high", "cpu"): 120_000,
    ("draft", "gpu"): 300_000,
    ("standard", "gpu"): 1_000_000,
    ("high", "gpu"): 2_000_000,
}


def sample_frames(params: Params, reports: Reports, kind: Kind) -> Outlook:  # noqa: ARG001 (CPU work everywhere)
    """Every frame of the video is decoded, every photo read; candidates are looked at."""
    found = reports[INPUT]
    width, height = int(found.get("width_px") or 1920), int(found.get("height_px") or 1080)
    shrunk = min(1.0, params["max_side_px"] / max(width, height, 1))
    candidates = _candidates(params, found)
    kept = candidates if candidates < params["keep_all_below"] else round(KEPT_SHARE * candidates)
    pictures = PHOTO_FRAMES * candidates if found.get("photos") else float(found.get("frames") or candidates)
    read = pictures * width * height / 1e6
    stored = {"width_px": round(width * shrunk), "height_px": round(height * shrunk)}
    report = {"kept": max(2, min(kept, int(params["max_frames"]))), **stored}
    return Outlook((beside(0.5), Step("look", read, 0.1, 0.0012, 100)), report)


def _candidates(params: Params, found: Mapping[str, Any]) -> int:
    if found.get("photos"):
        return int(found["photos"])
    looked_at = float(found.get("duration_s") or 0) * params["candidates_per_s"]
    return int(max(2, min(looked_at, float(found.get("frames") or looked_at))))


def solve_poses(params: Params, reports: Reports, kind: Kind) -> Outlook:  # noqa: ARG001 (CPU work everywhere)
    """Features an image, comparisons a pair, mapping an image."""
    frames = reports["sample_frames"]
    images = int(frames["kept"])
    mpx = _mpx(frames, params["max_image_side_px"])
    features = sqrt(min(1.0, mpx / FULL_FEATURES_MPX)) * params["max_features"] / 4096
    return Outlook(
        (
            beside(0.5),
            Step("features", images * mpx, 1.0, 0.16, 25),
            Step("matches", _pairs(params, images) * features, 0.2, 0.017, 65),
            Step("mapping", images * features, 0.1, 0.15, 92),
            Step("level", images, 0.2, 0.03, 100),
        ),
        {"registered": images},
    )


def _pairs(params: Params, images: int) -> int:
    every = images * (images - 1) // 2
    if images <= params["exhaustive_up_to"]:
        return every
    return min(every, images * int(2 * params["sequential_overlap"] + params["loop_pairs"] // 2))


def train_splats(params: Params, reports: Reports, kind: Kind) -> Outlook:
    """Depths a view; then so many seconds as are asked for, or so many steps over so many pixels."""
    amount, side_px = TRAINING[params["quality"], kind]
    side_px = params["max_side_px"] or side_px
    views = max(1, round(TRAINED_SHARE * int(reports["solve_poses"]["registered"])))
    mpx = _mpx(reports["sample_frames"], side_px)
    most = params["max_splats"] or SPLATS[params["quality"], kind]
    splats = min(most, 2_000 * views) if views < 30 and kind == "cpu" else most
    return Outlook(
        (
            beside(2.0),
            Step("read", views * _mpx(reports["sample_frames"], 10_000), 0.1, 0.015, 3),
            Step("depths", views, 0.2, 0.45 if kind == "cpu" else 0.1, 6),
            Step("start", views, 0.7, 0.01, 6),
            _training(params, kind, amount, mpx, splats),
            Step("judge", views / TRAINED_SHARE - views, 0.1, 0.04, 100),
        ),
        {"splats": splats, "training_views": views},
    )


def _training(params: Params, kind: Kind, amount: float, mpx: float, splats: int) -> Step:
    """Paced by the clock on a CPU, unless steps are asked for; the seconds of a step grow with pixels and splats."""
    if params["steps"] is None and (params["training_s"] or kind == "cpu"):
        return Step("train", params["training_s"] or amount, 2.0, 1.0, 97, is_paced=True)
    steps = params["steps"] or amount
    if kind == "gpu":
        return Step("train", steps * (1 + mpx) * (0.5 + splats / 1e6), 10, 0.012, 97)
    return Step("train", steps * (mpx * 0.058 + splats * 0.21e-6), 1.0, 1.0, 97)


def optimize_splats(params: Params, reports: Reports, kind: Kind) -> Outlook:
    """Views are drawn to cull and to choose; levels are compressed, judged and refined."""
    frames, model = reports["sample_frames"], reports["train_splats"]
    splats, views = float(model["splats"]), float(model["training_views"])
    looks = min(params["looked_at_views"], views) * _draw(frames, params["looked_at_side_px"], splats)
    judged = views / 7 * 5 * _draw(frames, 640, splats)
    refined = 2 * params["refine_steps"] * _draw(frames, params["refined_side_px"], 0.25 * splats)
    retouched = 4 * params["refine_steps"] * _draw(frames, params["refined_side_px"], 0.55 * splats)
    unit = 1.0 if kind == "cpu" else 0.1
    return Outlook(
        (
            beside(2.5),
            Step("read", views * _mpx(frames, 640), 0.2, 0.03, 0),
            Step("cull", looks, 0.1, 0.3 * unit, 30),
            Step("choose", looks, 0.1, 0.2 * unit, 100),
            Step("compress", splats / 1e3, 0.1, 0.04, 100),
            Step("judge", judged, 0.1, 0.4 * unit, 100),
            Step("refine", refined, 0.2, 0.21 * unit, 100),
            Step("retouch", retouched, 0.2, 0.165 * unit, 100),
        ),
        {"splats": splats},
    )


def package_tour(params: Params, reports: Reports, kind: Kind) -> Outlook:
    """Files are copied, poster and thumbnails drawn."""
    splats = float(reports["optimize_splats"]["splats"])
    drawn = (
        params["poster_width_px"] ** 2 + params["thumbnails"] * params["thumbnail_width_px"] ** 2
    ) * 0.6e-6
    unit = 1.0 if kind == "cpu" else 0.1
    return Outlook(
        (
            beside(1.6),
            Step("copy", splats / 1e6, 0.02, 0.3, 10),
            Step("draw", drawn * (1 + splats / 1e5), 0.1, 0.1 * unit, 95),
            Step("write", 1, 0, 0.01, 100),
        ),
        {},
    )


def _draw(frames: Mapping[str, Any], side_px: int, splats: float) -> float:
    """What one view takes, in units of a megapixel of 300,000 splats."""
    return 0.7 * _mpx(frames, side_px) + 0.3 * splats / 300_000


def _mpx(frames: Mapping[str, Any], side_px: int) -> float:
    """Megapixels of a frame whose long side is at most so long."""
    width, height = float(frames["width_px"]), float(frames["height_px"])
    shrunk = min(1.0, side_px / max(width, height, 1.0))
    return width * height * shrunk * shrunk / 1e6
