"""A photo as one plain picture: upright, sRGB, 8 bits, no larger than asked.

Only the decoders of JPEG, PNG and WebP are ever asked (Pillow has some forty more, and each is a way in for a file
that was made to do harm), and none before the header has said how many pixels there are.
"""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image

from diorama.errors import StageError
from diorama.objects.stages import EmbedPhotoParams
from photos.colour import in_eight_bits, on_white
from photos.source import check_file

FORMATS = ("JPEG", "PNG", "WEBP")
UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError, KeyError, TypeError)
"""What Pillow's decoders raise where a file is damaged."""

UPRIGHT = 1
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a photo upright, by its orientation in EXIF 2.3."""
FIRST_SIDEWAYS = 5


@dataclass(frozen=True)
class Photo:
    """`picture` in mode RGB. `source_*`: of the photo as it was uploaded, upright."""

    picture: Image.Image
    source_width_px: int
    source_height_px: int
    warnings: tuple[str, ...]


def read_photo(path: Path, params: EmbedPhotoParams) -> Photo:
    """The photo in a file. Raises `StageError` with the reason, where it can't be used."""
    check_file(path, params.max_bytes)
    with _opened(path, params) as image:
        _check_size(path.name, image, params)
        _check_still(path.name, image)
        return _plain_photo(image, params.max_side_px)


@contextmanager
def _opened(path: Path, params: EmbedPhotoParams) -> Iterator[Image.Image]:
    """The image with its header read. Whatever a decoder raises inside is a refusal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of a bomb: sizes are checked; of odd metadata: nobody can mend it
            with Image.open(path, formats=FORMATS) as image:
                yield image
    except Image.DecompressionBombError:
        raise _too_many_pixels(path.name, "far more pixels", params) from None
    except UNREADABLE as error:
        raise StageError(
            "damaged_photo",
            f"The photo '{path.name}' is damaged or cut off: it can't be read to its end.",
            "Upload it again, or open it in an image editor and save it anew.",
        ) from error


def _check_size(name: str, image: Image.Image, params: EmbedPhotoParams) -> None:
    if max(image.size) > params.max_source_side_px:
        raise _too_many_pixels(name, f"{image.width} x {image.height} pixels", params)
    if min(image.size) < params.min_source_side_px:
        raise StageError(
            "photo_too_small",
            f"The photo '{name}' has {image.width} x {image.height} pixels; "
            f"its shorter side must have at least {params.min_source_side_px}.",
            "Upload the original instead of a preview or a shrunken copy.",
        )


def _too_many_pixels(name: str, size: str, params: EmbedPhotoParams) -> StageError:
    return StageError(
        "too_many_pixels",
        f"The photo '{name}' has {size}; at most {params.max_source_side_px} on its longer side are taken.",
        "Export it at a smaller size.",
    )


def _check_still(name: str, image: Image.Image) -> None:
    # Phones append a second picture to a JPEG (MPO): those are still photos.
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise StageError(
            "animated_photo",
            f"'{name}' is an animation of {getattr(image, 'n_frames', 2)} pictures, not a photo.",
            "Save the one picture that you want as JPEG or PNG, and upload that.",
        )


def _plain_photo(image: Image.Image, max_side_px: int) -> Photo:
    told: list[str] = []
    size = image.size
    if image.format not in ("JPEG", "MPO"):
        image.load()  # a PNG's orientation may stand behind its pixels; a JPEG is decoded no larger than needed
    orientation = _orientation(image, told)
    picture = in_eight_bits(image)
    picture.thumbnail((max_side_px, max_side_px), Image.Resampling.LANCZOS)
    if orientation in TURNS:
        picture = picture.transpose(TURNS[orientation])
    width_px, height_px = size[::-1] if orientation >= FIRST_SIDEWAYS else size
    return Photo(on_white(picture, told), width_px, height_px, tuple(told))


def _orientation(image: Image.Image, told: list[str]) -> int:
    """As EXIF numbers them: 1 is upright."""
    try:
        orientation = int(image.getexif().get(ExifTags.Base.Orientation, UPRIGHT))
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error):
        told.append("The photo's EXIF data is damaged; it is taken to be upright as it is.")
        return UPRIGHT
    return orientation if orientation in TURNS else UPRIGHT
