"""What a tour is going to take: before it starts, kept with it, and learnt from those before."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from diorama.costs import history
from diorama.costs.history import Done
from diorama.costs.prices import THIS_MACHINE
from diorama.effort import INPUT
from diorama.errors import NotAllowed, NotFound
from diorama.library.probe import Found
from diorama.studio import costs, jobs
from diorama.tours import actions, effort, quotes, rules
from diorama.tours.models import NewTour, TourParams
from diorama.tours.quotes import NewQuote
from diorama.tours.stages import STAGES
from tests.studio_world import World, make_world
from training.presets import PRESETS

MINUTE = Found(duration_s=60, frames=1800, width_px=1920, height_px=1080)


@pytest.fixture
def here(tmp_path: Path) -> World:
    """One's own machine."""
    return make_world(
        tmp_path, instances={"cpu": THIS_MACHINE, "gpu": THIS_MACHINE}, region="local", spot=False
    )


def asked(world: World, material: Found = MINUTE, **params: Any) -> costs.KeptQuote:
    project = world.project("ann").project_id
    wanted = {"project_id": project, "material": material.model_dump(), "params": params}
    return quotes.ask(world.platform, "ann", NewQuote.model_validate(wanted))


def test_a_quote_is_a_range_of_time_and_money_by_stage(world: World) -> None:
    quote = asked(world)
    assert quote.low_s < quote.seconds < quote.high_s
    assert 0 < quote.low_usd < quote.usd < quote.high_usd
    assert [one.stage for one in quote.stages] == [stage.name for stage in STAGES]
    assert all(one.low_s <= one.seconds <= one.high_s for one in quote.stages)
    assert (quote.measured, quote.priced.region) == (0, "us-east-1")


def test_on_ones_own_machine_a_quote_is_time_alone(here: World) -> None:
    quote = asked(here, train_splats={"quality": "draft"})
    assert quote.usd == quote.high_usd == Decimal(0)
    assert 60 < quote.seconds < 400


def test_more_quality_and_more_video_take_longer(here: World) -> None:
    draft, standard, high = (
        asked(here, train_splats={"quality": quality}).seconds for quality in ("draft", "standard", "high")
    )
    assert draft < standard < high
    longer = MINUTE.model_copy(update={"duration_s": 240, "frames": 7200})
    assert asked(here, longer).seconds > standard + 60


def test_a_quote_is_kept_and_goes_with_its_project(here: World) -> None:
    quote = asked(here)
    row = here.platform.records.get(f"QUOTE#{quote.quote_id}", "QUOTE")
    assert row is not None
    assert row["value"]["found"] == MINUTE.model_dump(exclude_none=True)
    assert row["ttl"] > here.clock.now()


def test_what_was_measured_here_narrows_the_range(here: World) -> None:
    before = asked(here)
    for n in range(3):
        for stage in STAGES:
            done = Done(which=f"{stage.name}{n}", steps={"look": (100.0, 1.0), "depths": (43.0, 17.0)})
            history.learn(here.platform, THIS_MACHINE, stage.name, done)
    after = asked(here)
    assert after.measured == 3
    assert (after.high_s - after.low_s) / after.seconds < (before.high_s - before.low_s) / before.seconds


def test_a_tours_job_keeps_its_quote_and_shows_it_beside_what_it_took(world: World) -> None:
    project = world.project("ann").project_id
    upload = world.uploaded("ann", project).upload_id
    body = {"project_id": project, "upload_id": upload, "budget": {"usd": "9.5"}}
    tour = actions.start(world.platform, "ann", NewTour.model_validate(body), "c1")
    found = jobs.look(world.platform, "ann", tour.job_id)
    assert found.quote is not None
    assert found.quote.seconds > 0
    assert found.ready_at == pytest.approx(world.clock.now() + found.quote.seconds, abs=1)
    assert found.budget is not None
    assert found.budget.usd == Decimal("9.5")


def test_an_upload_is_quoted_by_what_is_in_it(here: World) -> None:
    project = here.project("ann").project_id
    example = Path(__file__).parents[2] / "examples/furnished_flat/furnished_flat.mp4"
    upload = here.uploaded("ann", project, example.read_bytes()).upload_id
    quote = quotes.ask(here.platform, "ann", NewQuote(project_id=project, upload_id=upload))
    same = Found(duration_s=32, frames=960, width_px=1920, height_px=1080)
    assert quote.seconds == asked(here, same).seconds


def test_viewers_and_strangers_are_not_told(world: World) -> None:
    project = world.project("ann").project_id
    world.member("vic", project, "viewer")
    wanted = NewQuote(project_id=project, material=MINUTE)
    for user, refusal in [("vic", NotAllowed), ("eve", NotFound)]:
        with pytest.raises(refusal):
            quotes.ask(world.platform, user, wanted)


def test_material_is_quoted_before_there_is_a_project(here: World) -> None:
    quote = quotes.ask(here.platform, "ann", NewQuote(material=MINUTE))
    assert quote.seconds == asked(here).seconds
    with pytest.raises(ValidationError, match="project"):
        NewQuote(upload_id="u")


def test_an_upload_of_another_project_is_not_there(here: World) -> None:
    upload = here.uploaded("ann", here.project("ann").project_id).upload_id
    other = here.project("ann").project_id
    with pytest.raises(NotFound):
        quotes.ask(here.platform, "ann", NewQuote(project_id=other, upload_id=upload))


def test_a_quote_is_of_an_upload_or_of_material() -> None:
    for wrong in ({}, {"upload_id": "u", "material": {}}):
        with pytest.raises(ValidationError, match="not both"):
            NewQuote.model_validate({"project_id": "p", **wrong})


def test_qualities_are_those_that_training_has() -> None:
    for (quality, machine), row in PRESETS.items():
        amount, side_px = effort.TRAINING[quality, machine]
        assert (row.training_s or row.steps, row.long_side_px) == (amount, side_px)
        assert effort.SPLATS[quality, machine] == row.max_splats


MATERIAL = st.builds(
    Found,
    duration_s=st.none() | st.floats(0, 1e5),
    frames=st.none() | st.integers(0, 10**6),
    width_px=st.none() | st.integers(0, 9000),
    height_px=st.none() | st.integers(0, 9000),
    photos=st.none() | st.integers(0, 5000),
)


@given(MATERIAL, st.sampled_from(["draft", "standard", "high"]), st.sampled_from(["cpu", "gpu"]))
def test_whatever_is_in_a_file_its_effort_is_some(found: Found, quality: str, kind: Any) -> None:
    params = rules.effective_params(TourParams(), {"train_splats": {"quality": quality}})
    reports: dict[str, Mapping[str, Any]] = {INPUT: found.model_dump(exclude_none=True)}
    for stage in STAGES:
        assert stage.effort is not None
        outlook = stage.effort(params[stage.name], reports, kind)
        reports[stage.name] = outlook.report
        assert all(step.units >= 0 and step.until_percent <= 100 for step in outlook.steps)
        assert outlook.steps[-1].until_percent == 100
