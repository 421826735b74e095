"""Sub-models on the GPU only while they are needed. Runs in the owner's Python: imports nothing but torch."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Protocol

VISITS: dict[str, tuple[str, ...]] = {
    "compute_pointmap": ("depth_model",),
    "sample_sparse_structure": ("ss_condition_embedder", "ss_generator", "ss_decoder"),
    "sample_slat": ("slat_condition_embedder", "slat_generator"),
    "decode_slat": ("slat_decoder_mesh", "slat_decoder_gs", "slat_decoder_gs_4"),
}
"""Method of the pipeline -> what it needs there. In the order in which `run` calls them."""


class Part(Protocol):
    """What can be moved, as a torch module can."""

    def to(self, device: Any) -> object: ...


def run_in_turn(pipeline: Any, device: Any, empty_cache: Callable[[], None]) -> None:
    """Makes a pipeline whose sub-models lie in main memory bring each to the device for its own step alone."""
    pipeline.device = device
    pipeline.depth_model.device = device
    for method, names in VISITS.items():
        parts = [part for name in names if (part := _part(pipeline, name)) is not None]
        setattr(pipeline, method, visiting(getattr(pipeline, method), parts, device, empty_cache))


def _part(pipeline: Any, name: str) -> Part | None:
    """Some have no splats of four, or no embedder of conditions: then it is None."""
    every = {**pipeline.condition_embedders, **pipeline.models, "depth_model": pipeline.depth_model.model}
    return every.get(name)


def visiting(
    call: Callable[..., Any], parts: Sequence[Part], device: Any, empty_cache: Callable[[], None]
) -> Callable[..., Any]:
    """The same call, with the parts on the device while it lasts."""

    @wraps(call)
    def visit(*arguments: Any, **named: Any) -> Any:
        try:
            for part in parts:
                part.to(device)
            return call(*arguments, **named)
        finally:
            for part in parts:
                part.to("cpu")
            empty_cache()

    return visit
