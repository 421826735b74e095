from dataclasses import replace

import numpy as np
import pytest
import torch

from clicknet.box_episodes import Boxes
from clicknet.episodes import answered, begun, seen
from clicknet.evidence import EVIDENCE_MAPS
from clicknet.network import Network
from clicknet.restored import restored
from clicknet.scenes import Workshop
from clicknet.segmenter import WEIGHTS, network
from clicknet.train import Plan, objective, of_boxes, trained


def test_a_right_answer_costs_less_than_a_wrong_one() -> None:
    truth = torch.zeros(1, 1, 16, 16)
    truth[..., 4:12, 4:12] = 1
    right, unsure, wrong = (objective(scale * (truth - 0.5), truth) for scale in (20, 0, -20))
    assert right < 0.05 < unsure < wrong


def test_the_network_answers_windows_of_any_size_in_steps_of_sixteen() -> None:
    network = Network().eval()
    with torch.inference_mode():
        for height, width in ((48, 192), (128, 192), (192, 80)):
            answer = network(torch.zeros(1, EVIDENCE_MAPS, height, width))
            assert answer.shape == (1, 1, height // 2, width // 2)


def test_somebody_clicks_inside_first_and_then_where_the_answer_is_wrong() -> None:
    rng = np.random.default_rng(2)
    scenes = [Workshop(96, rng, surfaces=8).scene() for _ in range(3)]
    for _ in range(10):
        episode = begun(scenes, rng)
        maps, truth = seen(episode, (64, 64))
        assert maps.shape == (EVIDENCE_MAPS, 64, 64)
        assert truth.max() > 0
        for _ in range(6):
            if not answered(episode, np.zeros((64, 64), np.float32), rng):
                break
        assert all(adds == 1 and episode.truth[int(y), int(x)] for x, y, adds in episode.clicks)


def test_somebody_draws_boxes_and_sees_all_of_them_in_the_window() -> None:
    rng = np.random.default_rng(4)
    scenes = [Workshop(96, rng, surfaces=8).scene() for _ in range(3)]
    boxes = Boxes()
    for _ in range(10):
        episode = boxes.begun(scenes, rng)
        assert episode.box is not None
        assert not episode.clicks
        box, window = np.array(episode.box), np.array(episode.window)
        assert (np.sign([1, 1, -1, -1]) * (box - window) > -6).all()
        maps, truth = seen(episode, (48, 80))
        assert maps.shape == (EVIDENCE_MAPS, 48, 80)
        assert truth.sum() > 0.9 * episode.truth.sum() * maps[0].size / np.prod(window[2:] - window[:2])
        boxes.answered(episode, np.ones((48, 80), np.float32), rng)
        left, top, right, bottom = episode.window
        assert episode.probability is not None
        assert episode.probability[top:bottom, left:right].min() == 1


def test_a_network_from_its_file_answers_as_the_file_does_and_learns_from_where_it_was() -> None:
    seen_maps = torch.randn(3, EVIDENCE_MAPS, 64, 96, generator=torch.Generator().manual_seed(1))
    again = restored(WEIGHTS, seen_maps)
    [said] = network(WEIGHTS).run(None, {"evidence": seen_maps[:1].numpy()})
    with torch.no_grad():
        assert torch.sigmoid(again(seen_maps[:1])).numpy() == pytest.approx(said, abs=1e-5)
        again.train()
        assert torch.sigmoid(again(seen_maps))[:1].numpy() == pytest.approx(said, abs=1e-3)


@pytest.mark.slow
def test_the_network_for_boxes_begins_with_what_the_other_knows() -> None:
    lessons = replace(of_boxes(), scene_side_px=128)
    plan = Plan(steps=4, lessons=lessons, scenes=12, scene_every_steps=100, batch=4, window_px=96)
    [(_, progress)] = list(trained(plan))
    assert progress.iou > 0.5


@pytest.mark.slow
def test_a_few_seconds_of_training_bring_the_loss_down() -> None:
    plan = Plan(steps=60, scenes=12, scene_every_steps=100, batch=4, window_px=64)
    losses = [progress.loss for _, progress in trained(plan, told_every=20)]
    assert losses[-1] < 0.9 * losses[0]


@pytest.mark.slow
def test_the_same_seed_trains_the_same_network() -> None:
    plan = Plan(steps=4, scenes=6, batch=2, window_px=64)
    (one, _), (other, _) = (list(trained(plan))[-1] for _ in range(2))
    for ours, theirs in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(ours, theirs)
