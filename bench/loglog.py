"""Lines on two logarithmic axes, as an SVG to be looked at beside numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

COLORS = ("#4477aa", "#228833", "#ccbb44", "#ee6677", "#aa3377")
"""Paul Tol's "bright" scheme: told apart by colour-blind readers too."""
WIDTH, HEIGHT = 460, 340
LEFT, RIGHT, TOP, BOTTOM = 62, 18, 34, 46
INK, GRID = "#333333", "#dddddd"


@dataclass(frozen=True)
class Line:
    """Points (x, y), all positive."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """A plot of its own, with the names of its axes."""

    title: str
    x_name: str
    y_name: str
    lines: Sequence[Line]


def write_svg(path: Path, panels: Sequence[Panel]) -> None:
    """The panels side by side."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(panels)} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12" fill="{INK}">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for i, panel in enumerate(panels):
        parts += [f'<g transform="translate({i * WIDTH} 0)">', *_drawn(panel), "</g>"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


def _drawn(panel: Panel) -> list[str]:
    xs = Axis.around([x for line in panel.lines for x, _ in line.points], LEFT, WIDTH - RIGHT)
    ys = Axis.around([y for line in panel.lines for _, y in line.points], HEIGHT - BOTTOM, TOP)
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts = [
        _text(middle, 18, panel.title, 'text-anchor="middle" font-weight="bold"'),
        _text(middle, HEIGHT - 8, panel.x_name, 'text-anchor="middle"'),
        _text(0, 0, panel.y_name, f'text-anchor="middle" transform="translate(14 {HEIGHT / 2}) rotate(-90)"'),
    ]
    for value in xs.ticks():
        parts.append(_rule(xs.place(value), TOP, xs.place(value), HEIGHT - BOTTOM))
        parts.append(_text(xs.place(value), HEIGHT - BOTTOM + 16, _number(value), 'text-anchor="middle"'))
    for value in ys.ticks():
        parts.append(_rule(LEFT, ys.place(value), WIDTH - RIGHT, ys.place(value)))
        parts.append(_text(LEFT - 6, ys.place(value) + 4, _number(value), 'text-anchor="end"'))
    for i, line in enumerate(panel.lines):
        parts += _line(line, xs, ys, COLORS[i % len(COLORS)])
        parts.append(_text(LEFT + 10, TOP + 16 + 16 * i, line.name, f'fill="{COLORS[i % len(COLORS)]}"'))
    return parts


@dataclass(frozen=True)
class Axis:
    """From values to places in the picture."""

    low: float
    high: float
    begin: float
    end: float

    @classmethod
    def around(cls, values: Sequence[float], begin: float, end: float) -> "Axis":
        """With a little air at both ends."""
        return cls(min(values) / 1.25, max(values) * 1.25, begin, end)

    def place(self, value: float) -> float:
        """In pixels of the picture."""
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return round(self.begin + share * (self.end - self.begin), 1)

    def ticks(self) -> list[float]:
        """1, 2 and 5 times the powers of ten, or the powers alone where those would be too many."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        steps = (1, 2, 5) if self.high / self.low < 200 else (1,)
        values = [step * 10.0**power for power in powers for step in steps]
        return [value for value in values if self.low <= value <= self.high]


def _line(line: Line, xs: Axis, ys: Axis, color: str) -> list[str]:
    places = [(xs.place(x), ys.place(y)) for x, y in line.points]
    path = " ".join(f"{x},{y}" for x, y in places)
    dots = [f'<circle cx="{x}" cy="{y}" r="3" fill="{color}"/>' for x, y in places]
    return [f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>', *dots]


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{GRID}"/>'


def _text(x: float, y: float, text: str, attributes: str) -> str:
    return f'<text x="{x}" y="{y}" {attributes}>{escape(text)}</text>'


def _number(value: float) -> str:
    if value >= 1e6:
        return f"{value / 1e6:g} M"
    return f"{value / 1e3:g} k" if value >= 1e4 else f"{value:g}"
