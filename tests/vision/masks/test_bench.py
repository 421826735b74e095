import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench import clicks
from masks.robot import next_click
from tests.vision.masks.photos import disc, photo_of

TRUTH = disc(120, 160, 70, 60, 30)


def test_the_robot_first_clicks_the_middle_of_the_object() -> None:
    click = next_click(np.zeros_like(TRUTH), TRUTH)
    assert click is not None
    assert click.adds
    assert np.hypot(click.x - 70, click.y - 60) < 2


def test_it_then_clicks_the_largest_error() -> None:
    said = TRUTH | disc(120, 160, 130, 60, 25)
    click = next_click(said, TRUTH)
    assert click is not None
    assert not click.adds
    assert np.hypot(click.x - 130, click.y - 60) < 2


def test_it_stops_where_nothing_is_wrong() -> None:
    assert next_click(TRUTH, TRUTH) is None


def test_the_document_has_our_method_and_the_baselines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), photo_of(TRUTH)[..., ::-1])
    cv2.imwrite(str(tmp_path / "a.mask.png"), TRUTH.astype(np.uint8) * 255)
    (tmp_path / "index.json").write_text(json.dumps([{"photo": "a.png", "mask": "a.mask.png"}]))
    monkeypatch.setattr("sys.argv", ["clicks", "--data", str(tmp_path), "--json"])
    clicks.main()
    told = json.loads(capsys.readouterr().out)
    assert told["objects"] == 1
    assert told["miou"]["1"] > 80
    assert set(told["baselines"]) == {"weight-free", "grabcut", "geodesic", "flood"}
    assert told["box_miou"] > 80
