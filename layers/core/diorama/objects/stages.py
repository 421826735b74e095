"""The stages of objects: their parameters and reports.

These models are the one source for validation, the API document, the page's form and the CLI's flags.
"""

from typing import Literal, Self

from pydantic import Field

from diorama.objects import effort
from diorama.stage import Contract, Params, Report, Stage

Vector = tuple[float, float, float]
Row = tuple[float, float, float, float]
Matrix = tuple[Row, Row, Row, Row]
Quality = Literal["fast", "balanced", "high"]
Shape = Literal["inflated", "lathe", "extruded", "flat"]
EmbeddingModel = Literal["sam3", "sam2", "sam1", "diorama"]
ShapeModel = Literal["sam-3d-objects", "diorama"]


class EmbedPhotoParams(Params):
    """Which photos are accepted, and how large the one is that masks are made on."""

    max_bytes: int = Field(20 * 1000**2, gt=0, description="Of the photo's file, at most")
    max_source_side_px: int = Field(8192, ge=256, description="Long side of the photo, at most")
    min_source_side_px: int = Field(64, ge=16, description="Short side of the photo, at least")
    max_side_px: int = Field(
        2048, ge=256, le=4096, description="Long side of the photo that masks are made on"
    )

    def smaller(self) -> Self | None:
        return self._scaled({"max_side_px": 0.7})


class EmbeddingArray(Contract):
    """One array of an embedding, row-major in a file of its own."""

    name: str
    file: str
    dtype: Literal["float16"]
    shape: tuple[int, ...]


class ModelFrame(Contract):
    """Where the photo lies in the square that the model sees: scaled to this size, in its upper left corner.

    A point of the photo times `width_px / report.width_px` (and so for y) is where the decoder wants it; of the
    decoder's mask the same share is the photo's.
    """

    side_px: int = Field(description="Of the square")
    width_px: int = Field(description="Of the photo in it")
    height_px: int


class EmbedPhotoReport(Report):
    """The photo upright, and what a mask decoder needs of it."""

    model: EmbeddingModel = Field(description='"diorama": no weights are installed; the page needs none')
    width_px: int = Field(description="Of the photo that masks are made on, upright")
    height_px: int
    source_width_px: int = Field(description="Of the photo as it was uploaded, upright")
    source_height_px: int
    arrays: tuple[EmbeddingArray, ...] = ()
    frame: ModelFrame | None = Field(None, description="Null where no weights are installed")
    weights: str = Field("", description="SHA-256 of the weights' file")
    decoder: str = Field("", description="File of the model's mask decoder (ONNX), where it has one")
    decoder_digest: str = Field("", description="SHA-256 of that file, under which browsers keep it")
    bytes: int = Field(description="Of all files")
    warnings: tuple[str, ...] = Field((), description="What the person should know, in sentences")
    seconds: dict[str, float] = Field(default_factory=dict, description="By step of the stage")


class BuildObjectParams(Params):
    """How finely objects are made."""

    quality: Quality = Field("balanced", description="Splats, faces and texture together")
    shape: Literal["auto", Shape] = Field(
        "auto", description="How a shape is estimated where no model is installed that knows it"
    )
    max_faces: int = Field(20_000, ge=500, le=200_000, description="Faces of the mesh for the web, at most")
    splats: int | None = Field(None, ge=1_000, le=2_000_000, description="Splats of each object")
    texture_side_px: int | None = Field(None, ge=128, le=4096, description="Long side of the texture")
    seed: int = Field(0, ge=0)

    def smaller(self) -> Self | None:
        """A quality lower, and what was asked for by number in proportion."""
        lower: dict[Quality, Quality] = {"high": "balanced", "balanced": "fast"}
        scaled = self._scaled({"splats": 0.5, "texture_side_px": 0.5, "max_faces": 0.5})
        if self.quality in lower:
            return (scaled or self).model_copy(update={"quality": lower[self.quality]})
        return scaled


class BuiltObject(Contract):
    """One object: what made it, how large it is, and its files."""

    cutout_id: str
    name: str
    model: ShapeModel
    shape: Shape | None = Field(None, description="How it was estimated; null where a model saw it")
    is_estimated: bool = Field(description="The side that no camera saw is a guess by rules, not by a model")
    splats: int
    vertices: int = Field(description="Of the full mesh")
    faces: int
    web_faces: int = Field(description="Of the mesh for the web")
    is_watertight: bool = Field(description="The full mesh is closed, and agrees on what is outside")
    is_web_watertight: bool = Field(True, description="The mesh for the web, too")
    bounds_min: Vector
    bounds_max: Vector
    placed_at: Vector = Field(description="Where its origin stands in the scene of all objects")
    scene_scale: float = Field(
        1.0, gt=0, description="How many times larger it is there than in its own files"
    )
    how: str = Field("", description="Why it got this shape, in a sentence")
    scale_source: str = Field(
        "none", description='"none": its longest side is 1; else as the tour has it, metres'
    )
    world_from_object: Matrix | None = Field(
        None,
        description="4 x 4, into the tour that it was lifted from: a rotation times a scale, and a shift",
    )
    files: dict[str, int] = Field(description="Path below the output -> bytes")


class BuildObjectReport(Report):
    """The objects of one photo."""

    model: ShapeModel
    objects: tuple[BuiltObject, ...]
    scene_files: dict[str, int] = Field(
        default_factory=dict, description="Of all objects together: path below the output -> bytes"
    )
    peak_memory_bytes: int = Field(0, description="Most memory that the stage held")
    bytes: int = Field(description="Of all files")
    warnings: tuple[str, ...] = Field((), description="What the person should know, in sentences")
    seconds: dict[str, float] = Field(default_factory=dict, description="By step of the stage")


EMBED_PHOTO = Stage(
    "embed_photo",
    container="vision",
    revision=1,
    inputs=("photo",),
    output_kind="embeddings",
    params=EmbedPhotoParams,
    report=EmbedPhotoReport,
    hardware="gpu",
    service="endpoint",
    uses_weights=True,
    effort=effort.embed_photo,
)

BUILD_OBJECT = Stage(
    "build_object",
    container="vision",
    revision=4,
    inputs=("embedding", "cutouts"),
    optional_inputs=("tour",),
    output_kind="objects",
    params=BuildObjectParams,
    report=BuildObjectReport,
    hardware="gpu",
    service="endpoint",
    uses_weights=True,
    effort=effort.build_object,
)

STAGES = (EMBED_PHOTO, BUILD_OBJECT)
