"""The frames that `sample_frames` left: names, times, sizes and lenses."""

import json
from dataclasses import dataclass
from pathlib import Path

from diorama.errors import StageError


@dataclass(frozen=True)
class Frame:
    """A stored image. `time_s` counts from the start of the video, None for a photo."""

    image: str
    source_name: str
    time_s: float | None
    width_px: int
    height_px: int
    focal_35mm_mm: float | None
    camera: str | None

    @property
    def lens(self) -> tuple[int, int, float | None, str | None]:
        """What frames have in common that were taken through one lens at one zoom."""
        return self.width_px, self.height_px, self.focal_35mm_mm, self.camera


def read_frames(folder: Path) -> list[Frame]:
    """All kept frames in order. Raises `StageError` where the folder is not one of frames."""
    try:
        document = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
        entries = [entry for entry in document["candidates"] if entry["kept"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StageError(
            "no_frames", "The folder holds no frames with a metadata.json.", "Run sample_frames first."
        ) from error
    return [
        Frame(
            image=entry["image"],
            source_name=entry["name"],
            time_s=entry["time_s"],
            width_px=entry["width_px"],
            height_px=entry["height_px"],
            focal_35mm_mm=entry["focal_35mm_mm"],
            camera=entry["camera"],
        )
        for entry in entries
    ]
