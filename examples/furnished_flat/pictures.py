"""What hangs on the walls and what is seen through the windows."""

from collections.abc import Sequence

import cv2
import numpy as np

from examples.furnished_flat.looks import Colour, Look, Picture, even, mixed, shaded
from examples.furnished_flat.sheets import Plane, Sheet


def landscape(sky: Colour, far: Colour, near: Colour, ranges: int = 5) -> Look:
    """Hills behind hills under an evening sky, with a sun and its light on the water."""

    def look(sheet: Sheet) -> Picture:
        height = 1 - sheet.down_m / sheet.height_m + 0 * sheet.across_m
        view = mixed(
            even(sheet, sky), (0.98, 0.86, 0.66), np.clip(1.4 - 2.2 * np.abs(height - 0.62), 0, 1) * 0.8
        )
        view = shaded(view, 0.09 * sheet.noise(0.3, 0.03, salt=3) + 0.05 * sheet.noise(0.02, salt=4))
        place = int(sheet.columns * 0.66), int(sheet.rows * 0.3)
        cv2.circle(view, place, int(sheet.rows * 0.09), (0.99, 0.93, 0.78), -1, cv2.LINE_AA)
        for index in range(ranges):
            share = index / max(1, ranges - 1)
            colour = np.array(far) * (1 - share) + np.array(near) * share
            view = mixed(view, colour, _below(sheet, height, 0.58 - 0.13 * index, 0.09, index) * 40)
        return shaded(view, 0.1 * sheet.noise(0.05, 0.012, salt=30) + 0.06 * sheet.noise(0.007, salt=31))

    return look


def _below(sheet: Sheet, height: Plane, level: float, roughness: float, salt: int) -> Plane:
    """Positive under the outline of a range of hills."""
    steps = sum(
        (0.5**k) * sheet.noise(sheet.width_m / (2.5 * 2**k), 99.0, salt=100 + 9 * salt + k) for k in range(5)
    )
    return np.asarray(level + roughness * steps - height, np.float32)


def abstract(colours: Sequence[Colour], shapes: int = 16) -> Look:
    """Overlapping discs, arcs and bars on a grained ground."""

    def look(sheet: Sheet) -> Picture:
        random = sheet.random(1)
        canvas = shaded(even(sheet, colours[0]), 0.08 * sheet.clouds(0.12))
        size = np.array([sheet.columns, sheet.rows])
        for index in range(shapes):
            colour = colours[1 + index % (len(colours) - 1)]
            centre = (random.random(2) * size).astype(int).tolist()
            reach = float(random.uniform(0.06, 0.26)) * float(size.min())
            angle = float(random.uniform(0, 360))
            if index % 3 == 0:
                cv2.circle(canvas, centre, int(reach), colour, -1, cv2.LINE_AA)
            elif index % 3 == 1:
                corners = cv2.boxPoints((centre, (3 * reach, 0.35 * reach), angle))
                cv2.fillPoly(canvas, [corners.astype(np.int32)], colour, cv2.LINE_AA)
            else:
                axes = int(1.2 * reach), int(1.2 * reach)
                cv2.ellipse(canvas, centre, axes, angle, 0, 200, colour, max(2, int(reach / 5)), cv2.LINE_AA)
        return shaded(canvas, 0.06 * sheet.noise(0.03, 0.006, salt=4) + 0.06 * sheet.noise(0.007, salt=5))

    return look


def botanical(ink: Colour, leaves: int = 11) -> Look:
    """A pressed twig on paper."""

    def look(sheet: Sheet) -> Picture:
        paper = shaded(
            even(sheet, (0.9, 0.87, 0.79)), 0.05 * sheet.clouds(0.1) + 0.03 * sheet.noise(0.005, salt=1)
        )
        random = sheet.random(2)
        columns, rows = sheet.columns, sheet.rows
        stem = [(0.5 + 0.08 * np.sin(3 * t + sheet.seed), 0.88 - 0.74 * t) for t in np.linspace(0, 1, leaves)]
        points = (np.array(stem) * (columns, rows)).astype(np.int32)
        cv2.polylines(paper, [points], False, ink, max(1, columns // 90), cv2.LINE_AA)
        for index, point in enumerate(points.tolist()):
            length = 0.2 * columns * (1.15 - index / leaves)
            for side in (-1, 1):
                angle = float(-90 + side * random.uniform(35, 65))
                tip = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))]) * length
                shade = (np.array(ink) * random.uniform(0.7, 1.5)).tolist()
                axes = max(1, int(length)), max(1, int(length * 0.3))
                cv2.ellipse(
                    paper,
                    (np.array(point) + tip).astype(int).tolist(),
                    axes,
                    angle,
                    0,
                    360,
                    shade,
                    -1,
                    cv2.LINE_AA,
                )
        return paper

    return look


def clock_face(sheet: Sheet) -> Picture:
    """Ten past ten."""
    face = shaded(even(sheet, (0.93, 0.91, 0.85)), 0.03 * sheet.clouds(0.05))
    size = sheet.columns
    centre = np.array([size / 2, size / 2])
    for minute in range(60):
        towards = np.array([np.sin(minute * np.pi / 30), -np.cos(minute * np.pi / 30)])
        inner = 0.38 if minute % 5 == 0 else 0.43
        ends = [(centre + towards * size * reach).astype(int).tolist() for reach in (inner, 0.46)]
        cv2.line(face, *ends, (0.1, 0.1, 0.12), max(1, size // (40 if minute % 5 == 0 else 140)), cv2.LINE_AA)
    for minute, reach, width in ((50.8, 0.24, 26), (10, 0.36, 40)):
        towards = np.array([np.sin(minute * np.pi / 30), -np.cos(minute * np.pi / 30)])
        tip = (centre + towards * size * reach).astype(int).tolist()
        cv2.line(face, centre.astype(int).tolist(), tip, (0.12, 0.1, 0.1), max(1, size // width), cv2.LINE_AA)
    return face


def screen(sheet: Sheet) -> Picture:
    """A laptop that shows a drawing program."""
    shown = mixed(even(sheet, (0.2, 0.28, 0.4)), (0.75, 0.5, 0.4), sheet.clouds(0.12) + 0.4)
    rows, columns = sheet.rows, sheet.columns
    shown[: rows // 14] = 0.85
    shown[rows // 8 : rows // 2, columns // 20 : columns // 4] = (0.9, 0.9, 0.88)
    for line in range(6):
        row = rows // 7 + line * rows // 18
        shown[row : row + max(1, rows // 60), columns // 14 : columns // (5 + line % 3)] = (0.35, 0.35, 0.4)
    return shown


def panorama(sheet: Sheet) -> Picture:
    """All round the house: sky with clouds, hills and woods. The horizon is at 0.42 of the height."""
    height = 1 - sheet.down_m / sheet.height_m + 0 * sheet.across_m
    above = np.clip((height - 0.42) / 0.58, 0, 1)
    sky = mixed(even(sheet, (0.88, 0.93, 0.97)), (0.5, 0.7, 0.93), above**0.7)
    puffs = (
        sheet.noise(9.0, 2.2, salt=1)
        + 0.6 * sheet.noise(3.5, 1.0, salt=2)
        + 0.35 * sheet.noise(1.2, 0.5, salt=3)
    )
    view = mixed(sky, (0.99, 0.98, 0.96), (puffs - 0.1) * 1.6)
    for index, (level, rough, colour) in enumerate(
        ((0.5, 0.05, (0.66, 0.75, 0.82)), (0.45, 0.04, (0.58, 0.7, 0.66)), (0.39, 0.03, (0.5, 0.62, 0.45)))
    ):
        steps = sum((0.55**k) * sheet.noise(14 / 2**k, 99.0, salt=40 + 9 * index + k) for k in range(6))
        ground = shaded(
            even(sheet, colour),
            0.1 * sheet.noise(1.0, 0.35, salt=70 + index) + 0.06 * sheet.noise(0.25, salt=80 + index),
        )
        view = mixed(view, ground, (level + rough * steps - height) * 60)
    return view


def meadow(sheet: Sheet) -> Picture:
    """Grass with flowers."""
    grass = shaded(
        even(sheet, (0.52, 0.62, 0.36)), 0.16 * sheet.clouds(1.6, 4) + 0.08 * sheet.noise(0.08, salt=9)
    )
    flowers = np.clip(sheet.noise(0.09, salt=11) * 6 - 5.0, 0, 0.6)
    return mixed(grass, (0.93, 0.88, 0.7), flowers)


def leaves(colour: Colour) -> Look:
    """Leaves one below the other, those at the top in the sun."""

    def look(sheet: Sheet) -> Picture:
        depth = 0.25 - 0.5 * sheet.down_m / sheet.height_m + 0 * sheet.across_m
        leaf = sheet.noise(sheet.width_m, sheet.height_m / 300, salt=1)
        return shaded(even(sheet, colour), depth + 0.16 * leaf + 0.1 * sheet.noise(0.05, salt=2))

    return look


def thicket(colour: Colour) -> Look:
    """What is behind the leaves."""
    return lambda sheet: shaded(
        even(sheet, colour), 0.3 * sheet.clouds(0.5, 3) + 0.2 * sheet.noise(0.06, salt=7)
    )
