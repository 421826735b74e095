"""Stage `embed_photo`: a photo in, the photo as masks are made on it and what a mask decoder needs of it out.

Reads `inputs/photo/` and, where the owner has installed some, weights in `inputs/weights/` (see encoders/).
Writes `outputs/photo.jpg`, `outputs/embedding.json`, and with weights `outputs/NAME.f16` and `outputs/decoder.onnx`
(docs/decisions/0020 and 0023). Without weights the page makes masks by itself, from the photo alone.
"""

from pathlib import Path
from typing import Any

from PIL import Image

from diorama.objects.stages import EmbedPhotoParams, EmbedPhotoReport
from diorama.stage import Progress
from diorama.stopwatch import Watch
from encoders.installed import DECODER, find_installed, is_waiting
from photos.reading import Photo, read_photo
from photos.source import find_photo

PHOTO = "photo.jpg"
EMBEDDING = "embedding.json"
JPEG_QUALITY = 95
NOT_IN_THE_DOCUMENT = {"outcome", "warnings", "seconds", "bytes"}
NOT_INSTALLED = (
    "Weights lie on this machine that nobody has installed: its owner runs python -m encoders.install."
)


def run(inputs: Path, outputs: Path, params: EmbedPhotoParams, progress: Progress) -> EmbedPhotoReport:
    """Checks, turns, shrinks, embeds. Raises `StageError` for a photo or weights that can't be used, and why."""
    watch = Watch()
    progress(0, "Reading the photo")
    with watch.step("read"):
        photo = read_photo(find_photo(inputs / "photo"), params)
    with watch.step("write"):
        write_photo(outputs / PHOTO, photo)
    with watch.step("embed"):
        embedding = _embedding(inputs / "weights", photo.picture, outputs, progress)
    report = EmbedPhotoReport(
        **embedding,
        width_px=photo.picture.width,
        height_px=photo.picture.height,
        source_width_px=photo.source_width_px,
        source_height_px=photo.source_height_px,
        bytes=0,
        warnings=photo.warnings + ((NOT_INSTALLED,) if is_waiting(inputs / "weights") else ()),
        seconds=watch.seconds,
    )
    (outputs / EMBEDDING).write_text(report.model_dump_json(exclude=NOT_IN_THE_DOCUMENT, indent=2))
    progress(100, "The photo is ready")
    return report.model_copy(update={"bytes": sum(path.stat().st_size for path in outputs.iterdir())})


def write_photo(path: Path, photo: Photo) -> None:
    """As JPEG with colours as fine as brightness. Metadata stays behind: where it was taken is nobody's business."""
    photo.picture.info.clear()
    photo.picture.save(path, "JPEG", quality=JPEG_QUALITY, subsampling="4:4:4")


def _embedding(weights: Path, picture: Image.Image, outputs: Path, progress: Progress) -> dict[str, Any]:
    """What the report says of the embedding."""
    found = find_installed(weights)
    if found is None:
        return {"model": "diorama"}
    folder, installed = found
    progress(30, f"Looking at the photo with {installed.model.upper()}")
    # Only here: torch and transformers take seconds to import, and most photos need neither.
    from encoders.embedding import write_embedding

    frame, arrays = write_embedding(folder, installed, picture, outputs)
    return {
        "model": installed.model,
        "arrays": arrays,
        "frame": frame,
        "decoder": DECODER,
        "decoder_digest": installed.decoder,
        "weights": installed.weights,
    }
