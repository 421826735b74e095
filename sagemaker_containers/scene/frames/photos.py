"""Reading photos upright and no larger than asked, with what their EXIF says of the lens."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from diorama.errors import StageError
from diorama.tours.stages import SampleFramesParams

Picture = NDArray[np.uint8]
FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class Photo:
    """A photo: `picture` in BGR of shape (height, width, 3), upright; None if it can't be read."""

    name: str
    picture: Picture | None
    width_px: int = 0
    height_px: int = 0
    focal_35mm_mm: float | None = None
    camera: str | None = None

    def gray(self, long_side_px: int) -> Picture:
        """Its brightness, shape (height, width), with the long side at most `long_side_px`."""
        assert self.picture is not None
        gray = cv2.cvtColor(self.picture, cv2.COLOR_BGR2GRAY)
        scale = min(1.0, long_side_px / max(gray.shape))
        return np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts IMG_2 before IMG_10."""
    parts = re.split(r"(\d+)", name.lower())
    return tuple((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts)


def folder_photos(paths: tuple[Path, ...], params: SampleFramesParams) -> Iterator[Photo]:
    """Photos from files. Raises `StageError` for one that is outside the limits."""
    for path in sorted(paths, key=lambda path: natural_order(path.name)):
        with path.open("rb") as file:
            yield read_photo(path.name, file, params)


def read_photo(name: str, file: BinaryIO, params: SampleFramesParams) -> Photo:
    """One photo. Its size is checked by the header, before any pixel is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=FORMATS) as image:
                check_size(name, image.width, image.height, params)
                return _upright(name, image, params.max_side_px)
    except Image.DecompressionBombError:
        raise _too_large(name, "more than 170 million pixels", params) from None
    except (OSError, ValueError, SyntaxError, EOFError):
        return Photo(name, None)


def read_photo_bytes(name: str, content: bytes, params: SampleFramesParams) -> Photo:
    """As `read_photo`, from memory."""
    return read_photo(name, BytesIO(content), params)


def check_size(name: str, width_px: int, height_px: int, params: SampleFramesParams) -> None:
    """Raises `StageError` for a photo with too many or too few pixels."""
    size = f"{width_px} x {height_px} pixels"
    if width_px * height_px > params.max_pixels:
        raise _too_large(name, size, params)
    if min(width_px, height_px) < params.min_height_px:
        raise StageError(
            "picture_too_small",
            f"The photo '{name}' is {size}; its shorter side must have at least {params.min_height_px}.",
            "Upload the originals instead of shared or shrunken copies.",
        )


def _too_large(name: str, size: str, params: SampleFramesParams) -> StageError:
    return StageError(
        "picture_too_large",
        f"The photo '{name}' has {size}; at most {params.max_pixels / 1e6:.1f} million pixels are accepted.",
        "Export the photos at a smaller size.",
    )


def _upright(name: str, image: Image.Image, max_side_px: int) -> Photo:
    exif = image.getexif()
    lens = exif.get_ifd(ExifTags.IFD.Exif)
    width_px, height_px = image.size
    image.draft("RGB", (max_side_px, max_side_px))
    turned = ImageOps.exif_transpose(image).convert("RGB")
    turned.thumbnail((max_side_px, max_side_px), Image.Resampling.LANCZOS)
    camera = " ".join(
        str(exif.get(tag, "")).strip("\0 ") for tag in (ExifTags.Base.Make, ExifTags.Base.Model)
    )
    return Photo(
        name,
        np.ascontiguousarray(np.asarray(turned)[:, :, ::-1]),
        width_px,
        height_px,
        _positive(lens.get(ExifTags.Base.FocalLengthIn35mmFilm)),
        camera.strip() or None,
    )


def _positive(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if 1 <= number <= 2000 else None
