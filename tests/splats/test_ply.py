import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from splats.errors import UnreadableSplats
from splats.ply import property_names, read_ply, write_ply
from splats.scene import SH_C0, SplatScene, empty_scene

FIELDS = ("means", "quats", "log_scales", "opacity_logits", "sh")


def scene_of(rows: np.ndarray, sh_degree: int) -> SplatScene:
    columns = torch.from_numpy(rows)
    return SplatScene(
        means=columns[:, :3],
        quats=columns[:, 3:7],
        log_scales=columns[:, 7:10],
        opacity_logits=columns[:, 10],
        sh=columns[:, 11:].reshape(len(rows), (sh_degree + 1) ** 2, 3),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), sh_degree=st.integers(0, 3), count=st.integers(0, 5))
def test_any_scene_comes_back_bit_for_bit(
    data: st.DataObject, sh_degree: int, count: int, tmp_path: Path
) -> None:
    width = 11 + 3 * (sh_degree + 1) ** 2
    bits = data.draw(hnp.arrays(np.uint32, (count, width)))
    scene = scene_of(bits.view(np.float32), sh_degree)
    write_ply(tmp_path / "scene.ply", scene)
    again = read_ply(tmp_path / "scene.ply")
    assert again.sh_degree == sh_degree
    for name in FIELDS:
        written, read = getattr(scene, name), getattr(again, name)
        assert torch.equal(written.contiguous().view(torch.int32), read.contiguous().view(torch.int32)), name
    first = (tmp_path / "scene.ply").read_bytes()
    write_ply(tmp_path / "again.ply", again)
    assert (tmp_path / "again.ply").read_bytes() == first


def test_the_layout_is_that_of_3dgs(tmp_path: Path) -> None:
    rows = np.arange(11 + 12, dtype=np.float32)[None]
    write_ply(tmp_path / "one.ply", scene_of(rows, 1))
    head, _, body = (tmp_path / "one.ply").read_bytes().partition(b"end_header\n")
    lines = head.decode().splitlines()
    assert lines[:3] == ["ply", "format binary_little_endian 1.0", "element vertex 1"]
    names = [line.split()[-1] for line in lines[3:]]
    assert names == property_names(1)
    assert names[6:12] == ["f_dc_0", "f_dc_1", "f_dc_2", "f_rest_0", "f_rest_1", "f_rest_2"]
    by_name = dict(zip(names, struct.unpack(f"<{len(names)}f", body), strict=True))
    assert [by_name[name] for name in ("x", "y", "z", "nx", "ny", "nz")] == [0, 1, 2, 0, 0, 0]
    assert [by_name[f"rot_{i}"] for i in range(4)] == [3, 4, 5, 6]
    assert [by_name[f"scale_{i}"] for i in range(3)] == [7, 8, 9]
    assert by_name["opacity"] == 10
    # coefficient by coefficient r g b in memory, all of red, then green, then blue in the file
    assert [by_name[f"f_dc_{i}"] for i in range(3)] == [11, 12, 13]
    assert [by_name[f"f_rest_{i}"] for i in range(9)] == [14, 17, 20, 15, 18, 21, 16, 19, 22]


def foreign(header: str, body: bytes = b"") -> bytes:
    return ("ply\nformat binary_little_endian 1.0\n" + header + "end_header\n").encode() + body


def properties(names: list[str], kind: str = "float") -> str:
    return "".join(f"property {kind} {name}\n" for name in names)


def test_files_without_normals_or_in_another_order_or_type_are_read(tmp_path: Path) -> None:
    names = sorted(name for name in property_names(0) if not name.startswith("n"))
    values = {name: float(i) for i, name in enumerate(names)}
    header = "comment by another program\nelement vertex 1\n" + properties(names, "double")
    header += "element face 0\nproperty list uchar int vertex_indices\n"
    (tmp_path / "a.ply").write_bytes(foreign(header, struct.pack(f"<{len(names)}d", *values.values())))
    scene = read_ply(tmp_path / "a.ply")
    assert scene.means.tolist() == [[values["x"], values["y"], values["z"]]]
    assert scene.quats.tolist() == [[values[f"rot_{i}"] for i in range(4)]]
    assert scene.sh.tolist() == [[[values[f"f_dc_{i}"] for i in range(3)]]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a PLY file"),
        (b"PK\x03\x04 something else", "not a PLY file"),
        (b"ply\nformat ascii 1.0\nelement vertex 0\nend_header\n", "another format"),
        (foreign("element face 3\nproperty int a\n"), "does not begin with its vertices"),
        (foreign("element vertex -1\n"), "does not begin with its vertices"),
        (foreign("element vertex 0\nproperty list uchar int x\n"), "no splat has"),
        (foreign("element vertex 0\nproperty quaternion x\n"), "no splat has"),
        (foreign("element vertex 0\n" + properties(["x", "x"])), "twice"),
        (foreign("element vertex 0\n" + properties(["x", "y", "z"])), "lacks f_dc_0"),
        (
            foreign("element vertex 0\n" + properties([*property_names(0), "f_rest_0"])),
            "1 colour coefficients",
        ),
        (foreign("element vertex 2\n" + properties(property_names(0)), bytes(17 * 4)), "ends after 1 of 2"),
    ],
)
def test_other_files_are_refused_with_a_sentence(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "other.ply"
    path.write_bytes(content)
    with pytest.raises(UnreadableSplats, match=said) as refusal:
        read_ply(path)
    assert refusal.value.advice


def test_a_scene_knows_its_shapes() -> None:
    scene = empty_scene(2)
    assert (len(scene), scene.sh_degree, scene.with_sh_degree(3).sh.shape) == (0, 2, (0, 16, 3))
    with pytest.raises(ValueError, match="quats"):
        SplatScene(
            torch.zeros(2, 3), torch.zeros(3, 4), torch.zeros(2, 3), torch.zeros(2), torch.zeros(2, 1, 3)
        )
    with pytest.raises(ValueError, match="sh"):
        SplatScene(
            torch.zeros(2, 3), torch.zeros(2, 4), torch.zeros(2, 3), torch.zeros(2), torch.zeros(2, 5, 3)
        )


def test_what_training_moves_is_activated_on_demand() -> None:
    scene = scene_of(np.array([[0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 0, 1, 0, -1]], np.float32), 0)
    assert torch.allclose(scene.scales, torch.tensor([[1.0, 2.7182817, 7.389056]]))
    assert scene.opacities.tolist() == [0.5]
    assert torch.allclose(scene.base_colors, torch.tensor([[0.5 + SH_C0, 0.5, 0.5 - SH_C0]]))
    assert len(scene.select(torch.tensor([0, 0]))) == 2
    assert scene.with_sh_degree(1).with_sh_degree(0).sh.equal(scene.sh)
