"""How long the rest of a training will take, by what its steps cost: later ones draw more splats on larger photos."""

from training import schedule

PIXEL, SPLAT, STEP = 1.0, 2.8, 10_000.0
"""What a step costs for each pixel, each splat and in any case, in the cost of a pixel: bench/rasterize.py's table,
(32.5 - 10.7) ms for 230,400 pixels more, (45.9 - 32.5) ms for 40,000 splats more."""
PARTS = 100


def cost_between(begin: float, end: float, pixels: int, start_splats: int, max_splats: int) -> float:
    """Of all steps between two shares of a budget of steps, for photos of so many pixels at their full size.

    In the cost of so many pixels times the budget's steps.
    """
    width = (end - begin) / PARTS
    middles = (begin + (part + 0.5) * width for part in range(PARTS))
    return width * sum(_of_step(share, pixels, start_splats, max_splats) for share in middles)


def _of_step(share: float, pixels: int, start_splats: int, max_splats: int) -> float:
    drawn = pixels / schedule.shrink(share) ** 2
    return STEP + PIXEL * drawn + SPLAT * schedule.splat_count(share, start_splats, max_splats)
