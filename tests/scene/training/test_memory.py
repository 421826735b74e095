"""Whether it fits."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from diorama.errors import StageError
from splats.cameras import Pinhole, View, look_at
from tests.scene.training.strategies.rows import model_of
from training import memory
from training.memory import (
    FEWEST_SPLATS,
    free_bytes,
    is_exhaustion,
    pictures_bytes,
    planned,
    shrunk,
    splat_bytes,
)
from training.presets import Preset
from views.view import PhotoView

LIMITS = Preset(60.0, None, max_splats=100_000, long_side_px=640, sh_degree=2)
VIEWS = [
    PhotoView(
        View("a.jpg", Pinhole(640, 480, (500.0, 500.0), (320.0, 240.0)), look_at((0, 0, 3), (0, 0, 0))),
        np.zeros((480, 640, 3), np.uint8),
    )
] * 20


def test_what_fits_is_left_as_it_is() -> None:
    assert planned(LIMITS, VIEWS, 16 * 2**30) == LIMITS


def test_where_nobody_knows_how_much_there_is_nothing_changes() -> None:
    assert planned(LIMITS, VIEWS, None) == LIMITS


@given(st.integers(0, 10**9), st.integers(0, 3))
def test_a_plan_fits_or_refuses(available: int, sh_degree: int) -> None:
    limits = Preset(60.0, None, max_splats=100_000, long_side_px=640, sh_degree=sh_degree)
    fewest = pictures_bytes(VIEWS) + FEWEST_SPLATS * splat_bytes(sh_degree)
    if fewest > memory.SHARE_TO_USE * available:
        with pytest.raises(StageError, match="needs more than"):
            planned(limits, VIEWS, available)
        return
    found = planned(limits, VIEWS, available)
    assert FEWEST_SPLATS <= found.max_splats <= limits.max_splats
    needed = pictures_bytes(VIEWS) + found.max_splats * splat_bytes(sh_degree)
    assert needed <= memory.SHARE_TO_USE * available


def test_this_machine_has_some_memory_left() -> None:
    free = free_bytes(torch.device("cpu"))
    assert free is None or 0 < free < 2**50


def test_a_container_may_have_less_than_its_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("400000\n")
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    assert free_bytes(torch.device("cpu")) == 600_000
    (tmp_path / "memory.max").write_text("max\n")
    assert free_bytes(torch.device("cpu")) != 600_000


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError("too many splats"), True),
        (torch.OutOfMemoryError("CUDA out of memory."), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 9 bytes."), True),
        (RuntimeError("shapes don't match"), False),
        (ValueError("no"), False),
    ],
)
def test_only_a_lack_of_memory_is_taken_for_one(error: Exception, expected: bool) -> None:
    assert is_exhaustion(error) == expected


def test_the_faintest_splats_go() -> None:
    model = model_of([0.1 + 0.8 * (index % 10) / 10 for index in range(2000)])
    before = model.splats["opacities"].detach().sort().values
    assert shrunk(model, max_splats=5000) == 1400
    assert torch.equal(model.splats["opacities"].detach().sort().values, before[600:])
    model.optimiser.step()


def test_where_hardly_any_would_be_left_the_run_is_refused() -> None:
    with pytest.raises(StageError) as refused:
        shrunk(model_of([0.5] * 120), max_splats=5000)
    assert refused.value.stable_code == "out_of_memory"
