"""What a mapper works on: pictures, what is recognised in them, and what they share."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from diorama.tours.stages import SolvePosesParams
from poses.features import FAINT, USUAL, Sensitivity, extract
from poses.frame_set import Frame
from poses.matching import USUAL as USUAL_TOLERANCE
from poses.matching import Tolerance, match

Count = Callable[[int, int], None]
"""Called with how many are done, and of how many."""

IMAGE_WORK = 15
"""Finding an image's features costs about as much as comparing so many pairs (fox: 29 and 45 processor s)."""
MAPPED_WORK = 7
"""Placing an image, in the same unit."""
FAINT_FACTOR = 4
"""What twice the features, found in enlarged pictures, cost more."""
EVEN_LIGHT_LIMIT, EVEN_LIGHT_TILES = 4.0, (8, 8)
JPEG_QUALITY = 95


@dataclass
class Material:
    """A folder with a database of features and matches. `images` holds the pictures they were found in."""

    folder: Path
    images: Path
    sensitivity: Sensitivity = USUAL
    tolerance: Tolerance = USUAL_TOLERANCE
    frames: list[Frame] = field(default_factory=list)
    compared: set[tuple[str, str]] = field(default_factory=set)

    @property
    def database(self) -> Path:
        """COLMAP's."""
        return self.folder / "matches.db"

    @property
    def factor(self) -> int:
        """How much more each image and pair costs than the usual ones."""
        return FAINT_FACTOR if self.sensitivity == FAINT else 1

    def add_frames(self, frames: Sequence[Frame], params: SolvePosesParams, count: Count) -> None:
        """Finds features in more pictures. Raises `StageError` where next to nothing is found."""
        extract(self.database, self.images, frames, params, count, self.sensitivity, self.frames)
        self.frames += frames

    def compare(self, pairs: Collection[tuple[str, str]], params: SolvePosesParams, count: Count) -> None:
        """Compares what was not compared yet. Raises `StageError` where no two pictures share anything."""
        known = {frame.image for frame in self.frames}
        new = sorted(pair for pair in set(pairs) - self.compared if known.issuperset(pair))
        match(self.database, new, params, count, self.tolerance)
        self.compared.update(new)


def work_of(images: int, pairs: int, factor: int = 1) -> float:
    """What features and comparisons cost, in usual pairs compared."""
    return float(factor * (images * IMAGE_WORK + pairs))


def even_light(source: Path, target: Path) -> None:
    """A grey copy whose contrast is the same everywhere (CLAHE, Zuiderveld, Graphics Gems IV, 1994)."""
    gray = cv2.imread(str(source), cv2.IMREAD_GRAYSCALE)
    if gray is None:
        raise OSError(f"{source} can't be read")
    equalised = cv2.createCLAHE(EVEN_LIGHT_LIMIT, EVEN_LIGHT_TILES).apply(gray)
    if not cv2.imwrite(str(target), equalised, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
        raise OSError(f"{target} could not be written")
