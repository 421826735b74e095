"""Colours as screens without a profile show them: sRGB, 8 bits, nothing transparent."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

WHITE = (255, 255, 255)
NO_PROFILE = (
    "The photo's colour profile can't be used; its colours are taken as sRGB and may look a little different."
)


def in_eight_bits(image: Image.Image) -> Image.Image:
    """The same picture in mode L, LA, RGB, RGBA or CMYK, its profile kept in `info`."""
    if image.mode.startswith("I"):
        return _from_sixteen_bits(image)
    if image.mode in ("P", "PA") or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK") else image.convert("RGB")


def _from_sixteen_bits(image: Image.Image) -> Image.Image:
    """Pillow's own conversion would cut off everything above 255."""
    values = np.asarray(image).astype(np.uint32)
    plain = Image.fromarray(((values * 255 + 32767) // 65535).astype(np.uint8))
    plain.info = dict(image.info)
    return plain


def on_white(image: Image.Image, told: list[str]) -> Image.Image:
    """An image of `in_eight_bits` in sRGB, mode RGB, white where it was transparent. Adds to `told` what went wrong."""
    if image.mode not in ("LA", "RGBA"):
        return _in_srgb(image, told)
    opacity = image.getchannel("A")
    opaque = _in_srgb(image.convert(image.mode[:-1]), told)
    return Image.composite(opaque, Image.new("RGB", image.size, WHITE), opacity)


def _in_srgb(image: Image.Image, told: list[str]) -> Image.Image:
    profile = image.info.get("icc_profile")
    if profile:
        try:
            return _converted(image, profile)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            told.append(NO_PROFILE)
    return image.convert("RGB")


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    converted = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert converted is not None  # it is not done in place
    return converted
