"""GLB, OBJ and STL, opened again by another program: the same triangles, the same place, the same picture."""

import io
import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from outputs.mesh_files import write_glb, write_obj_zip, write_stl
from outputs.textured import TexturedMesh
from tests.vision.outputs.bodies import LONGEST, made


def bounds(mesh: TexturedMesh) -> np.ndarray:
    return np.stack(mesh.bounds)


def test_glb_holds_the_mesh_with_its_texture(tmp_path: Path) -> None:
    mesh = made().web
    write_glb(tmp_path / "mesh.glb", {"A board": mesh})
    scene = trimesh.load(tmp_path / "mesh.glb", process=False)
    assert np.allclose(scene.bounds, bounds(mesh), atol=1e-6)
    [found] = scene.geometry.values()
    assert (len(found.vertices), len(found.faces)) == (len(mesh.vertices), len(mesh.faces))
    assert np.allclose(found.vertex_normals, mesh.normals, atol=1e-3)
    material = found.visual.material
    assert material.metallicFactor == 0
    shown = np.asarray(material.baseColorTexture.convert("RGB"), int)
    assert np.abs(shown - mesh.texture).mean() < 3


def test_glb_says_its_material_in_the_words_of_gltf(tmp_path: Path) -> None:
    write_glb(tmp_path / "mesh.glb", {"A board": made().web})
    content = (tmp_path / "mesh.glb").read_bytes()
    [length] = struct.unpack_from("<I", content, 12)
    document = json.loads(content[20 : 20 + length])
    assert document["asset"]["version"] == "2.0"
    [primitive] = document["meshes"][0]["primitives"]
    assert {"POSITION", "NORMAL", "TEXCOORD_0"} <= set(primitive["attributes"])
    assert document["images"][0]["mimeType"] == "image/jpeg"
    assert "baseColorTexture" in document["materials"][primitive["material"]]["pbrMetallicRoughness"]
    assert document.get("extensionsRequired", []) == []


def test_textures_are_the_right_way_up_in_every_mesh(tmp_path: Path) -> None:
    """A corner of the texture's first row is seen at the top: v counts from above in glTF, from below in OBJ."""
    mesh = made().web
    write_glb(tmp_path / "mesh.glb", {"A board": mesh})
    write_obj_zip(tmp_path / "mesh.obj.zip", mesh, "A board")
    [in_glb] = trimesh.load(tmp_path / "mesh.glb", process=False).geometry.values()
    in_obj = opened_obj(tmp_path / "mesh.obj.zip")
    for found in (in_glb, in_obj):
        front = found.vertex_normals[:, 2] > 0.8  # one piece of the texture
        height, v = found.vertices[front, 1], found.visual.uv[front, 1]
        assert np.corrcoef(height, v)[0, 1] > 0.99  # trimesh shows v from below, whatever the file says


def opened_obj(path: Path) -> trimesh.Trimesh:
    with zipfile.ZipFile(path) as archive:
        files = {name: io.BytesIO(archive.read(name)) for name in archive.namelist()}
    resolver = trimesh.resolvers.ZipResolver(files)
    return trimesh.load(files["mesh.obj"], file_type="obj", resolver=resolver, process=False)


def test_obj_is_a_zip_with_material_and_texture(tmp_path: Path) -> None:
    mesh = made().web
    write_obj_zip(tmp_path / "mesh.obj.zip", mesh, "A\nboard")
    found = opened_obj(tmp_path / "mesh.obj.zip")
    assert len(found.faces) == len(mesh.faces)
    assert np.allclose(found.bounds, bounds(mesh), atol=1e-5)
    assert found.visual.material.image.size == mesh.texture.shape[1::-1]
    with zipfile.ZipFile(tmp_path / "mesh.obj.zip") as archive:
        assert archive.namelist() == ["mesh.obj", "mesh.mtl", "texture.jpg"]
        assert Image.open(io.BytesIO(archive.read("texture.jpg"))).format == "JPEG"


@pytest.mark.parametrize(("is_metric", "scale"), [(True, 1000.0), (False, 100.0 / LONGEST)])
def test_stl_is_in_millimetres_and_stands_upright(tmp_path: Path, is_metric: bool, scale: float) -> None:
    mesh = made().full
    write_stl(tmp_path / "mesh.stl", mesh, is_metric)
    found = trimesh.load(tmp_path / "mesh.stl")
    assert len(found.faces) == len(mesh.faces)
    low, high = bounds(mesh) * scale
    assert np.allclose(found.bounds, [[low[0], -high[2], low[1]], [high[0], -low[2], high[1]]], rtol=1e-4)
    assert found.is_watertight
    assert found.volume > 0
    assert b"millimetres" in (tmp_path / "mesh.stl").read_bytes()[:80]
