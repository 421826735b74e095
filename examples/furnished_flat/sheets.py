"""The plane that a texture is painted on: its size in texels and metres, coordinates, and noise of any grain."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Sheet:
    """`rows` x `columns` texels that cover `height_m` x `width_m`. The seed makes each sheet its own."""

    rows: int
    columns: int
    width_m: float
    height_m: float
    seed: int

    @cached_property
    def across_m(self) -> Plane:
        """Distance from the left, (1, columns)."""
        return ((np.arange(self.columns, dtype=np.float32) + 0.5) * (self.width_m / self.columns))[None, :]

    @cached_property
    def down_m(self) -> Plane:
        """Distance from the top, (rows, 1)."""
        return ((np.arange(self.rows, dtype=np.float32) + 0.5) * (self.height_m / self.rows))[:, None]

    @property
    def lies_across(self) -> bool:
        """Whether it is wider than high, so that grain runs along its rows."""
        return self.width_m >= self.height_m

    def random(self, salt: int = 0) -> np.random.Generator:
        """Its own random numbers, the same each time."""
        return np.random.default_rng([self.seed, salt])

    def noise(self, across_m: float, down_m: float | None = None, salt: int = 0) -> Plane:
        """Smooth noise, (rows, columns), about -1..1, in cells of so many metres; never finer than two texels."""
        cell_x = max(across_m, 2 * self.width_m / self.columns)
        cell_y = max(down_m or across_m, 2 * self.height_m / self.rows)
        cells = int(self.height_m / cell_y) + 2, int(self.width_m / cell_x) + 2
        values = self.random(salt + 1000).uniform(-1, 1, cells).astype(np.float32)
        return np.asarray(
            cv2.resize(values, (self.columns, self.rows), interpolation=cv2.INTER_CUBIC), np.float32
        )

    def clouds(self, cell_m: float, octaves: int = 4, salt: int = 0) -> Plane:
        """Noise of several grains, each half as coarse and 0.6 as strong as the one before, about -1..1."""
        total = np.zeros((self.rows, self.columns), np.float32)
        for octave in range(octaves):
            total += 0.6**octave * self.noise(cell_m / 2**octave, salt=salt + octave)
        return total / np.float32(1.6)
