"""Random numbers in the shapes of LPIPS's weights."""

import torch

CHANNELS = (3, 64, 192, 384, 256, 256)
NAMES = ("slice1.0", "slice2.3", "slice3.6", "slice4.8", "slice5.10")
KERNELS = (11, 5, 3, 3, 3)


def weights() -> dict[str, torch.Tensor]:
    """As `lpips.LPIPS(net="alex").state_dict()` has them."""
    generator = torch.Generator().manual_seed(0)
    made: dict[str, torch.Tensor] = {}
    for index, (name, kernel) in enumerate(zip(NAMES, KERNELS, strict=True)):
        shape = (CHANNELS[index + 1], CHANNELS[index], kernel, kernel)
        spread = (2 / (CHANNELS[index] * kernel**2)) ** 0.5
        made[f"net.{name}.weight"] = spread * torch.randn(shape, generator=generator)
        made[f"net.{name}.bias"] = torch.zeros(CHANNELS[index + 1])
        made[f"lin{index}.model.1.weight"] = torch.rand(1, CHANNELS[index + 1], 1, 1, generator=generator)
    return made
