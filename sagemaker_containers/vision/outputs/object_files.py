"""The files of one object, in its own folder."""

import math
from dataclasses import dataclass, replace
from pathlib import Path

from outputs.mesh_files import write_glb, write_obj_zip, write_stl
from outputs.picture import write_picture
from outputs.splats_of import splats_of
from outputs.textured import TexturedMesh, textured, with_fewer_faces
from outputs.usdz import write_usdz
from shapes.body import Body
from shapes.surface import Surface
from splats.ply import write_ply
from splats.scene import SplatScene
from splats.sog import write_sog


@dataclass(frozen=True, eq=False)
class Made:
    """What one object's files hold; `web` has fewer faces than `full`."""

    splats: SplatScene
    full: TexturedMesh
    web: TexturedMesh
    web_surface: Surface


def make(body: Body, longest: float, *, splats: int, most_faces: int, texture_px: int, seed: int) -> Made:
    """Splats and meshes in the object's frame, its longest side being that long."""
    frame = body.frame(longest)
    fewer = with_fewer_faces(body.surface, most_faces)
    return Made(
        splats=splats_of(body, frame, splats, seed)
        if body.splats is None
        else enlarged(body.splats, longest),
        full=textured(body, body.surface, frame, texture_px),
        web=textured(body, fewer, frame, texture_px),
        web_surface=fewer,
    )


def enlarged(scene: SplatScene, times: float) -> SplatScene:
    """Splats so many times as large, seen from the origin."""
    return replace(scene, means=scene.means * times, log_scales=scene.log_scales + math.log(times))


def write_splats(folder: Path, made: Made) -> None:
    """splats.ply, splats.sog and the picture of them."""
    write_ply(folder / "splats.ply", made.splats)
    write_sog(folder / "splats.sog", made.splats)
    write_picture(folder / "picture.webp", made.splats)


def write_meshes(folder: Path, made: Made, name: str, is_metric: bool) -> None:
    """mesh.glb and full.glb, and for other programs OBJ, STL and USDZ."""
    write_glb(folder / "mesh.glb", {name: made.web})
    write_glb(folder / "full.glb", {name: made.full})
    write_obj_zip(folder / "mesh.obj.zip", made.web, name)
    write_stl(folder / "mesh.stl", made.full, is_metric)
    write_usdz(folder / "mesh.usdz", made.web, is_metric)
