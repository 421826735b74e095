import json
import struct
from pathlib import Path

import pytest
import torch

from splats.errors import UnreadableSplats
from splats.gltf import EXTENSION, read_glb, write_glb
from splats.ply import write_ply
from tests.splats.clouds import apart_deg, cloud
from tests.splats.playcanvas import needed, written_by_playcanvas


def document_of(path: Path) -> dict:
    data = path.read_bytes()
    return json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])


@pytest.mark.parametrize("sh_degree", [0, 1, 2, 3])
def test_a_scene_comes_back_to_the_last_digits_of_a_float(tmp_path: Path, sh_degree: int) -> None:
    scene = cloud(101, sh_degree)
    write_glb(tmp_path / "scene.glb", scene)
    read = read_glb(tmp_path / "scene.glb")
    assert torch.equal(read.means, scene.means)
    assert torch.equal(read.sh, scene.sh)
    assert torch.allclose(read.log_scales, scene.log_scales, atol=1e-5)
    assert torch.allclose(read.opacity_logits, scene.opacity_logits, atol=1e-4)
    assert apart_deg(read.quats, scene.quats).max() < 0.01


def test_the_file_is_as_the_specification_has_it(tmp_path: Path) -> None:
    scene = cloud(7, 2)
    write_glb(tmp_path / "scene.glb", scene)
    data, document = (tmp_path / "scene.glb").read_bytes(), document_of(tmp_path / "scene.glb")
    assert struct.unpack_from("<I", data, 8)[0] == len(data)
    assert len(data) % 4 == 0
    primitive = document["meshes"][0]["primitives"][0]
    assert primitive["mode"] == 0
    assert document["extensionsUsed"] == [EXTENSION]
    assert primitive["extensions"][EXTENSION]["kernel"] == "ellipse"
    wanted = {"POSITION", "COLOR_0", *(f"{EXTENSION}:{name}" for name in ("ROTATION", "SCALE", "OPACITY"))}
    wanted |= {f"{EXTENSION}:SH_DEGREE_{d}_COEF_{n}" for d in range(3) for n in range(2 * d + 1)}
    assert set(primitive["attributes"]) == wanted
    accessors = {name: document["accessors"][index] for name, index in primitive["attributes"].items()}
    assert {accessor["count"] for accessor in accessors.values()} == {7}
    assert accessors["POSITION"]["min"] == scene.means.amin(0).tolist()
    assert accessors["POSITION"]["max"] == scene.means.amax(0).tolist()
    assert accessors["COLOR_0"] == accessors["COLOR_0"] | {"componentType": 5121, "normalized": True}
    for view in document["bufferViews"]:
        assert view["byteOffset"] % 4 == 0
        assert view["byteOffset"] + view["byteLength"] <= document["buffers"][0]["byteLength"]


def test_a_file_without_splats_is_refused(tmp_path: Path) -> None:
    write_glb(tmp_path / "scene.glb", cloud(3, 0))
    data = (tmp_path / "scene.glb").read_bytes()
    (tmp_path / "part.glb").write_bytes(data[:-20])
    (tmp_path / "mesh.glb").write_bytes(data.replace(EXTENSION.encode(), b"KHR_something_elsewhere"))
    (tmp_path / "text.glb").write_text("no glTF at all, but long enough for a header")
    for name in ("part", "mesh", "text"):
        with pytest.raises(UnreadableSplats, match="holds no splats"):
            read_glb(tmp_path / f"{name}.glb")


@pytest.mark.slow
@needed
def test_the_attributes_are_those_that_playcanvas_own_tool_writes(tmp_path: Path) -> None:
    write_ply(tmp_path / "scene.ply", cloud(50, 3))
    written_by_playcanvas(tmp_path / "scene.ply", tmp_path / "theirs.glb")
    write_glb(tmp_path / "ours.glb", cloud(50, 3))
    theirs, ours = (document_of(tmp_path / f"{name}.glb") for name in ("theirs", "ours"))
    primitives = [document["meshes"][0]["primitives"][0] for document in (theirs, ours)]
    assert set(primitives[0]["attributes"]) == set(primitives[1]["attributes"])
    assert primitives[0]["mode"] == primitives[1]["mode"]
    read = read_glb(tmp_path / "theirs.glb")
    assert len(read) == 50
    assert read.sh_degree == 3
