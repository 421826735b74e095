"""What surfaces look like: painted on a sheet, (rows, columns, 3), sRGB 0..1. Nothing repeats."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from examples.furnished_flat.sheets import Plane, Sheet

Picture = NDArray[np.float32]
Colour = tuple[float, float, float]
Look = Callable[[Sheet], Picture]


def even(sheet: Sheet, colour: Sequence[float]) -> Picture:
    """One colour all over."""
    return np.full((sheet.rows, sheet.columns, 3), colour, np.float32)


def shaded(picture: Picture, by: Plane | float) -> Picture:
    """The picture times 1 + `by`."""
    return np.asarray(picture * (1 + (by[..., None] if isinstance(by, np.ndarray) else by)), np.float32)


def mixed(below: Picture, above: Picture | Sequence[float], share: Plane) -> Picture:
    """`above` over `below` where `share` (0..1) is large."""
    weight = np.clip(share, 0, 1)[..., None]
    return np.asarray(below * (1 - weight) + np.asarray(above, np.float32) * weight, np.float32)


def paint(colour: Colour, worn: float = 0.05) -> Look:
    """A painted surface: nearly even."""
    return lambda sheet: shaded(
        even(sheet, colour), worn * (sheet.clouds(0.25) + 0.5 * sheet.noise(0.012, salt=9))
    )


def plaster(colour: Colour, strength: float = 1.0) -> Look:
    """A wall brushed by hand: clouds of tone, strokes this way and that, and dents."""

    def look(sheet: Sheet) -> Picture:
        tone = 0.05 * sheet.clouds(0.9, 4) + 0.05 * sheet.clouds(0.16, 3, salt=20)
        strokes = sheet.noise(0.16, 0.022, salt=40), sheet.noise(0.024, 0.14, salt=41)
        where = sheet.clouds(0.35, 2, salt=42) > 0
        tone += 0.03 * np.where(where, *strokes) + 0.02 * sheet.noise(0.012, salt=43)
        wall = shaded(even(sheet, colour), strength * tone)
        warm = sheet.clouds(0.5, 3, salt=60)[..., None] * np.array([0.014, 0.002, -0.018], np.float32)
        return dented(wall + strength * warm, sheet, per_m2=34)

    return look


def dented(picture: Picture, sheet: Sheet, per_m2: float) -> Picture:
    """Small marks with a light and a dark side, as the trowel leaves them."""
    random = sheet.random(7)
    texels = sheet.columns / sheet.width_m
    for _ in range(int(per_m2 * sheet.width_m * sheet.height_m)):
        x, y = (random.random(2) * (sheet.columns, sheet.rows)).astype(int).tolist()
        axes = [max(1, round(float(size) * texels)) for size in random.uniform(0.003, 0.016, 2)]
        base = picture[y, x]
        angle = float(random.uniform(0, 180))
        shift = max(1, axes[1] // 2)
        for offset, tone in ((shift, random.uniform(1.01, 1.06)), (0, random.uniform(0.86, 0.97))):
            shade = (base * tone).tolist()
            cv2.ellipse(picture, (x, y + offset), axes, angle, 0, 360, shade, -1, cv2.LINE_AA)
    return picture


def wood(colour: Colour, figure: float = 1.0) -> Look:
    """Grain along the longer side, with rings that bend and pores."""

    def look(sheet: Sheet) -> Picture:
        def along(coarse_m: float, fine_m: float, salt: int) -> Plane:
            return sheet.noise(*((coarse_m, fine_m) if sheet.lies_across else (fine_m, coarse_m)), salt=salt)

        distance = (
            sheet.down_m + 0 * sheet.across_m if sheet.lies_across else sheet.across_m + 0 * sheet.down_m
        )
        offset = float(sheet.random(3).uniform(0, 6))
        bent = distance * 9 + offset + 0.55 * along(0.7, 0.12, 1) + 0.16 * along(0.25, 0.03, 2)
        rings = np.abs((bent * 2.2) % 1 - 0.35).astype(np.float32)
        tone = (
            0.16 * (rings - 0.3)
            + 0.09 * along(0.4, 0.01, 3)
            + 0.06 * along(0.12, 0.004, 4)
            + 0.07 * along(0.9, 0.2, 5)
        )
        return shaded(even(sheet, colour), figure * tone)

    return look


def boards(colour: Colour, width_m: float = 0.15) -> Look:
    """A floor of boards along its width, each of its own tone and figure, with dark joints."""

    def look(sheet: Sheet) -> Picture:
        floor = even(sheet, colour)
        random = sheet.random(11)
        texels = sheet.columns / sheet.width_m
        for row in range(int(np.ceil(sheet.height_m / width_m))):
            top, bottom = round(row * width_m * texels), round((row + 1) * width_m * texels)
            left = -float(random.uniform(0, 1.2))
            while left < sheet.width_m:
                right = left + float(random.uniform(0.8, 1.9))
                _board(
                    floor[top:bottom, max(0, round(left * texels)) : round(right * texels)], random, texels
                )
                left = right
        return floor

    return look


def _board(into: Picture, random: np.random.Generator, texels_per_m: float) -> None:
    """One board of a floor, painted in place: its end and its lower side are joints."""
    rows, columns = into.shape[:2]
    if min(rows, columns) < 2:
        return
    sheet = Sheet(rows, columns, columns / texels_per_m, rows / texels_per_m, int(random.integers(1 << 30)))
    tone = float(random.uniform(0.8, 1.16))
    warmth = 1 + random.uniform(-0.05, 0.05) * np.array([1.0, 0.1, -1.1])
    into[:] = wood((1, 1, 1), 0.95)(sheet) * into * tone * warmth.astype(np.float32)
    for _ in range(int(random.integers(0, 4))):
        _knot(into, random, texels_per_m)
    for x_m in (0.02, columns / texels_per_m - 0.025):
        for share in (0.22, 0.78):
            at = round(x_m * texels_per_m), round(share * rows)
            cv2.circle(into, at, max(1, round(0.0035 * texels_per_m)), (0.2, 0.16, 0.13), -1, cv2.LINE_AA)
    joint = max(1, round(0.003 * texels_per_m))
    into[-joint:] *= 0.42
    into[:, -joint:] *= 0.42


def _knot(into: Picture, random: np.random.Generator, texels_per_m: float) -> None:
    rows, columns = into.shape[:2]
    x, y = (
        int(random.integers(0, columns)),
        int(random.integers(rows // 4, max(rows // 4 + 1, 3 * rows // 4))),
    )
    dark = into[y, x] * 0.5
    for size_m, share in ((0.022, 0.25), (0.014, 0.55), (0.007, 1.0)):
        axes = max(1, round(1.7 * size_m * texels_per_m)), max(1, round(size_m * texels_per_m))
        shade = (into[y, x] * (1 - share) + dark * share).tolist()
        cv2.ellipse(into, (x, y), axes, 0, 0, 360, shade, -1, cv2.LINE_AA)


def cloth(colour: Colour, weave: float = 1.0) -> Look:
    """Woven, with threads of uneven colour and soft wear."""

    def look(sheet: Sheet) -> Picture:
        threads = sheet.noise(0.09, 0.006, salt=1) + sheet.noise(0.006, 0.09, salt=2)
        tone = 0.075 * threads + 0.08 * sheet.noise(0.007, salt=3) + 0.08 * sheet.clouds(0.3, salt=4)
        return shaded(even(sheet, colour), weave * tone)

    return look


def striped(colour: Colour, stripe: Colour, every_m: float = 0.09) -> Look:
    """Cloth with stripes of uneven width down it."""

    def look(sheet: Sheet) -> Picture:
        base = cloth(colour)(sheet)
        phase = sheet.across_m / every_m + 0.25 * sheet.noise(0.2, 2.0, salt=8)
        return mixed(
            base, np.array(stripe), ((phase % 1) < 0.32) * 0.9 * (0.9 + 0.2 * sheet.noise(0.01, salt=9))
        )

    return look


def blotched(colours: Sequence[Colour], cell_m: float = 0.1) -> Look:
    """Cloth or paper printed with overlapping shapes."""

    def look(sheet: Sheet) -> Picture:
        base = even(sheet, colours[0])
        for index, colour in enumerate(colours[1:]):
            field = sheet.noise(cell_m, salt=5 * index) + 0.4 * sheet.noise(cell_m / 2.5, salt=5 * index + 1)
            base = mixed(base, np.array(colour), (field - 0.25) * 12)
        return shaded(base, 0.07 * sheet.noise(0.008, salt=77) + 0.05 * sheet.noise(0.06, salt=78))

    return look


def rug(ground: Colour, figures: Sequence[Colour]) -> Look:
    """Borders, then rows of woven figures of which no two are alike."""

    def look(sheet: Sheet) -> Picture:
        random = sheet.random(5)
        texels = sheet.columns / sheet.width_m
        weave = even(sheet, ground)
        for _ in range(int(26 * sheet.width_m * sheet.height_m)):
            centre = random.random(2) * (sheet.columns, sheet.rows)
            colour = figures[int(random.integers(len(figures)))]
            _figure(weave, centre, float(random.uniform(0.03, 0.1)) * texels, colour, random)
        for inset_m, width_m, colour in (
            (0.0, 0.09, figures[0]),
            (0.1, 0.025, figures[1]),
            (0.15, 0.05, figures[2]),
        ):
            _border(weave, round(inset_m * texels), max(1, round(width_m * texels)), colour)
        tone = (
            0.12 * sheet.noise(0.007, salt=1)
            + 0.06 * sheet.noise(0.25, 0.008, salt=2)
            + 0.06 * sheet.clouds(0.4, salt=3)
        )
        return shaded(weave, tone)

    return look


def _figure(
    weave: Picture, centre: NDArray[np.float64], size: float, colour: Colour, random: np.random.Generator
) -> None:
    sides = int(random.choice([4, 4, 6, 8]))
    angles = np.arange(sides) * 2 * np.pi / sides
    reach = size * random.uniform(0.6, 1.0, 2)
    for shrink, tone in ((1.0, 1.0), (0.62, 0.62), (0.3, 1.25)):
        corners = centre + shrink * np.stack([reach[0] * np.cos(angles), reach[1] * np.sin(angles)], axis=-1)
        shade = np.clip(np.array(colour) * tone, 0, 1).tolist()
        cv2.fillPoly(weave, [corners.astype(np.int32)], shade, cv2.LINE_AA)


def _border(weave: Picture, inset: int, width: int, colour: Colour) -> None:
    rows, columns = weave.shape[:2]
    low, high = (inset + width // 2,) * 2, (columns - 1 - inset - width // 2, rows - 1 - inset - width // 2)
    cv2.rectangle(weave, low, high, colour, width)


def tiles(colours: Sequence[Colour], width_m: float = 0.15, height_m: float = 0.075) -> Look:
    """Glazed tiles in a bond, each fired a little differently, in pale grout."""

    def look(sheet: Sheet) -> Picture:
        wall = shaded(even(sheet, (0.82, 0.8, 0.76)), 0.06 * sheet.noise(0.01))
        random = sheet.random(2)
        texels = sheet.columns / sheet.width_m
        for row in range(int(sheet.height_m / height_m) + 1):
            left = -width_m * (0.5 if row % 2 else 0.0)
            while left < sheet.width_m:
                colour = np.array(colours[int(random.integers(len(colours)))]) * random.uniform(0.86, 1.1)
                low = max(0, round((left + 0.004) * texels)), round((row * height_m + 0.004) * texels)
                high = round((left + width_m) * texels) - 1, round((row + 1) * height_m * texels) - 1
                cv2.rectangle(wall, low, high, colour.tolist(), -1)
                left += width_m
        return shaded(wall, 0.05 * sheet.clouds(0.08, 3, salt=4))

    return look


def stone(colour: Colour, veins: Colour) -> Look:
    """A worktop: speckled, with a few veins."""

    def look(sheet: Sheet) -> Picture:
        base = shaded(even(sheet, colour), 0.12 * sheet.clouds(0.3) + 0.12 * sheet.noise(0.006, salt=5))
        line = np.abs(sheet.clouds(0.5, 5, salt=9))
        return mixed(base, np.array(veins), np.clip(1 - line * 22, 0, 1) * 0.55)

    return look


def metal(colour: Colour) -> Look:
    """Brushed steel, brass."""
    return lambda sheet: shaded(
        even(sheet, colour), 0.07 * sheet.noise(0.3, 0.004) + 0.1 * sheet.clouds(0.2, 2, salt=3)
    )


def glazed(colour: Colour, other: Colour) -> Look:
    """Pottery: one glaze run over another, with speckles."""

    def look(sheet: Sheet) -> Picture:
        edge = sheet.height_m * (0.42 + 0.12 * sheet.noise(0.05, 10.0, salt=2))
        run = (edge - sheet.down_m) / 0.012
        pot = mixed(even(sheet, colour), np.array(other), 0.5 + run)
        specks = np.clip(sheet.noise(0.008, salt=6) * 4 - 2.6, 0, 1)
        return shaded(mixed(pot, (0.2, 0.16, 0.13), specks * 0.7), 0.08 * sheet.clouds(0.07, 3, salt=8))

    return look


def wicker(colour: Colour) -> Look:
    """Woven cane."""

    def look(sheet: Sheet) -> Picture:
        rows, columns = sheet.down_m / 0.016, sheet.across_m / 0.03
        over = np.sin(np.pi * rows) * np.sin(np.pi * (columns + np.floor(rows) % 2))
        return shaded(
            even(sheet, colour),
            0.2 * over + 0.14 * sheet.noise(0.02, salt=1) + 0.1 * sheet.clouds(0.15, salt=2),
        )

    return look


def foliage(colour: Colour, rib: Colour) -> Look:
    """A leaf, its stem at the bottom: a rib down its middle and veins to its sides."""

    def look(sheet: Sheet) -> Picture:
        aside = np.abs(sheet.across_m - sheet.width_m / 2)
        veins = np.abs(((sheet.down_m + aside * 0.9) / 0.035 + 0.2 * sheet.noise(0.05)) % 1 - 0.5)
        leaf = shaded(even(sheet, colour), 0.16 * sheet.clouds(0.09, 3) + 0.3 * (veins - 0.25))
        return mixed(leaf, np.array(rib), np.clip(1.6 - aside / 0.003, 0, 1) * 0.8)

    return look


def soil(sheet: Sheet) -> Picture:
    """Earth in a pot."""
    return shaded(even(sheet, (0.24, 0.17, 0.12)), 0.35 * sheet.clouds(0.03, 3))


def printed(colour: Colour, title: Colour) -> Look:
    """A book's spine, upright: bands and a title that nobody can read."""

    def look(sheet: Sheet) -> Picture:
        cover = shaded(even(sheet, colour), 0.1 * sheet.noise(0.02) + 0.08 * sheet.noise(0.004, 0.12, salt=3))
        random = sheet.random(4)
        start, length = random.uniform(0.12, 0.3), random.uniform(0.25, 0.45)
        for low, high, share in ((0.06, 0.075, 0.8), (start, start + length, 0.0), (0.88, 0.9, 0.8)):
            band = slice(int(low * sheet.rows), max(int(low * sheet.rows) + 1, int(high * sheet.rows)))
            if share:
                cover[band] = cover[band] * (1 - share) + np.array(title, np.float32) * share
                continue
            ink = (sheet.random(6).random((band.stop - band.start, 1)) < 0.55) * np.ones((1, sheet.columns))
            ink[:, : sheet.columns // 3] = ink[:, -(sheet.columns // 3) :] = 0
            ink = cv2.resize(
                ink[::4].astype(np.float32), (sheet.columns, len(ink)), interpolation=cv2.INTER_NEAREST
            )
            cover[band] = mixed(cover[band], np.array(title), 0.85 * ink)
        return cover

    return look


def pages(sheet: Sheet) -> Picture:
    """The cut edge of a book."""
    fine = sheet.noise(0.2, 0.002) if sheet.lies_across else sheet.noise(0.002, 0.2)
    return shaded(even(sheet, (0.88, 0.84, 0.74)), 0.1 * fine)


def drawers(colour: Colour, across: int, down: int, knob: Colour = (0.75, 0.6, 0.35)) -> Look:
    """A painted front divided into doors or drawers, with the shadow of their panels."""

    def look(sheet: Sheet) -> Picture:
        front = wood(colour, 0.45)(sheet)
        texels = sheet.columns / sheet.width_m
        for column in range(across):
            for row in range(down):
                low = np.array([column * sheet.columns / across, row * sheet.rows / down])
                high = np.array([(column + 1) * sheet.columns / across, (row + 1) * sheet.rows / down])
                _panel(front, low, high, texels, knob)
        return front

    return look


def _panel(
    front: Picture, low: NDArray[np.float64], high: NDArray[np.float64], texels: float, knob: Colour
) -> None:
    colour = front.mean((0, 1))
    for inset_m, tone in ((0.006, 0.42), (0.062, 0.74)):
        inset = inset_m * texels
        start, end = (low + inset).astype(int).tolist(), (high - inset).astype(int).tolist()
        cv2.rectangle(front, start, end, (colour * tone).tolist(), max(1, round(0.005 * texels)), cv2.LINE_AA)
    shadow = (low + 0.068 * texels).astype(int), (high - 0.068 * texels).astype(int)
    cv2.line(front, shadow[0].tolist(), (int(shadow[1][0]), int(shadow[0][1])), (colour * 1.25).tolist(), 1)
    if high[0] - low[0] > high[1] - low[1]:
        centre = (low + high) / 2
    else:
        centre = np.array([high[0] - 0.034 * texels, low[1] + 0.2 * (high[1] - low[1])])
    for radius_m, tone in ((0.016, 0.55), (0.012, 1.0)):
        below = np.array([0.0, 0.006 * texels if tone < 1 else 0.0])
        at = (centre + below).astype(int).tolist()
        shade = (np.array(knob) * tone).tolist()
        cv2.circle(front, at, max(1, round(radius_m * texels)), shade, -1, cv2.LINE_AA)
