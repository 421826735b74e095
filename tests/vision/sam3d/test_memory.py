"""All at once, in turn, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.errors import StageError
from sam3d.memory import TOGETHER_BYTES, way_for
from sam3d.visiting import visiting

GB = 10**9
SIZES = {"ss_generator": 7 * GB, "ss_decoder": GB // 2, "slat_generator": 5 * GB, "slat_decoder_gs": GB // 5}


@pytest.mark.parametrize(
    ("free_gb", "way"), [(48, "together"), (34, "together"), (22.5, "in_turn"), (15.5, "in_turn")]
)
def test_a_gpu_is_used_as_far_as_it_goes(free_gb: float, way: str) -> None:
    assert way_for(int(free_gb * GB), SIZES) == way


def test_a_gpu_that_holds_no_step_is_refused_in_figures() -> None:
    with pytest.raises(StageError, match="15 GB of GPU memory are free, and it needs at least 16") as caught:
        way_for(15 * GB, SIZES)
    assert "VisionInstanceType" in caught.value.advice


@given(st.integers(0, 60 * GB), st.integers(0, 20 * GB))
def test_more_memory_never_makes_it_worse(free: int, more: int) -> None:
    order = ["refused", "in_turn", "together"]

    def way(free_bytes: int) -> str:
        try:
            return way_for(free_bytes, SIZES)
        except StageError:
            return "refused"

    assert order.index(way(free)) <= order.index(way(free + more))
    assert (way(free) == "together") == (free >= TOGETHER_BYTES)


class Moved:
    """A sub-model that remembers where it was sent."""

    def __init__(self) -> None:
        self.places: list[str] = []

    def to(self, device: str) -> None:
        self.places.append(device)


def test_a_sub_model_is_on_the_device_while_it_is_called_and_leaves_when_that_fails_too() -> None:
    parts = [Moved(), Moved()]
    freed: list[str] = []

    def call(word: str) -> str:
        assert [part.places[-1] for part in parts] == ["cuda", "cuda"]
        if word == "fail":
            raise MemoryError
        return word

    visit = visiting(call, parts, "cuda", lambda: freed.append("freed"))
    assert visit("fine") == "fine"
    with pytest.raises(MemoryError):
        visit("fail")
    assert parts[0].places == ["cuda", "cpu", "cuda", "cpu"]
    assert freed == ["freed", "freed"]
