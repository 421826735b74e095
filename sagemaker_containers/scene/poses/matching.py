"""Features that two images share, checked by the geometry of two views."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pycolmap

from diorama.errors import StageError
from diorama.tours.stages import SolvePosesParams

BATCH = 250
THREADS = -1  # all cores: each image or pair is worked on by one
RANSAC_TRIALS = 1000
"""A tenth of COLMAP's: costs 0.3 % of the matches on a phone's capture and saves half of the checking."""


def match(
    database: Path,
    pairs: Sequence[tuple[str, str]],
    params: SolvePosesParams,
    progress: Callable[[int, int], None],
) -> int:
    """Matches `pairs` in `database`; the number that hold. Raises `StageError` where none do."""
    matching = pycolmap.FeatureMatchingOptions()
    matching.num_threads = THREADS
    verification = pycolmap.TwoViewGeometryOptions()
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
