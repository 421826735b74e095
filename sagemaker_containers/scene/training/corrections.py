"""What is wrong with single photos and is learnt beside the splats: their exposure, and where they were taken.

Splats are to show the place as the photos have it on average, from the poses that were found, because nobody who
looks at them later brings an exposure or a correction of poses along. So corrections average to none over all
photos, at all times; and held-out photos are judged without any.
"""

import math
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor
from torch.nn import Parameter

EXPOSURE_RATE = 1e-3
EXPOSURE_PRIOR = 1.0
"""Weight of the mean squares of gain and bias in the loss: what splats can explain, they are to explain."""
POSE_RATE, POSE_RATE_END = 1e-4, 0.1
"""Radians, or extents of the scene, a step; and what part of it is left at the end of the training."""
POSES_FROM = 0.2
"""Share of the budget before which poses stay as they are: there is too little to hold on to."""


@dataclass(eq=False)
class Corrections:
    """One row a training photo. `exposures` (n, 2, 3): logarithm of gain, and bias, by channel. `twists` (n, 6):
    rotation in radians and shift in extents of the scene, in the camera's frame. Either is zero where not asked for.
    """

    exposures: Parameter
    twists: Parameter
    optimiser: torch.optim.Adam
    extent: float

    @classmethod
    def none(cls, photos: int, extent: float, device: torch.device) -> Self:
        """Nothing is corrected yet."""
        exposures = Parameter(torch.zeros(photos, 2, 3, device=device))
        twists = Parameter(torch.zeros(photos, 6, device=device))
        groups: list[dict[str, Any]] = [
            {"params": [exposures], "lr": EXPOSURE_RATE},
            {"params": [twists], "lr": POSE_RATE},
        ]
        return cls(exposures, twists, torch.optim.Adam(groups, eps=1e-15), extent)

    def exposed(self, picture: Tensor, photo: int) -> Tensor:
        """The picture (height, width, 3) as the photo's exposure would have it."""
        gain, bias = self.exposures[photo]
        exposed: Tensor = picture * gain.exp() + bias
        return exposed

    def viewmat(self, viewmat: Tensor, photo: int) -> Tensor:
        """camera_from_world (1, 4, 4), corrected."""
        turn, shift = self.twists[photo, :3], self.twists[photo, 3:] * self.extent
        x, y, z = turn.unbind()
        none = torch.zeros_like(x)
        rows = [[none, -z, y], [z, none, -x], [-y, x, none], [none, none, none]]
        tangent = torch.cat([torch.stack([torch.stack(row) for row in rows]), _column(shift)], 1)
        # In single precision the exponential is off by so much that a turn's determinant is 1 to four digits only.
        return torch.matrix_exp(tangent.double()).to(viewmat)[None] @ viewmat

    def prior(self) -> Tensor:
        """What is added to the loss."""
        return EXPOSURE_PRIOR * self.exposures.square().mean()

    @torch.no_grad()
    def learn(self, share: float) -> None:
        """One step along the gradients, if there are any."""
        self.optimiser.param_groups[1]["lr"] = POSE_RATE * POSE_RATE_END**share
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.exposures.sub_(self.exposures.mean(0))
        self.twists.sub_(self.twists.mean(0))

    def state(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {
            "exposures": self.exposures.detach(),
            "twists": self.twists.detach(),
            "extent": self.extent,
            "optimiser": self.optimiser.state_dict(),
        }

    @classmethod
    def of_state(cls, state: dict[str, Any]) -> Self:
        """What `state` told of."""
        made = cls.none(len(state["twists"]), state["extent"], state["twists"].device)
        with torch.no_grad():
            made.exposures.copy_(state["exposures"])
            made.twists.copy_(state["twists"])
        made.optimiser.load_state_dict(state["optimiser"])
        return made

    def largest_turn_deg(self) -> float:
        """Of all photos."""
        return math.degrees(float(self.twists[:, :3].norm(dim=1).max()))


def _column(shift: Tensor) -> Tensor:
    return torch.cat([shift, shift.new_zeros(1)])[:, None]
