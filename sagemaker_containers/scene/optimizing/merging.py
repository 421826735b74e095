"""Splats that were left out of a level, taken over by those that stayed beside them.

Every splat that goes joins the nearest that stays, if it is near enough. Each group then becomes one splat with the
group's mean, spread and colour, all weighted by how much of each splat the pictures show, and with as much opacity
times area as the group had (moment matching, as in A. Runnalls, "Kullback-Leibler approach to Gaussian mixture
reduction", 2007).
"""

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation
from torch import Tensor

from splats.scene import SplatScene
from splats.threads import thread_count

REACH = 1.5
"""A splat joins another no farther off than so many times that one's own extent and its own, added up."""
GIANTS = 1e-3
"""Share of the splats whose extents count no more than the next one's: a few giants behind everything don't reach for
what is beside them, and, as nothing then reaches far, neighbours are looked for nearby only. A splat that has none
would else be compared with about all there are."""
OPAQUE = 0.99
"""What opacity a merged splat has at most."""
SMALLEST = 1e-7
"""World units: no merged splat is thinner."""


def merged(scene: SplatScene, weights: Tensor, kept: Tensor) -> SplatScene:
    """The splats at `kept` (int64 places, k of them), with what the others (of N) showed; weights (N,)."""
    group = torch.from_numpy(_groups(scene, kept)).to(kept.device)
    members = (group >= 0).nonzero()[:, 0]
    sizes = torch.bincount(group[members], minlength=len(kept))
    grown = (sizes > 1).nonzero()[:, 0]
    members = members[sizes[group[members]] > 1]
    group = _numbered(grown, len(kept))[group[members]]
    mass = (weights + 1e-9)[members]
    total = mass.new_zeros(len(grown)).index_add(0, group, mass)
    share = mass / total[group]

    def mean(values: Tensor) -> Tensor:
        flat = (values.flatten(1) * share[:, None]).contiguous()
        return flat.new_zeros(len(grown), flat.shape[1]).index_add(0, group, flat).view(-1, *values.shape[1:])

    joining, before = scene.select(members), scene.select(kept[grown])
    means = mean(joining.means)
    apart = joining.means - means[group]
    spread = mean(_covariances(joining) + apart[:, :, None] * apart[:, None, :])
    log_scales, quats = _axes(spread)
    gain = (total / (weights + 1e-9)[kept[grown]]) * _area(before.log_scales) / _area(log_scales)
    opacities = torch.minimum(before.opacities * gain, before.opacities.clamp(min=OPAQUE))
    new = SplatScene(means, quats, log_scales, torch.logit(opacities, 1e-6), mean(joining.sh))
    return _replaced(scene.select(kept), grown, new)


def _numbered(places: Tensor, count: int) -> Tensor:
    """(count,): which of the places each is; -1 where it is none of them."""
    numbers = torch.full((count,), -1, dtype=torch.int64, device=places.device)
    numbers[places] = torch.arange(len(places), device=places.device)
    return numbers


def _groups(scene: SplatScene, kept: Tensor) -> NDArray[np.int64]:
    """Place (N,) in `kept` of the splat that each becomes part of; -1 where none is near enough."""
    means = scene.means.detach().cpu().numpy()
    extents = scene.scales.amax(dim=1).detach().cpu().numpy()
    extents = np.minimum(extents, np.quantile(extents, 1 - GIANTS))
    places = kept.cpu().numpy()
    group = np.full(len(means), -1, np.int64)
    group[places] = np.arange(len(places))
    leaving = np.flatnonzero(group < 0)
    farthest = 2 * REACH * float(extents.max()) + SMALLEST
    # a tree that is quick to build: it is asked but once
    tree = cKDTree(means[places], balanced_tree=False, compact_nodes=False)
    found = tree.query(means[leaving], distance_upper_bound=farthest, workers=thread_count())
    distances, nearest = (np.asarray(part) for part in found)
    # where there is none, it has the place after the last, infinitely far off
    extents_kept = np.append(extents[places], 0)
    near = distances <= REACH * (extents_kept[nearest] + extents[leaving])
    group[leaving[near]] = nearest[near]
    return group


def _covariances(scene: SplatScene) -> Tensor:
    """(N, 3, 3), square world units."""
    w, x, y, z = torch.nn.functional.normalize(scene.quats, dim=1).unbind(1)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    turned = torch.stack([torch.stack(row, 1) for row in rows], 1) * scene.scales[:, None, :]
    return turned @ turned.transpose(1, 2)


def _axes(covariances: Tensor) -> tuple[Tensor, Tensor]:
    """Log scales (k, 3) and quaternions (k, 4) wxyz of covariances (k, 3, 3)."""
    squares, axes = torch.linalg.eigh(covariances.double())
    axes[:, :, 0] *= torch.linalg.det(axes)[:, None]
    xyzw = torch.from_numpy(Rotation.from_matrix(axes.cpu().numpy()).as_quat()).to(covariances)
    return squares.clamp(min=SMALLEST**2).log().to(covariances) / 2, xyzw[:, [3, 0, 1, 2]]


def _area(log_scales: Tensor) -> Tensor:
    """Of the splat's largest cross-section, (n,), but for a factor."""
    return (log_scales.sum(dim=1) - log_scales.amin(dim=1)).exp()


def _replaced(scene: SplatScene, places: Tensor, new: SplatScene) -> SplatScene:
    """The scene with the new splats at the places."""
    names = ("means", "quats", "log_scales", "opacity_logits", "sh")
    return SplatScene(*(getattr(scene, name).index_copy(0, places, getattr(new, name)) for name in names))
