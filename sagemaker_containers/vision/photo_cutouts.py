"""What `build_object` is given: the photo as masks are made on it, and every cut-out with its mask, checked."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from diorama.errors import StageError
from diorama.objects.cutouts import CUTOUTS_FILE, Cutout, Cutouts

PHOTO = "photo.jpg"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
INSIDE = 128
LEAST_PIXELS = 64
"""Of a mask: below that there is nothing to make a shape from."""
WHOLE = 0.999
"""Share of the photo above which a mask is no cut-out."""

Picture = NDArray[np.uint8]
MaskOfClicks = Callable[[Picture, Cutout], Picture]
"""The mask (height, width), 255 inside, of a cut-out's clicks and box on a photo (height, width, 3) in RGB."""


@dataclass(frozen=True, eq=False)
class PhotoCutout:
    """A cut-out and its mask: (height, width) like the photo, 255 where the object surely is."""

    cutout: Cutout
    mask: Picture

    @property
    def coverage(self) -> float:
        """Share of the photo."""
        return float((self.mask >= INSIDE).mean())


def read_photo(folder: Path) -> Picture:
    """The photo (height, width, 3) in RGB. Raises `StageError` where there is none."""
    data = np.fromfile(folder / PHOTO, np.uint8) if (folder / PHOTO).is_file() else np.zeros(0, np.uint8)
    photo = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    if photo is None:
        raise StageError("no_photo", "The photo can't be read.", "Upload it again.")
    return np.ascontiguousarray(photo[:, :, ::-1], np.uint8)


def read_cutouts(folder: Path) -> Cutouts:
    """The document beside the masks. Raises `StageError` for one that is missing or damaged."""
    try:
        return Cutouts.model_validate_json((folder / CUTOUTS_FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise StageError(
            "no_cutouts", "What was cut out of the photo can't be read.", "Confirm the cut-outs again."
        ) from error


def cut_out(photo: Picture, folder: Path, document: Cutouts, by_clicks: MaskOfClicks) -> list[PhotoCutout]:
    """Every cut-out with its mask. Raises `StageError`, which names it, for a mask that nothing can be made of."""
    size = (document.height_px, document.width_px)
    if photo.shape[:2] != size:
        raise StageError(
            "wrong_size",
            f"The cut-outs are of a photo of {size[1]} x {size[0]} pixels, this one has"
            f" {photo.shape[1]} x {photo.shape[0]}.",
            "Make the cut-outs anew on this photo.",
        )
    return [PhotoCutout(cutout, _mask(photo, folder, cutout, by_clicks)) for cutout in document.cutouts]


def _mask(photo: Picture, folder: Path, cutout: Cutout, by_clicks: MaskOfClicks) -> Picture:
    if cutout.mask:
        mask = _read_mask(folder / cutout.mask, cutout)
    elif cutout.clicks or cutout.box:
        mask = by_clicks(photo, cutout)
    else:
        raise StageError(
            "no_mask", f"'{cutout.name}' has neither a mask nor clicks.", "Click on the object and confirm."
        )
    return _checked(mask, photo, cutout)


def _read_mask(path: Path, cutout: Cutout) -> Picture:
    """Grey PNG of 8 bits, nothing else: what another kind of picture means would be a guess."""
    outside = path.name != cutout.mask or not path.is_file()
    if outside:
        raise StageError("no_mask", f"The mask of '{cutout.name}' is missing.", "Confirm the cut-out again.")
    data = np.fromfile(path, np.uint8)
    mask = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if data[:8].tobytes() == PNG_MAGIC else None
    if mask is None or mask.ndim != 2 or mask.dtype != np.uint8:
        raise StageError(
            "bad_mask",
            f"The mask of '{cutout.name}' is not a grey PNG of 8 bits.",
            "Save it as an 8-bit greyscale PNG: 255 is the object, 0 is what surrounds it.",
        )
    return np.asarray(mask, np.uint8)


def _checked(mask: Picture, photo: Picture, cutout: Cutout) -> Picture:
    if mask.shape != photo.shape[:2]:
        raise StageError(
            "wrong_size",
            f"The mask of '{cutout.name}' has {mask.shape[1]} x {mask.shape[0]} pixels, the photo"
            f" {photo.shape[1]} x {photo.shape[0]}.",
            "Make the mask on the photo as it is shown, without cropping or resizing.",
        )
    inside = int((mask >= INSIDE).sum())
    if inside < LEAST_PIXELS:
        found = "is empty" if inside == 0 else f"holds only {inside} pixels"
        raise StageError(
            "empty_mask", f"The mask of '{cutout.name}' {found}.", "Click on the object until it is marked."
        )
    if inside > WHOLE * mask.size:
        raise StageError(
            "whole_mask",
            f"The mask of '{cutout.name}' is the whole photo.",
            "Click what does not belong to the object, or draw a box around it.",
        )
    return mask
