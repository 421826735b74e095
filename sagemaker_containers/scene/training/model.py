"""What is trained, and everything else that a run would need to go on as if it had never stopped."""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter

from training.corrections import Corrections

LEARNING_RATES = {
    "means": 1.6e-4,  # times the extent of the scene
    "quats": 1e-3,
    "scales": 5e-3,
    "opacities": 5e-2,
    "sh0": 2.5e-3,
    "shN": 2.5e-3 / 4,
}
"""gsplat 1.5.3, examples/simple_trainer.py; they are those of 3DGS (Kerbl et al. 2023). But for shN: those train
for 30,000 steps and divide by 20; in a tenth of the steps a faster rate gives more (bench/README.md)."""

ADAM_EPSILON = 1e-15


@dataclass
class Model:
    """Splats in training, their optimiser, and where the run stands.

    `pulls` (n,): how strongly photos pulled at each splat's place since the last refinement, added up; `sightings`
    (n,): in how many steps it was seen. `queue`: the training views still to be shown in this round, last first.
    `reset_at`: step and share of the last reset of opacities. `caution`: what all learning rates are multiplied by.
    `training_s`: seconds spent.
    """

    splats: dict[str, Parameter]
    optimiser: torch.optim.Adam
    generator: torch.Generator
    pulls: Tensor
    sightings: Tensor
    corrections: Corrections
    queue: list[int] = field(default_factory=list)
    step: int = 0
    reset_at: tuple[int, float] = (0, 0.0)
    caution: float = 1.0
    training_s: float = 0.0

    @property
    def count(self) -> int:
        """How many splats there are."""
        return len(self.splats["means"])

    @property
    def device(self) -> torch.device:
        return self.splats["means"].device

    def is_finite(self) -> bool:
        """Whether every value of every splat is a number."""
        # A sum is finite only if all are, and is had without a mask of the same size.
        return all(bool(splats.detach().sum().isfinite()) for splats in self.splats.values())

    def next_view(self, views: int) -> int:
        """Every view once in random order, then all again."""
        if not self.queue:
            self.queue = torch.randperm(
                views, generator=self.generator, device=self.generator.device
            ).tolist()
        return self.queue.pop()

    def learning_rate(self, name: str) -> float:
        """That of the tensor of this name now."""
        return float(self._group(name)["lr"])

    def set_learning_rate(self, name: str, rate: float) -> None:
        self._group(name)["lr"] = rate * self.caution

    def _group(self, name: str) -> dict[str, Any]:
        return next(group for group in self.optimiser.param_groups if group["name"] == name)

    def replace(self, tensors: dict[str, Tensor], moments: dict[str, dict[str, Tensor]]) -> None:
        """Puts other tensors, and their moments in Adam, in the place of those trained so far."""
        for group in self.optimiser.param_groups:
            name = group["name"]
            old = self.splats[name]
            state = self.optimiser.state.pop(old, {})
            new = Parameter(tensors[name])
            group["params"] = [new]
            if state:
                self.optimiser.state[new] = state | moments[name]
            self.splats[name] = new
        self.pulls, self.sightings = torch.zeros(2, self.count, device=self.device)

    def keep(self, rows: Tensor) -> None:
        """Leaves all other splats out."""
        moments = forgotten(self, rows[:0], 0)
        self.replace(
            {name: splats.detach()[rows] for name, splats in self.splats.items()},
            {name: {key: moment[rows] for key, moment in state.items()} for name, state in moments.items()},
        )


def new_model(tensors: dict[str, Tensor], corrections: Corrections, generator: torch.Generator) -> Model:
    """A model at step 0 of the tensors of `start.first_splats`, on their device."""
    splats = {name: Parameter(tensor) for name, tensor in tensors.items()}
    rates = LEARNING_RATES | {"means": LEARNING_RATES["means"] * corrections.extent}
    groups = [{"params": [splats[name]], "lr": rates[name], "name": name} for name in splats]
    optimiser = torch.optim.Adam(groups, eps=ADAM_EPSILON, fused=True)
    pulls, sightings = torch.zeros(2, len(tensors["means"]), device=tensors["means"].device)
    return Model(splats, optimiser, generator, pulls, sightings, corrections)


def forgotten(model: Model, rows: Tensor, added: int) -> dict[str, dict[str, Tensor]]:
    """Adam's moments by tensor, for `Model.replace`: zero for rows that have changed and for `added` new ones."""
    found: dict[str, dict[str, Tensor]] = {}
    for name, splats in model.splats.items():
        state = model.optimiser.state.get(splats, {})
        moments = {key: value.clone() for key, value in state.items() if key != "step"}
        for moment in moments.values():
            moment[rows] = 0
        found[name] = {key: torch.cat([m, m.new_zeros(added, *m.shape[1:])]) for key, m in moments.items()}
    return found
