"""Weights become a decoder that answers as transformers does, or are refused."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
import torch
from safetensors.torch import load_file, save_file

from diorama.errors import StageError
from encoders import install as installing
from encoders.install import install, main
from encoders.installed import find_installed, is_waiting
from encoders.parity import Difference
from tests.vision.tiny_models import write_tiny, write_tiny_video

Folders = Callable[[str], Path]


def reason(call: Callable[[], object]) -> str:
    with pytest.raises(StageError) as caught:
        call()
    assert caught.value.stable_code == "unusable_weights"
    assert "encoders.install" in caught.value.advice
    return caught.value.message


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sam1", "sam2", "sam3"])
def test_the_exported_decoder_answers_as_transformers_does(installed_tiny: Folders, name: str) -> None:
    found = find_installed(installed_tiny(name))
    assert found is not None
    folder, installed = found
    assert installed.model == name
    assert installed.pixels_that_differ <= 0.005
    assert installed.score_error < 0.002
    assert installed.decoder_bytes == (folder / "decoder.onnx").stat().st_size
    assert list(installed.files) == ["model.safetensors"]
    assert len(installed.weights) == 64
    assert not is_waiting(installed_tiny(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sam2", "sam3"])
def test_weights_as_they_are_published_hold_videos_parts_which_are_left_aside(
    tmp_path: Path, name: str
) -> None:
    folder = write_tiny_video(name, tmp_path)
    assert f"{name}_video" in (folder / "config.json").read_text()
    installed = install(folder)
    assert installed.model == name
    assert installed.pixels_that_differ <= 0.005


@pytest.mark.slow
def test_the_decoder_is_lean_and_says_nothing_of_the_machine_it_was_made_on(installed_tiny: Folders) -> None:
    decoder = onnx.load(installed_tiny("sam2") / "sam2" / "decoder.onnx")
    onnx.checker.check_model(decoder)
    large = [array for array in decoder.graph.initializer if len(array.raw_data) > 4096]
    assert all(array.data_type == onnx.TensorProto.FLOAT16 for array in large)
    assert str(Path(__file__).parents[3]).encode() not in decoder.SerializeToString()
    assert [entry.name for entry in decoder.graph.input] == [
        "image", "point_coords", "point_labels", "mask_input", "has_mask_input", "image_x2", "image_x4",
    ]  # fmt: skip
    assert [entry.name for entry in decoder.graph.output] == ["mask", "iou"]


@pytest.mark.slow
def test_the_best_model_that_is_installed_is_taken(installed_tiny: Folders, tmp_path: Path) -> None:
    for name in ("sam1", "sam2"):
        shutil.copytree(installed_tiny(name) / name, tmp_path / name)
    found = find_installed(tmp_path)
    assert found is not None
    assert found[1].model == "sam2"


@pytest.mark.slow
def test_weights_that_changed_after_they_were_installed_are_refused(
    installed_tiny: Folders, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(installed_tiny("sam1") / "sam1", tmp_path / "sam1"))
    with (folder / "model.safetensors").open("ab") as file:
        file.write(b"more")
    assert "model.safetensors is not what was installed" in reason(lambda: find_installed(tmp_path))


def test_a_decoder_that_answers_otherwise_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installing, "export", lambda _decoder, _embedding, path: path.write_bytes(b"a graph"))
    monkeypatch.setattr(installing, "compare", lambda *_: Difference(pixels=0.2, score=0.001))
    assert main([str(write_tiny("sam1", tmp_path / "sam1"))]) == 1
    assert "differs from theirs in 20.00%" in capsys.readouterr().err
    assert sorted(path.name for path in (tmp_path / "sam1").iterdir()) == ["config.json", "model.safetensors"]
    assert find_installed(tmp_path) is None
    assert is_waiting(tmp_path)


def test_weights_with_arrays_missing_are_refused(tmp_path: Path) -> None:
    file = write_tiny("sam2", tmp_path) / "model.safetensors"
    arrays = load_file(file)
    arrays.pop("no_memory_embedding")
    save_file(arrays, file, metadata={"format": "pt"})
    assert "1 of the model's arrays are not in them, as no_memory_embedding" in reason(
        lambda: install(tmp_path)
    )


def test_arrays_of_another_size_are_refused(tmp_path: Path) -> None:
    file = write_tiny("sam2", tmp_path) / "model.safetensors"
    arrays = load_file(file)
    arrays["no_memory_embedding"] = torch.zeros(1, 1, 7)
    save_file(arrays, file, metadata={"format": "pt"})
    assert "can't read them" in reason(lambda: install(tmp_path))


@pytest.mark.parametrize(
    ("config", "words"),
    [("{", "can't be read"), ("[]", "can't be read"), ('{"model_type": "bert"}', "says 'bert'")],
)
def test_what_is_no_encoder_is_refused(tmp_path: Path, config: str, words: str) -> None:
    (tmp_path / "config.json").write_text(config)
    assert words in reason(lambda: install(tmp_path))
    assert not is_waiting(tmp_path)


def test_weights_are_taken_as_safetensors_alone(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "sam2"}))
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle, which may run anything")
    assert "there is no *.safetensors" in reason(lambda: install(tmp_path))


def test_a_broken_record_is_refused(tmp_path: Path) -> None:
    (tmp_path / "installed.json").write_text("{}")
    assert "installed.json can't be read" in reason(lambda: find_installed(tmp_path))


def test_where_there_are_no_weights_nothing_is_installed(tmp_path: Path) -> None:
    assert find_installed(tmp_path / "weights") is None
    assert not is_waiting(tmp_path / "weights")
