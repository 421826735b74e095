"""Real spherical harmonics up to degree 3, signed and ordered as in 3DGS; kernel/harmonics.h has the same numbers."""

import math

import torch
from torch import Tensor

SH0 = 0.5 / math.sqrt(math.pi)
SH1 = math.sqrt(3 / (4 * math.pi))
SH2_XY = math.sqrt(15 / (4 * math.pi))
SH2_ZZ = math.sqrt(5 / (16 * math.pi))
SH2_XX = math.sqrt(15 / (16 * math.pi))
SH3_Y3 = math.sqrt(35 / (32 * math.pi))
SH3_XYZ = math.sqrt(105 / (4 * math.pi))
SH3_YZZ = math.sqrt(21 / (32 * math.pi))
SH3_ZZZ = math.sqrt(7 / (16 * math.pi))
SH3_ZXX = math.sqrt(105 / (16 * math.pi))


def harmonics(directions: Tensor, degree: int) -> Tensor:
    """Their values (N, (degree + 1)^2) at unit vectors (N, 3)."""
    x, y, z = directions.unbind(1)
    found = [torch.full_like(x, SH0)]
    if degree >= 1:
        found += [-SH1 * y, SH1 * z, -SH1 * x]
    if degree >= 2:
        xx, yy, zz = x * x, y * y, z * z
        found += [SH2_XY * x * y, -SH2_XY * y * z, SH2_ZZ * (2 * zz - xx - yy), -SH2_XY * x * z]
        found += [SH2_XX * (xx - yy)]
    if degree >= 3:
        found += [-SH3_Y3 * y * (3 * xx - yy), SH3_XYZ * x * y * z, -SH3_YZZ * y * (4 * zz - xx - yy)]
        found += [SH3_ZZZ * z * (2 * zz - 3 * xx - 3 * yy), -SH3_YZZ * x * (4 * zz - xx - yy)]
        found += [SH3_ZXX * z * (xx - yy), -SH3_Y3 * x * (xx - 3 * yy)]
    return torch.stack(found, 1)
