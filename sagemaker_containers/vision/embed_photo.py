"""Stage `embed_photo`: a photo in, the photo as masks are made on it and what a mask decoder needs of it out.

Reads `inputs/photo/` and, where the owner has installed some, weights in `inputs/weights/` (see encoders/).
Writes `outputs/photo.jpg`, `outputs/embedding.json`, and with weights `outputs/NAME.f16` and `outputs/decoder.onnx`
(docs/decisions/0020). Without weights the page makes masks by itself, from the photo alone.
"""

from pathlib import Path

from diorama.objects.stages import EmbedPhotoParams, EmbedPhotoReport
from diorama.stage import Progress
from diorama.stopwatch import Watch
from photos.reading import Photo, read_photo
from photos.source import find_photo

PHOTO = "photo.jpg"
EMBEDDING = "embedding.json"
JPEG_QUALITY = 95
NOT_IN_THE_DOCUMENT = {"outcome", "warnings", "seconds", "bytes"}


def run(inputs: Path, outputs: Path, params: EmbedPhotoParams, progress: Progress) -> EmbedPhotoReport:
    """Checks, turns, shrinks. Raises `StageError` for a photo that can't be used, each reason with its own code."""
    watch = Watch()
    progress(0, "Reading the photo")
    with watch.step("read"):
        photo = read_photo(find_photo(inputs / "photo"), params)
    with watch.step("write"):
        write_photo(outputs / PHOTO, photo)
    report = EmbedPhotoReport(
        model="diorama",
        width_px=photo.picture.width,
        height_px=photo.picture.height,
        source_width_px=photo.source_width_px,
        source_height_px=photo.source_height_px,
        bytes=0,
        warnings=photo.warnings,
        seconds=watch.seconds,
    )
    (outputs / EMBEDDING).write_text(report.model_dump_json(exclude=NOT_IN_THE_DOCUMENT, indent=2))
    progress(100, "The photo is ready")
    return report.model_copy(update={"bytes": sum(path.stat().st_size for path in outputs.iterdir())})


def write_photo(path: Path, photo: Photo) -> None:
    """As JPEG with colours as fine as brightness. Metadata stays behind: where it was taken is nobody's business."""
    photo.picture.info.clear()
    photo.picture.save(path, "JPEG", quality=JPEG_QUALITY, subsampling="4:4:4")
