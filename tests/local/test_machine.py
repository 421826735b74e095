import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diorama.errors import ConfigurationError
from local.machine import Call, OutOfTimeError, Run, StateError
from local.states import parse_machine, read_machine

INVOKE = "arn:aws:states:::lambda:invoke"
WAIT_FOR_TOKEN = INVOKE + ".waitForTaskToken"


@dataclass
class FakeHost:
    """Time passes only by waiting; tasks answer what the test says."""

    task: Callable[[Call], Any] = lambda call: call.arguments
    time: float = 1000.0
    waits: list[float] = field(default_factory=list)
    tokens: int = 0

    def now(self) -> float:
        return self.time

    def wait_until(self, moment: float) -> None:
        self.waits.append(moment - self.time)
        self.time = max(self.time, moment)

    def new_token(self) -> str:
        self.tokens += 1
        return f"token-{self.tokens}"

    def perform(self, call: Call) -> Any:
        return self.task(call)


def run(states: dict[str, Any], data: Any = None, host: FakeHost | None = None, **machine: Any) -> Any:
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **machine}
    context = {"Execution": {"Id": "machine:one", "Name": "one", "Input": data}}
    return Run(parse_machine(definition, "test"), host or FakeHost(), context, lambda: 0.5).result(data)


def task(**more: Any) -> dict[str, Any]:
    ending = {} if "Next" in more else {"End": True}
    return {"Type": "Task", "Resource": INVOKE, "Arguments": {}, **ending, **more}


def failing(*errors: str) -> Callable[[Call], Any]:
    """Fails with each error in turn, then answers."""
    left = list(errors)

    def perform(call: Call) -> Any:
        if left:
            raise StateError(left.pop(0), "because")
        return {"answered_with": call.arguments}

    return perform


def endless(error: str) -> Callable[[Call], Any]:
    return failing(*[error] * 100)


# --- Data and variables -----------------------------------------------------------------------------


def test_a_pass_state_hands_its_input_on() -> None:
    assert run({"Go": {"Type": "Pass", "End": True}}, {"a": [1]}) == {"a": [1]}


def test_output_can_be_null() -> None:
    assert run({"Go": {"Type": "Pass", "Output": None, "End": True}}, {"a": 1}) is None


def test_a_task_gets_arguments_and_gives_output() -> None:
    host = FakeHost(lambda call: {"Payload": {"doubled": call.arguments["n"] * 2}})
    state = task(Arguments={"n": "{% $states.input.n %}"}, Output="{% $states.result.Payload.doubled %}")
    assert run({"Double": state}, {"n": 4}, host) == 8


def test_a_task_without_output_gives_its_result() -> None:
    assert run({"Ask": task(Arguments={"x": 1})}, {"ignored": True}) == {"x": 1}


def test_assigned_values_are_computed_from_the_old_variables() -> None:
    states = {
        "First": {"Type": "Pass", "Assign": {"a": 1, "b": 2}, "Next": "Swap"},
        "Swap": {
            "Type": "Pass",
            "Assign": {"a": "{% $b %}", "b": "{% $a %}"},
            "Output": "{% $a %}",
            "Next": "Last",
        },
        "Last": {"Type": "Succeed", "Output": {"a": "{% $a %}", "b": "{% $b %}", "x": "{% $states.input %}"}},
    }
    assert run(states) == {"a": 2, "b": 1, "x": 1}


def test_the_context_names_execution_state_and_token() -> None:
    seen = {
        "name": "{% $states.context.Execution.Name %}",
        "state": "{% $states.context.State.Name %}",
        "entered": "{% $states.context.State.EnteredTime %}",
        "token": "{% $states.context.Task.Token %}",
    }
    answer = run({"Ask": task(Resource=WAIT_FOR_TOKEN, Arguments=seen)})
    assert answer == {
        "name": "one",
        "state": "Ask",
        "entered": "1970-01-01T00:16:40.000Z",
        "token": "token-1",
    }


@pytest.mark.parametrize(
    "expression", ["$states.input.missing", "$unknown", "$sum", "1 + 'a'", "$states.result"]
)
def test_an_expression_without_a_value_fails_the_execution(expression: str) -> None:
    with pytest.raises(StateError) as caught:
        run({"Go": {"Type": "Pass", "Output": f"{{% {expression} %}}", "End": True}}, {"a": 1})
    assert caught.value.error == "States.QueryEvaluationError"


def test_null_is_a_value() -> None:
    states = {"Go": {"Type": "Pass", "Output": {"n": "{% $states.input.n %}"}, "End": True}}
    assert run(states, {"n": None}) == {"n": None}


def test_lists_of_one_stay_lists_when_handed_on() -> None:
    states = {"Go": {"Type": "Pass", "Output": {"l": "{% $states.input.l %}"}, "End": True}}
    for value in ([], [1], [[1]], [{"a": [2]}]):
        assert run(states, {"l": value}) == {"l": value}


def test_a_path_through_a_list_of_one_gives_the_thing_as_on_aws() -> None:
    states = {
        "Go": {
            "Type": "Pass",
            "Output": {"bare": "{% $states.input.l.n %}", "kept": "{% [$states.input.l.n] %}"},
            "End": True,
        }
    }
    assert run(states, {"l": [{"n": 1}]}) == {"bare": 1, "kept": [1]}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)  # other tests may keep the machine busy
@given(json_values)
def test_any_json_passes_through_an_expression_unchanged(value: Any) -> None:
    states = {"Go": {"Type": "Pass", "Output": {"it": "{% $states.input.it %}"}, "End": True}}
    assert run(states, {"it": value}) == {"it": value}


def test_the_cause_of_an_error_can_be_parsed() -> None:
    states = {"Go": {"Type": "Pass", "Output": "{% $parse($states.input).errorMessage %}", "End": True}}
    assert run(states, json.dumps({"errorMessage": "no room"})) == "no room"


@pytest.mark.parametrize("length", [256 * 1024 - 2, 256 * 1024 - 1])
def test_data_of_more_than_256_kb_fails_the_execution(length: int) -> None:
    big = "x" * length
    if length + 2 <= 256 * 1024:
        assert run({"Go": {"Type": "Succeed"}}, big) == big
        return
    with pytest.raises(StateError, match="DataLimitExceeded"):
        run({"Go": {"Type": "Succeed"}}, big)


def test_variables_may_not_be_bigger_either() -> None:
    states = {"Go": {"Type": "Pass", "Assign": {"x": "{% $states.input & $states.input %}"}, "End": True}}
    with pytest.raises(StateError, match="DataLimitExceeded"):
        run({**states, "Go": {**states["Go"], "Output": 1}}, "x" * 150_000)


def test_a_big_result_is_not_caught_by_states_all() -> None:
    host = FakeHost(lambda call: "x" * 300_000)
    states = {
        "Ask": task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Fine"}], Next="Fine"),
        "Fine": {"Type": "Succeed"},
    }
    with pytest.raises(StateError, match="DataLimitExceeded"):
        run(states, None, host)


# --- Choice, Wait, Fail -----------------------------------------------------------------------------


CHOOSE: dict[str, Any] = {
    "Enough?": {
        "Type": "Choice",
        "Choices": [
            {
                "Condition": "{% $states.input.share >= 0.9 %}",
                "Next": "End",
                "Assign": {"way": "good"},
                "Output": "{% 'good' %}",
            },
            {"Condition": "{% $states.input.share >= 0.6 %}", "Next": "End", "Assign": {"way": "fair"}},
        ],
        "Default": "End",
        "Assign": {"way": "poor"},
    },
    "End": {"Type": "Succeed", "Output": {"way": "{% $way %}", "data": "{% $states.input %}"}},
}


@pytest.mark.parametrize(
    ("share", "way", "data"),
    [(0.95, "good", "good"), (0.7, "fair", {"share": 0.7}), (0.1, "poor", {"share": 0.1})],
)
def test_the_first_rule_that_holds_is_taken(share: float, way: str, data: Any) -> None:
    assert run(CHOOSE, {"share": share}) == {"way": way, "data": data}


def test_a_condition_that_is_not_true_or_false_fails() -> None:
    states = {
        "C": {"Type": "Choice", "Choices": [{"Condition": "{% 1 %}", "Next": "E"}]},
        "E": {"Type": "Succeed"},
    }
    with pytest.raises(StateError, match="QueryEvaluationError"):
        run(states)


def test_no_rule_and_no_default_fails() -> None:
    states = {
        "C": {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "E"}]},
        "E": {"Type": "Succeed"},
    }
    with pytest.raises(StateError, match=r"States\.NoChoiceMatched"):
        run(states)


@pytest.mark.parametrize(("seconds", "waited"), [(7, 7), ("{% $states.input.s %}", 3)])
def test_waiting_takes_the_seconds_it_says(seconds: Any, waited: float) -> None:
    host = FakeHost()
    run({"W": {"Type": "Wait", "Seconds": seconds, "End": True}}, {"s": 3}, host)
    assert host.waits == [waited]


@pytest.mark.parametrize("seconds", ["{% 'soon' %}", "{% -1 %}", "{% true %}", "{% 2.5 %}"])
def test_waiting_for_something_else_than_seconds_fails(seconds: str) -> None:
    with pytest.raises(StateError, match="QueryEvaluationError"):
        run({"W": {"Type": "Wait", "Seconds": seconds, "End": True}})


def test_a_fail_state_may_compute_its_error_and_cause() -> None:
    state = {"Type": "Fail", "Error": "Refused", "Cause": "{% 'only ' & $string($states.input.n) %}"}
    with pytest.raises(StateError) as caught:
        run({"F": state}, {"n": 3})
    assert (caught.value.error, caught.value.cause) == ("Refused", "only 3")


# --- Retry and catch --------------------------------------------------------------------------------


def test_retries_wait_longer_each_time_up_to_the_longest_delay() -> None:
    host = FakeHost(failing("Busy", "Busy", "Busy", "Busy"))
    retry = {
        "ErrorEquals": ["Busy"],
        "IntervalSeconds": 10,
        "BackoffRate": 2,
        "MaxAttempts": 4,
        "MaxDelaySeconds": 30,
    }
    run({"Ask": task(Retry=[retry])}, None, host)
    assert host.waits == [10, 20, 30, 30]


def test_full_jitter_waits_a_random_share() -> None:
    host = FakeHost(failing("Busy", "Busy"))
    retry = {"ErrorEquals": ["Busy"], "IntervalSeconds": 10, "JitterStrategy": "FULL"}
    run({"Ask": task(Retry=[retry])}, None, host)
    assert host.waits == [5, 10]


def test_when_the_attempts_are_used_up_the_error_stands() -> None:
    host = FakeHost(endless("Busy"))
    with pytest.raises(StateError, match="Busy"):
        run({"Ask": task(Retry=[{"ErrorEquals": ["Busy"], "MaxAttempts": 2}])}, None, host)
    assert len(host.waits) == 2


def test_each_retrier_counts_for_itself() -> None:
    host = FakeHost(failing("Busy", "Broken", "Busy"))
    retry = [
        {"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1},
        {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 9, "MaxAttempts": 1},
    ]
    run({"Ask": task(Retry=retry)}, None, host)
    assert host.waits == [1, 9, 1]


def test_no_attempts_means_no_retry() -> None:
    retry = [{"ErrorEquals": ["Bug"], "MaxAttempts": 0}, {"ErrorEquals": ["States.ALL"]}]
    host = FakeHost(endless("Bug"))
    with pytest.raises(StateError, match="Bug"):
        run({"Ask": task(Retry=retry)}, None, host)
    assert host.waits == []


def test_every_try_has_a_token_of_its_own_and_its_number() -> None:
    seen: list[Any] = []
    answer = failing("Busy", "Busy")

    def perform(call: Call) -> Any:
        seen.append((call.token, call.arguments["try"]))
        return answer(call)

    arguments = {"try": "{% $states.context.State.RetryCount %}"}
    retry = [{"ErrorEquals": ["Busy"]}]
    run({"Ask": task(Resource=WAIT_FOR_TOKEN, Arguments=arguments, Retry=retry)}, None, FakeHost(perform))
    assert seen == [("token-1", 0), ("token-2", 1), ("token-3", 2)]


def test_a_catcher_sees_the_error_and_sets_variables() -> None:
    states = {
        "Ask": task(
            Next="Told",
            Catch=[
                {"ErrorEquals": ["Other"], "Next": "Told"},
                {
                    "ErrorEquals": ["States.ALL"],
                    "Next": "Told",
                    "Assign": {"error": "{% $states.errorOutput.Error %}"},
                    "Output": "{% $states.input.kept %}",
                },
            ],
        ),
        "Told": {"Type": "Succeed", "Output": {"error": "{% $error %}", "kept": "{% $states.input %}"}},
    }
    assert run(states, {"kept": 5}, FakeHost(endless("Bug"))) == {"error": "Bug", "kept": 5}


def test_without_output_a_catcher_hands_the_error_on() -> None:
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "Told"}]
    states = {"Ask": task(Next="Told", Catch=catch), "Told": {"Type": "Succeed"}}
    assert run(states, None, FakeHost(endless("Bug"))) == {"Error": "Bug", "Cause": "because"}


def test_an_undefined_argument_can_be_caught() -> None:
    catch = [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "Told"}]
    states = {
        "Ask": task(Next="Told", Arguments={"x": "{% $states.input.nothing %}"}, Catch=catch),
        "Told": {"Type": "Succeed", "Output": "caught"},
    }
    assert run(states, {}) == "caught"


# --- Timeouts ---------------------------------------------------------------------------------------


def slow(seconds: float, host_of: list[FakeHost]) -> Callable[[Call], Any]:
    """A task that knows its deadline, as a wait for a token does."""

    def perform(call: Call) -> Any:
        host = host_of[0]
        if call.deadline is not None and host.time + seconds > call.deadline:
            host.time = call.deadline
            raise StateError("States.Timeout")
        host.time += seconds
        return "done"

    return perform


def slow_host(seconds: float) -> FakeHost:
    hosts: list[FakeHost] = []
    hosts.append(FakeHost(slow(seconds, hosts)))
    return hosts[0]


def test_a_task_that_takes_too_long_times_out_and_task_failed_does_not_catch_it() -> None:
    catch = [
        {"ErrorEquals": ["States.TaskFailed"], "Next": "Wrong"},
        {"ErrorEquals": ["States.Timeout"], "Next": "Late"},
    ]
    states = {
        "Ask": task(Next="Wrong", TimeoutSeconds=60, Catch=catch),
        "Wrong": {"Type": "Fail"},
        "Late": {"Type": "Succeed", "Output": "late"},
    }
    host = slow_host(61)
    assert run(states, None, host) == "late"
    assert host.time == 1060


def test_a_timeout_may_be_an_expression() -> None:
    with pytest.raises(StateError, match=r"States\.Timeout"):
        run({"Ask": task(TimeoutSeconds="{% $states.input.limit %}")}, {"limit": 3}, slow_host(4))


def test_the_time_of_the_whole_machine_can_not_be_caught() -> None:
    states = {
        "Ask": task(Next="Fine", TimeoutSeconds=60, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Fine"}]),
        "Fine": {"Type": "Succeed"},
    }
    host = slow_host(50)
    with pytest.raises(OutOfTimeError):
        run(states, None, host, TimeoutSeconds=30)
    assert host.time == 1030


def test_a_wait_ends_with_the_time_of_the_whole_machine() -> None:
    host = FakeHost()
    with pytest.raises(OutOfTimeError):
        run({"W": {"Type": "Wait", "Seconds": 100, "End": True}}, None, host, TimeoutSeconds=30)
    assert host.waits == [30]


# --- What a definition may say ----------------------------------------------------------------------

PASS = {"Type": "Pass", "End": True}


def definition(states: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **more}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (definition({"A": {"Type": "Pass", "Next": "B"}}), "there is no state 'B'"),
        (definition({"A": PASS}, StartAt="B"), "there is no state 'B'"),
        (definition({"A": PASS, "B": PASS}), "no way leads to B"),
        (definition({"A": {"Type": "Pass", "Next": "A"}}), "no state ends"),
        (definition({"A": {"Type": "Pass"}}), "exactly one of Next and End"),
        (definition({"A": {"Type": "Pass", "Next": "A", "End": True}}), "exactly one of Next and End"),
        (definition({"A": {"Type": "Map", "End": True}}), "does not match any of the expected tags"),
        (definition({"A": {**PASS, "ResultPath": "$.x"}}), "Extra inputs"),
        (definition({"A": PASS}, QueryLanguage="JSONPath"), "JSONata"),
        (definition({"A": task(Resource="arn:aws:states:::sqs:sendMessage")}), "Resource"),
        (definition({"A": task(HeartbeatSeconds=10)}), "Extra inputs"),
        (definition({"A": task(Retry=[{"ErrorEquals": ["States.ALL", "X"]}])}), "must stand alone"),
        (definition({"A": task(Catch=[{"ErrorEquals": ["X"], "Next": "B"}])}), "there is no state 'B'"),
        (definition({"A": {**PASS, "Output": "{% $x. %}"}}), "A: "),
        (definition({"A" * 81: PASS}), "at most 80 characters"),
        (definition({"A": {**PASS, "Output": "{% $eval('1') %}"}}), "no \\$eval"),
    ],
)
def test_a_definition_that_would_not_run_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        parse_machine(wrong, "test.asl.yaml")


FILE = """
QueryLanguage: JSONata
StartAt: Ask
States:
  Ask:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Arguments: {FunctionName: "${Plan}"}
    End: true
"""


def test_a_file_is_read_with_its_substitutions(tmp_path: Any) -> None:
    path = tmp_path / "a.asl.yaml"
    path.write_text(FILE)
    state = read_machine(path, {"Plan": "PlanFunction"}).states["Ask"]
    assert state.model_dump()["arguments"] == {"FunctionName": "PlanFunction"}


@pytest.mark.parametrize(
    ("substitutions", "said"), [({}, "'\\${Plan}'"), ({"Plan": "x", "Other": "y"}, "never uses")]
)
def test_substitutions_must_fit_the_file(tmp_path: Any, substitutions: dict[str, str], said: str) -> None:
    path = tmp_path / "a.asl.yaml"
    path.write_text(FILE)
    with pytest.raises(ConfigurationError, match=said):
        read_machine(path, substitutions)
