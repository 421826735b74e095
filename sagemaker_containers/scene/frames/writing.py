"""The stage's output folder: images numbered in order, and `metadata.json` about every candidate.

metadata.json, schema 1:
    source       "video" or "photos"
    video        the probe of the video, or null
    images       width_px, height_px of the stored images where all are alike, else null
    candidates   in order: name, time_s, kept, reason, image, shift, relative_sharpness, scores, width_px,
                 height_px, focal_35mm_mm, camera
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import cv2

from frames.candidates import Candidate
from frames.decode import Picture
from frames.probe import VideoProbe
from frames.selection import Verdict

JPEG_QUALITY = 95
"""Training sees these pixels: below 95, block edges end up in the splats."""


@dataclass
class ImageFolder:
    """`outputs/images`: candidates are written as they come, and those not chosen are removed at the end."""

    folder: Path
    count: int = 0
    sizes: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def store(self, picture: Picture) -> Path:
        """Writes a BGR picture and says where."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.count += 1
        path = self.folder / f"candidate_{self.count:06d}.jpg"
        if not cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
            raise OSError(f"{path} could not be written")
        self.sizes[path] = (picture.shape[1], picture.shape[0])
        return path

    def settle(self, candidates: Sequence[Candidate], verdicts: Sequence[Verdict]) -> list[Path | None]:
        """Numbers the kept images from 00001.jpg and deletes the others."""
        names: list[Path | None] = []
        kept = 0
        for candidate, verdict in zip(candidates, verdicts, strict=True):
            names.append(None)
            if candidate.stored is None:
                continue
            if not verdict.kept:
                candidate.stored.unlink()
                continue
            kept += 1
            names[-1] = candidate.stored.rename(self.folder / f"{kept:05d}.jpg")
        return names

    def clear(self) -> None:
        """Removes what was stored so far."""
        for path in self.sizes:
            path.unlink(missing_ok=True)


def write_metadata(
    path: Path,
    probe: VideoProbe | None,
    candidates: Sequence[Candidate],
    verdicts: Sequence[Verdict],
    images: Sequence[Path | None],
    sizes: dict[Path, tuple[int, int]],
) -> None:
    """Writes `metadata.json` as described above."""
    entries = [
        _entry(candidate, verdict, image, sizes)
        for candidate, verdict, image in zip(candidates, verdicts, images, strict=True)
    ]
    alike = {(entry["width_px"], entry["height_px"]) for entry in entries if entry["kept"]}
    width_px, height_px = alike.pop() if len(alike) == 1 else (None, None)
    document = {
        "schema": 1,
        "source": "photos" if probe is None else "video",
        "video": None if probe is None else asdict(probe),
        "images": None if width_px is None else {"width_px": width_px, "height_px": height_px},
        "candidates": entries,
    }
    path.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _entry(
    candidate: Candidate, verdict: Verdict, image: Path | None, sizes: dict[Path, tuple[int, int]]
) -> dict[str, Any]:
    width_px, height_px = sizes.get(candidate.stored, (0, 0)) if candidate.stored else (0, 0)
    scores = asdict(candidate.scores) if candidate.scores else None
    if scores:
        del scores["fingerprint"]
    return {
        "name": candidate.name,
        "time_s": _rounded(candidate.time_s),
        "kept": verdict.kept,
        "reason": verdict.reason,
        "image": image.name if image else None,
        "shift": _rounded(candidate.shift),
        "relative_sharpness": _rounded(verdict.relative_sharpness),
        "scores": {key: _rounded(value) for key, value in scores.items()} if scores else None,
        "width_px": width_px,
        "height_px": height_px,
        "focal_35mm_mm": candidate.focal_35mm_mm,
        "camera": candidate.camera,
    }


def _rounded(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value
