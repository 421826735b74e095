"""USDZ is what iOS asks for: aligned, uncompressed, its texture inside, every path leading somewhere."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from outputs.usdz import aligned_zip, write_usdz
from tests.vision.outputs.bodies import made
from tests.vision.outputs.usd_text import links, members, numbers, prims


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("usdz") / "mesh.usdz"
    write_usdz(path, made().web, is_metric=True)
    return path


@pytest.fixture(scope="module")
def layer(package: Path) -> str:
    return members(package.read_bytes())[0].data.decode()


def test_files_are_stored_and_begin_at_multiples_of_64(package: Path) -> None:
    found = members(package.read_bytes())
    assert [member.name for member in found] == ["object.usda", "texture.jpg"]
    assert all(member.method == 0 and member.begins_at % 64 == 0 for member in found)


def test_other_programs_read_the_zip_too(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        texture = Image.open(io.BytesIO(archive.read("texture.jpg")))
    assert texture.format == "JPEG"
    assert texture.size == made().web.texture.shape[1::-1]


def test_the_layer_holds_the_mesh(layer: str) -> None:
    mesh = made().web
    assert layer.startswith("#usda 1.0\n")
    points = numbers(layer, "points").reshape(-1, 3)
    assert np.allclose(points, mesh.vertices, atol=1e-5)
    assert np.array_equal(numbers(layer, "faceVertexIndices"), mesh.faces.ravel())
    assert np.array_equal(numbers(layer, "faceVertexCounts"), np.full(len(mesh.faces), 3))
    assert len(numbers(layer, "normals")) == 3 * len(points)
    assert np.allclose(numbers(layer, "primvars:st").reshape(-1, 2), mesh.uv * (1, -1) + (0, 1), atol=1e-5)
    assert np.allclose(numbers(layer, "extent").reshape(2, 3), [points.min(0), points.max(0)], atol=1e-5)


def test_every_path_leads_to_a_prim(layer: str) -> None:
    assert {"/Object", "/Object/Mesh", "/Object/Material"} <= prims(layer)
    assert links(layer) <= prims(layer)
    assert 'defaultPrim = "Object"' in layer
    assert "@texture.jpg@" in layer


def test_pixars_own_library_finds_nothing_wrong(package: Path) -> None:
    usd = pytest.importorskip("pxr.Usd", reason="usd-core is not installed")
    validation = pytest.importorskip("pxr.UsdValidation")
    stage = usd.Stage.Open(str(package))
    everything = validation.ValidationRegistry().GetOrLoadAllValidators()
    assert not validation.ValidationContext(everything).Validate(stage)
    assert len(stage.GetPrimAtPath("/Object/Mesh").GetAttribute("points").Get()) == len(made().web.vertices)


@given(st.lists(st.tuples(st.from_regex("[a-z]{1,90}", fullmatch=True), st.binary(max_size=200)), max_size=5))
def test_whatever_the_names_and_sizes_bytes_are_aligned(files: list[tuple[str, bytes]]) -> None:
    package = aligned_zip(dict(files))
    assert {member.name: member.data for member in members(package)} == dict(files)
    assert all(member.begins_at % 64 == 0 for member in members(package))
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == dict(files)
