"""The network: evidence maps of a window in, the logit of "the object" out, half the window's resolution inside."""

from torch import Tensor, nn
from torch.nn import functional

from clicknet.evidence import EVIDENCE_MAPS

WIDTHS = (16, 24, 48, 96)
"""Channels at a half, a quarter, an eighth and a sixteenth of the window's resolution."""
GRAIN_PX = 16
"""A window's sides are multiples of this."""


class Network(nn.Module):
    """A small U-Net of residual blocks; its coarsest level also hears the whole window's mean."""

    def __init__(self) -> None:
        super().__init__()
        half, quarter, eighth, sixteenth = WIDTHS
        self.to_half = _convolved(EVIDENCE_MAPS, half, stride=2)
        self.to_quarter = nn.Sequential(_convolved(half, quarter, stride=2), Residual(quarter))
        self.to_eighth = nn.Sequential(
            _convolved(quarter, eighth, stride=2), Residual(eighth), Residual(eighth)
        )
        self.to_sixteenth = nn.Sequential(
            _convolved(eighth, sixteenth, stride=2), Residual(sixteenth), Residual(sixteenth, 2)
        )
        self.whole = nn.Conv2d(sixteenth, sixteenth, 1)
        self.widest = Residual(sixteenth, 2)
        self.from_sixteenth = nn.Conv2d(sixteenth, eighth, 1)
        self.at_eighth = nn.Sequential(Residual(eighth), Residual(eighth))
        self.from_eighth = nn.Conv2d(eighth, quarter, 1)
        self.at_quarter = Residual(quarter)
        self.from_quarter = nn.Conv2d(quarter, half, 1)
        self.at_half = _convolved(half, half)
        self.logit = nn.Conv2d(half, 1, 3, padding=1)

    def forward(self, evidence: Tensor) -> Tensor:
        """(n, EVIDENCE_MAPS, height, width) to (n, 1, height / 2, width / 2) logits."""
        half = self.to_half(evidence)
        quarter = self.to_quarter(half)
        eighth = self.to_eighth(quarter)
        sixteenth = self.to_sixteenth(eighth)
        context = self.widest(sixteenth + self.whole(sixteenth.mean((2, 3), keepdim=True)))
        eighth = self.at_eighth(eighth + _doubled(self.from_sixteenth(context)))
        quarter = self.at_quarter(quarter + _doubled(self.from_eighth(eighth)))
        logits: Tensor = self.logit(self.at_half(half + _doubled(self.from_quarter(quarter))))
        return logits


class Residual(nn.Module):
    """Two convolutions and a way around them."""

    def __init__(self, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.first = _convolved(width, width, dilation=dilation)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width))

    def forward(self, values: Tensor) -> Tensor:
        return functional.relu(values + self.second(self.first(values)))


def _convolved(inward: int, outward: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(inward, outward, 3, stride, dilation, dilation, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outward), nn.ReLU(True))


def _doubled(values: Tensor) -> Tensor:
    return functional.interpolate(values, scale_factor=2.0, mode="bilinear", align_corners=False)
