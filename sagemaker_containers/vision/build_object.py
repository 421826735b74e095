"""Stage `build_object`: a photo and its cut-outs in, a 3D object of each out.

Reads `inputs/embedding/` (what `embed_photo` wrote), `inputs/cutouts/` and, where the photo is a frame of a tour,
`inputs/tour/`. Writes `outputs/objects.json`, `outputs/objects/CUTOUT_ID/`, `outputs/scene/` and
`outputs/metadata.json` (docs/decisions/0020). No model is asked for what nobody saw: shapes/ estimates it by rules.
"""

import importlib
import importlib.util
import json
import resource
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from diorama.errors import StageError
from diorama.objects.cutouts import Cutout, TourView
from diorama.objects.stages import BuildObjectParams, BuildObjectReport, BuiltObject, Shape, Vector
from diorama.ports import JsonObject
from diorama.stage import Progress
from diorama.stopwatch import Watch
from facing import faced
from outputs.object_files import Made, make, write_meshes, write_splats
from outputs.scene_files import write_scene
from outputs.story import write_story
from outputs.textured import is_watertight
from photo_cutouts import PhotoCutout, Picture, cut_out, read_cutouts, read_photo
from sam3d.body import body_of
from sam3d.installed import find_sam3d
from sam3d.memory import free_bytes
from sam3d.reconstruct import reconstruct
from shapes.body import Body
from shapes.estimate import Fineness, estimate, fineness
from shapes.layout import Place, as_in_tour, laid_out, seen
from shapes.silhouette import silhouette
from shapes.tour_depth import TourDepth, finest, tour_depth
from shapes.world import Standing, stand

EMBEDDING = "embedding.json"
READ_UNTIL, OBJECTS_UNTIL = 5.0, 90.0
"""Where each step ends on the stage's way to 100 percent."""
LONGEST = 1.0
"""Of an object whose true size is unknown."""
LINUX_KILOBYTE = 1024


@dataclass(frozen=True)
class Size:
    """How long an object's longest side is in its files, and where it stands in its tour, where it is from one."""

    longest: float = LONGEST
    scale_source: str = "none"
    standing: Standing | None = None

    @property
    def is_metric(self) -> bool:
        return self.scale_source != "none"


@dataclass(frozen=True, eq=False)
class Shot:
    """What an object is made of: the photo as it is, or of a tour's frame what faces the object."""

    picture: Picture
    cut: PhotoCutout
    depth: TourDepth | None = None
    scale_source: str = "none"


@dataclass(frozen=True, eq=False)
class Built:
    """An object whose files are written."""

    shot: Shot
    body: Body
    size: Size
    made: Made
    files: dict[str, int]

    @property
    def cutout(self) -> Cutout:
        return self.shot.cut.cutout


def run(inputs: Path, outputs: Path, params: BuildObjectParams, progress: Progress) -> BuildObjectReport:
    """Builds every object, then the scene of all. Raises `StageError` for masks that nothing can be made of."""
    watch = Watch()
    progress(0, "Reading the photo and its cut-outs")
    with watch.step("read"):
        picture = read_photo(inputs / "embedding")
        document = read_cutouts(inputs / "cutouts")
        cuts = cut_out(picture, inputs / "cutouts", document, mask_of_clicks)
    with watch.step("tour"):
        shots = _shots(picture, cuts, document.view, inputs / "tour")
    sam3d = find_sam3d(inputs / "weights")
    built = [
        _build(shot, outputs, params, _Steps(progress, watch, number, len(shots)), sam3d)
        for number, shot in enumerate(shots)
    ]
    progress(OBJECTS_UNTIL, "Laying the objects out as in the photo")
    with watch.step("scene"):
        places = _places(picture, cuts, document.view, built)
        _write_scene(outputs, built, places)
    report = _report(outputs, built, places, watch)
    write_story(outputs, _embedding(inputs / "embedding"), cuts, params, report)
    return report


def _shots(picture: Picture, cuts: list[PhotoCutout], view: TourView | None, tour: Path) -> list[Shot]:
    """One for each cut-out. Raises `StageError` for a tour that can't be read."""
    if view is None or not tour.is_dir():
        return [Shot(picture, cut) for cut in cuts]
    scene = finest(tour)
    facing = [faced(picture, cut, view) for cut in cuts]
    return [Shot(one.picture, one.cut, tour_depth(scene, one.view), view.scale_source) for one in facing]


@dataclass(frozen=True)
class _Steps:
    """Tells how far one of several objects is."""

    progress: Progress
    watch: Watch
    number: int
    count: int

    def tell(self, done: float, message: str) -> None:
        share = (self.number + done) / self.count
        self.progress(
            READ_UNTIL + share * (OBJECTS_UNTIL - READ_UNTIL), message, object=self.number + 1, of=self.count
        )


def _build(
    shot: Shot,
    outputs: Path,
    params: BuildObjectParams,
    steps: _Steps,
    sam3d: Path | None,
) -> Built:
    """One object with all its files."""
    cutout, fine, watch = shot.cut.cutout, fineness(params), steps.watch
    folder = outputs / "objects" / cutout.cutout_id
    folder.mkdir(parents=True)
    steps.tell(0, f"Estimating the shape of {cutout.name}")
    with watch.step("shape"):
        body = _body(shot, fine, params, sam3d)
    size = _size(shot, body)
    steps.tell(0.3, f"Covering {cutout.name} with splats")
    with watch.step("surface"):
        made = make(
            body,
            size.longest,
            splats=fine.splats,
            most_faces=params.max_faces,
            texture_px=fine.texture_px,
            seed=params.seed,
        )
    with watch.step("splats"):
        write_splats(folder, made)
    steps.tell(0.7, f"Writing the meshes of {cutout.name}")
    with watch.step("meshes"):
        write_meshes(folder, made, cutout.name, size.is_metric)
    return Built(shot, body, size, made, _sizes(outputs, folder))


def _size(shot: Shot, body: Body) -> Size:
    """From the tour's depth under the mask; unknown without one."""
    seen_depth = shot.depth.of_mask(shot.cut.mask) if shot.depth else None
    if shot.depth is None or seen_depth is None:
        return Size()
    standing = stand(body, shot.depth.lens, seen_depth)
    if shot.scale_source == "none":
        return Size(standing=standing)
    return Size(standing.longest, shot.scale_source, standing)


def _places(
    picture: Picture, cuts: list[PhotoCutout], view: TourView | None, built: list[Built]
) -> list[Place]:
    """As in the tour where that is known of all, else as the photo lets one guess."""
    standings = [one.size.standing for one in built if one.size.standing]
    if view and len(standings) == len(built):
        return as_in_tour(standings, [one.size.longest for one in built], np.array(view.world_from_camera))
    height, width = picture.shape[:2]
    return laid_out([seen(one.body, cut.mask) for one, cut in zip(built, cuts, strict=True)], width, height)


def _body(shot: Shot, fine: Fineness, params: BuildObjectParams, sam3d: Path | None) -> Body:
    """By the owner's model where there is one and nobody asked for a shape by its name; else estimated."""
    wanted = _wanted(shot.cut.cutout, params)
    if sam3d is None or wanted:
        return estimate(shot.picture, shot.cut, fine, params.seed, wanted)
    found = reconstruct(sam3d, shot.picture, shot.cut.mask, params.quality, params.seed, free_bytes())
    return body_of(found, silhouette(shot.cut.mask, fine.cells), fine.texture_px)


def _wanted(cutout: Cutout, params: BuildObjectParams) -> Shape | None:
    """The shape that was asked for, of this cut-out or of all; None: as it looks."""
    return cutout.shape or (None if params.shape == "auto" else params.shape)


def _write_scene(outputs: Path, built: list[Built], places: list[Place]) -> None:
    meshes = {one.cutout.cutout_id: one.made.web for one in built}
    write_scene(outputs / "scene", places, [one.made.splats for one in built], meshes)


def _report(outputs: Path, built: list[Built], places: list[Place], watch: Watch) -> BuildObjectReport:
    objects = tuple(_described(one, place) for one, place in zip(built, places, strict=True))
    scene = _sizes(outputs, outputs / "scene")
    return BuildObjectReport(
        model="sam-3d-objects" if any(one.body.model == "sam-3d-objects" for one in built) else "diorama",
        objects=objects,
        scene_files=scene,
        bytes=sum(scene.values()) + sum(sum(one.files.values()) for one in objects),
        peak_memory_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * LINUX_KILOBYTE,
        warnings=tuple(_lost(one) for one in built if one.shot.depth and not one.size.standing),
        seconds=watch.seconds,
    )


def _lost(one: Built) -> str:
    return f"Nothing of the tour was found where {one.cutout.name} is: its true size is not known."


def _described(one: Built, place: Place) -> BuiltObject:
    low, high = one.made.full.bounds
    return BuiltObject(
        cutout_id=one.cutout.cutout_id,
        name=one.cutout.name,
        model=one.body.model,
        shape=one.body.shape,
        is_estimated=one.body.model == "diorama",
        how=one.body.why,
        splats=len(one.made.splats),
        vertices=len(one.body.surface.vertices),
        faces=len(one.body.surface.faces),
        web_faces=len(one.made.web.faces),
        is_watertight=is_watertight(one.body.surface),
        is_web_watertight=is_watertight(one.made.web_surface),
        bounds_min=_vector(low),
        bounds_max=_vector(high),
        placed_at=place.placed_at,
        scene_scale=place.scale,
        scale_source=one.size.scale_source,
        world_from_object=one.size.standing.for_longest(one.size.longest) if one.size.standing else None,
        files=one.files,
    )


def _vector(values: np.ndarray) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])


def _sizes(outputs: Path, folder: Path) -> dict[str, int]:
    """Path below the output -> bytes, of every file of a folder."""
    return {path.relative_to(outputs).as_posix(): path.stat().st_size for path in sorted(folder.iterdir())}


def _embedding(folder: Path) -> JsonObject:
    """What `embed_photo` said of the photo; nothing where that is not to be read, since nothing depends on it."""
    try:
        document: JsonObject = json.loads((folder / EMBEDDING).read_bytes())
    except (OSError, ValueError):
        return {}
    return document


def mask_of_clicks(photo: Picture, cutout: Cutout) -> Picture:
    """The mask of clicks and box, by the method that the page has too. Raises `StageError` where it isn't here."""
    if importlib.util.find_spec("clicknet") is None:
        raise StageError(
            "no_mask",
            f"'{cutout.name}' has clicks but no mask, and masks are not made of clicks here.",
            "Confirm the cut-out on the page: it sends the mask along.",
        )
    segmenter = importlib.import_module("clicknet.segmenter").Segmenter(photo)
    sure = segmenter.segment(cutout.clicks, cutout.box)
    size = (photo.shape[1], photo.shape[0])
    return np.asarray(cv2.resize(sure, size, interpolation=cv2.INTER_CUBIC), np.uint8)
