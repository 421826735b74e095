"""levels.json: the levels of detail that were made, and how good each is as it is delivered.

schema 1, one document:
    bounds        robust and full, each min and max [x, y, z]
    long_side_px  at which pictures were compared with the held-out photos
    held_out      names of those photos
    coverage      where few cameras looked (optimizing/coverage.py; null in files of earlier versions)
    trained       splats, psnr, ssim of the model as it came
    culled        splats left out: outliers, unseen, floaters
    levels        from the most splats to the fewest: name, file, format, splats, sh_degree, bytes; psnr, ssim
                  of the file, read back; loss_db, its psnr below the trained model's; psnr_cut, its psnr
                  before refining and compression (null in files of earlier versions)
    streaming     null, or the same place in tiles: file (lod-meta.json), environment (a file or null), tiles (files by
                  level, from the finest), bytes, levels (as above; their file is lod-meta.json)
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from diorama.errors import StageError
from optimizing.bounds import Box
from optimizing.coverage import Coverage

SCHEMA = 1
NAME = "levels.json"


@dataclass(frozen=True)
class MadeLevel:
    """A level's file (relative to levels.json) and its scores against the held-out photos."""

    name: str
    file: str
    splats: int
    sh_degree: int
    bytes: int
    psnr: float
    ssim: float
    loss_db: float
    format: str = "sog"
    psnr_cut: float | None = None


@dataclass(frozen=True)
class MadeTiles:
    """The place in tiles: lod-meta.json, and what it names; all paths relative to levels.json."""

    file: str
    environment: str | None
    tiles: tuple[tuple[str, ...], ...]
    bytes: int
    levels: tuple[MadeLevel, ...]

    @property
    def files(self) -> list[str]:
        """All of them."""
        named = [name for level in self.tiles for name in level]
        return [self.file, *named, *([self.environment] if self.environment else [])]


@dataclass(frozen=True)
class Trained:
    """The model as it came."""

    splats: int
    psnr: float
    ssim: float


@dataclass(frozen=True)
class LevelFile:
    """The document above."""

    robust: Box
    full: Box
    long_side_px: int
    held_out: tuple[str, ...]
    trained: Trained
    culled: dict[str, int]
    levels: tuple[MadeLevel, ...]
    coverage: Coverage | None = None
    streaming: MadeTiles | None = None

    @property
    def finest(self) -> MadeLevel:
        """The full level."""
        return self.streaming.levels[0] if self.streaming else self.levels[0]

    @property
    def files(self) -> list[str]:
        """All that a tour needs of them."""
        return [*(level.file for level in self.levels), *(self.streaming.files if self.streaming else [])]


def write_levels(folder: Path, made: LevelFile) -> None:
    """Writes the document into the folder."""
    document = {
        "schema": SCHEMA,
        "bounds": {"robust": asdict(made.robust), "full": asdict(made.full)},
        "long_side_px": made.long_side_px,
        "held_out": list(made.held_out),
        "trained": asdict(made.trained),
        "culled": made.culled,
        "levels": [asdict(level) for level in made.levels],
        "coverage": asdict(made.coverage) if made.coverage else None,
        "streaming": asdict(made.streaming) if made.streaming else None,
    }
    (folder / NAME).write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def read_levels(folder: Path) -> LevelFile:
    """The document in the folder. Raises `StageError` where there is none, or it is of another schema."""
    try:
        document = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if document["schema"] != SCHEMA:
            raise StageError(
                "unknown_levels",
                f"{NAME} is of schema {document['schema']}; this version reads {SCHEMA}.",
                "Run optimize_splats again.",
            )
        return LevelFile(
            robust=_box(document["bounds"]["robust"]),
            full=_box(document["bounds"]["full"]),
            long_side_px=document["long_side_px"],
            held_out=tuple(document["held_out"]),
            trained=Trained(**document["trained"]),
            culled=document["culled"],
            levels=tuple(MadeLevel(**level) for level in document["levels"]),
            coverage=_coverage(document.get("coverage")),
            streaming=_streaming(document.get("streaming")),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StageError(
            "no_levels", f"The levels of detail can't be read: {error!r}", "Run optimize_splats again."
        ) from error


def worse_than(levels: Sequence[MadeLevel], loss_db: float) -> tuple[str, ...]:
    """A sentence for each level that loses more than this."""
    return tuple(
        f"Level {level.name} shows the held-out photos {level.loss_db:.2f} dB worse than the trained model."
        for level in levels
        if level.loss_db > loss_db
    )


def _coverage(plan: dict[str, Any] | None) -> Coverage | None:
    """None in files of earlier versions."""
    if plan is None:
        return None
    return Coverage(
        **plan | {"origin": tuple(plan["origin"]), "seen_percent": tuple(plan["seen_percent"])},
    )


def _streaming(tiles: dict[str, Any] | None) -> MadeTiles | None:
    """None where the place is small, and in files of earlier versions."""
    if tiles is None:
        return None
    return MadeTiles(
        file=tiles["file"],
        environment=tiles["environment"],
        tiles=tuple(tuple(level) for level in tiles["tiles"]),
        bytes=tiles["bytes"],
        levels=tuple(MadeLevel(**level) for level in tiles["levels"]),
    )


def _box(corners: dict[str, Any]) -> Box:
    return Box(tuple(corners["min"]), tuple(corners["max"]))
