from hypothesis import given
from hypothesis import strategies as st

from diorama.catalog import STAGES
from diorama.jobs import rules
from diorama.jobs.models import JobState, StageRun

STATES: list[JobState] = ["queued", "running", "waiting", "succeeded", "refused", "failed", "cancelled"]
PARAMS = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=4)


@given(path=st.lists(st.sampled_from(STATES), max_size=12))
def test_a_job_that_has_ended_never_moves_again(path: list[JobState]) -> None:
    state: JobState = "queued"
    ended: JobState | None = None
    for then in path:
        if rules.may_move(state, then):
            state = then
        if state in rules.ENDED:
            ended = ended or state
            assert state == ended


def test_a_job_never_goes_back_to_queued() -> None:
    assert not rules.may_move("running", "queued")
    assert not rules.may_move("waiting", "queued")
    assert rules.may_move("running", "waiting")
    assert rules.may_move("waiting", "running")


@given(params=PARAMS)
def test_a_cache_key_does_not_depend_on_the_order_of_parameters(params: dict[str, int | str]) -> None:
    stage = STAGES["sample_frames"]
    backwards = dict(reversed(params.items()))
    key = rules.cache_key("p", stage, params, {"video": "v"})
    assert key == rules.cache_key("p", stage, backwards, {"video": "v"})
    assert len(key) == 32


@given(one=PARAMS, other=PARAMS)
def test_other_parameters_give_another_cache_key(
    one: dict[str, int | str], other: dict[str, int | str]
) -> None:
    stage = STAGES["sample_frames"]
    same = rules.cache_key("p", stage, one, {}) == rules.cache_key("p", stage, other, {})
    assert same == (one == other)


def test_project_stage_revision_inputs_and_weights_all_count_in_a_cache_key() -> None:
    from dataclasses import replace

    stage = STAGES["sample_frames"]
    keys = {
        rules.cache_key("p", stage, {}, {"video": "v"}),
        rules.cache_key("q", stage, {}, {"video": "v"}),
        rules.cache_key("p", replace(stage, revision=2), {}, {"video": "v"}),
        rules.cache_key("p", STAGES["solve_poses"], {}, {"video": "v"}),
        rules.cache_key("p", stage, {}, {"video": "w"}),
        rules.cache_key("p", stage, {}, {"video": "v"}, weights="sam"),
    }
    assert len(keys) == 6


def test_a_message_is_news_only_if_it_is_later_and_the_stage_has_not_ended() -> None:
    run = StageRun(stage="s", attempt=1, state="running", order=(1, 5))
    assert rules.is_newer(run, (1, 6))
    assert rules.is_newer(run, (2, 1))
    assert not rules.is_newer(run, (1, 5))
    assert not rules.is_newer(run, (0, 99))
    assert not rules.is_newer(run.model_copy(update={"state": "failed"}), (9, 9))


def test_an_execution_is_named_after_its_job_and_attempt_and_read_back() -> None:
    assert rules.attempt_of_execution("abc-12") == ("abc", 12)
    assert rules.attempt_of_execution("3f1c-uuid-made-by-hand") is None
    assert rules.attempt_of_execution("nonsense") is None
