from pathlib import Path

import numpy as np

from masks import learning
from masks.learning import ADDING, BOX, FIRST, REMOVING, Lesson, Pupil
from tests.vision.masks.photos import disc, photo_of

TRUTH = disc(160, 240, 110, 80, 45)


def test_a_robots_lessons_are_of_its_clicks_and_a_box() -> None:
    lessons = list(learning.lessons_of(Pupil(photo_of(TRUTH), TRUTH)))
    assert lessons[0].kind == FIRST
    assert lessons[-1].kind == BOX
    assert {lesson.kind for lesson in lessons[1:-1]} <= {ADDING, REMOVING}
    assert all(0 <= lesson.overlaps.min() <= lesson.overlaps.max() <= 1.001 for lesson in lessons)
    assert lessons[0].overlaps.max() > 0.9


def test_weights_make_good_proposals_likely() -> None:
    random = np.random.default_rng(0)
    lessons = []
    for _ in range(30):
        features = random.normal(size=(12, 4)).astype(np.float32)
        overlaps = 1 / (1 + np.exp(-2 * features[:, 1]))
        lessons.append(Lesson(FIRST, features, overlaps.astype(np.float32)))
    weights = learning.weights_for(lessons)
    assert weights[1] > 3 * np.abs(np.delete(weights, 1)).max()


def test_the_header_holds_what_was_learnt(tmp_path: Path) -> None:
    learning.write(np.arange(8, dtype=np.float32).reshape(4, 2), tmp_path / "weights.h")
    assert "{6.0000f, 7.0000f},  // BOX" in (tmp_path / "weights.h").read_text(encoding="utf-8")
