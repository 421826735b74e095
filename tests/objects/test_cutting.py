"""What is cut out, one by one."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from diorama.errors import Conflict, NotFound, Refused
from diorama.objects import actions, cutting, masks
from diorama.objects.cutouts import MOST_CUTOUTS
from diorama.objects.models import MOST_POINTS, ByHand
from diorama.rows import checked_row
from tests.objects.sessions import a_cutout, begun, cut_out, mask_png, read, ready
from tests.studio_world import World


def test_a_cutout_is_kept_with_its_mask_and_how_much_that_covers(world: World) -> None:
    session = ready(world)
    (chair,) = session.cutouts
    assert (chair.cutout_id, chair.name, chair.coverage) == ("chair", "chair", 0.25)
    assert chair.mask is not None
    uri = f"s3://media/cutouts/{session.project_id}/{session.session_id}/{chair.mask}"
    assert masks.read_mask(world.store.get(uri), (40, 30)).pixels.count(255) == 300


def test_the_same_mask_is_the_same_file_whoever_wrote_it(world: World) -> None:
    session = ready(world)
    cut_out(world, session, "again")
    first, second = actions.look(world.platform, "ann", session.session_id).cutouts
    assert first.mask == second.mask


def test_a_cutout_by_clicks_alone_has_no_mask_yet(world: World) -> None:
    session = begun(world)
    read(world, session)
    cut_out(world, session, mask_png=None, clicks=[{"x": 20, "y": 15, "adds": True}])
    (chair,) = actions.look(world.platform, "ann", session.session_id).cutouts
    assert (chair.mask, chair.coverage, len(chair.clicks)) == (None, None, 1)


def test_putting_it_again_changes_all_of_it_but_its_age(world: World) -> None:
    session = ready(world)
    world.clock.time += 10
    cut_out(world, session, name="stool", mask_png=mask_png(covered_px=600))
    (stool,) = actions.look(world.platform, "ann", session.session_id).cutouts
    assert (stool.name, stool.coverage) == ("stool", 0.5)
    assert stool.updated_at == stool.created_at + 10


def test_what_was_done_by_hand_is_kept_to_go_on_from_in_another_browser(world: World) -> None:
    session = begun(world)
    stroke = {"adds": False, "radius": 12, "points": [-3.04, 5, 30.25, 9]}
    by_hand = {"threshold": 90, "is_inverted": True, "inverted_box": None, "strokes": [stroke]}
    cut_out(world, session, by_hand=by_hand)
    (chair,) = actions.look(world.platform, "ann", session.session_id).cutouts
    assert chair.by_hand is not None
    assert chair.by_hand.model_dump(mode="json") == {
        **by_hand,
        "strokes": [{**stroke, "points": [-3.0, 5.0, 30.2, 9.0]}],
    }


def test_strokes_have_no_more_points_than_a_row_holds() -> None:
    line = {"adds": True, "radius": 1, "points": [0.1] * 2 * MOST_POINTS}
    assert ByHand.model_validate({"strokes": [line]}).strokes
    with pytest.raises(ValidationError, match="points together"):
        ByHand.model_validate({"strokes": [line, {**line, "points": [1, 1]}]})


def test_there_are_at_most_twenty(world: World) -> None:
    session = begun(world)
    for number in range(MOST_CUTOUTS):
        cut_out(world, session, f"c{number}")
    cut_out(world, session, "c0", name="still")
    with pytest.raises(Conflict) as refusal:
        cut_out(world, session, "one-more")
    assert refusal.value.stable_code == "too_many_cutouts"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (mask_png(41, 30), "wrong_size_of_mask"),
        (mask_png(covered_px=0), "empty_mask"),
        (mask_png(covered_px=1200), "full_mask"),
        ("no base64 at all", "not_a_mask"),
        (base64.b64encode(b"\xff\xd8\xff a photo").decode(), "not_a_mask"),
        ("", "not_a_mask"),
    ],
)
def test_a_mask_that_is_no_good_is_refused_and_nothing_is_kept(world: World, sent: str, code: str) -> None:
    session = begun(world)
    read(world, session)
    with pytest.raises(Refused) as refusal:
        cut_out(world, session, mask_png=sent)
    assert refusal.value.stable_code == code
    assert refusal.value.advice
    assert actions.look(world.platform, "ann", session.session_id).cutouts == ()


@pytest.mark.parametrize("cutout_id", ["a/b", "..", "", "ä", "x" * 41, "a\n"])
def test_an_id_that_could_be_a_path_is_refused(world: World, cutout_id: str) -> None:
    session = begun(world)
    with pytest.raises(Refused) as refusal:
        cutting.put(world.platform, "ann", session.session_id, cutout_id, a_cutout())
    assert refusal.value.stable_code == "bad_cutout_id"


def test_one_that_was_removed_is_gone(world: World) -> None:
    session = ready(world)
    cutting.remove(world.platform, "ann", session.session_id, "chair")
    assert actions.look(world.platform, "ann", session.session_id).cutouts == ()
    with pytest.raises(NotFound):
        cutting.remove(world.platform, "ann", session.session_id, "chair")


def test_a_cutout_for_a_session_that_was_deleted_meanwhile_leaves_no_row(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = begun(world)
    look = masks.coverage_of

    def deleted_meanwhile(mask: masks.Mask) -> float:
        actions.delete(world.platform, "ann", session.session_id)
        return look(mask)

    monkeypatch.setattr(masks, "coverage_of", deleted_meanwhile)
    cut_out(world, session)
    assert list(world.platform.records.query(f"OBJECT#{session.session_id}").rows) == []


@given(st.floats(0, 40), st.floats(0, 30))
def test_any_place_of_the_photo_can_be_clicked(x: float, y: float) -> None:
    wanted = a_cutout(mask_png=None, clicks=[{"x": x, "y": y, "adds": True}])
    (click,) = wanted.clicks
    assert abs(click.x - x) <= 0.0005
    checked_row({"pk": "p", "sk": "s", "value": wanted.model_dump(mode="json")})
