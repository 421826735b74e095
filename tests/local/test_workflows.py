"""Executions as the studio runs them: threads, tokens, children, and a studio that dies."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from diorama.errors import NotFound
from diorama.platform import SystemClock
from diorama.ports import Execution
from local.database import Database
from local.executions import Executions
from local.functions import FunctionError
from local.outbox import LocalOutbox
from local.states import Machine, parse_machine
from local.workflows import LocalWorkflows

INVOKE = "arn:aws:states:::lambda:invoke"
Functions = dict[str, Callable[[Any], Any]]


def invoke(function: str, payload: Any, **more: Any) -> dict[str, Any]:
    state = {
        "Type": "Task",
        "Resource": INVOKE,
        "Arguments": {"FunctionName": function, "Payload": payload},
        "Output": "{% $states.result.Payload %}",
        **more,
    }
    return state if "Next" in more else {**state, "End": True}


def machine(states: dict[str, Any], **more: Any) -> Machine:
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **more}
    return parse_machine(definition, "test")


ASK = machine({"Ask": invoke("F", "{% $states.input %}")})
WAIT = machine({"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}})
TOKEN = machine(
    {
        "Ask": {
            "Type": "Task",
            "Resource": INVOKE + ".waitForTaskToken",
            "Arguments": {"FunctionName": "F", "Payload": {"token": "{% $states.context.Task.Token %}"}},
            "TimeoutSeconds": 30,
            "End": True,
        }
    }
)
PARENT = machine(
    {
        "Run": {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Arguments": {"StateMachineArn": "Child", "Input": "{% $states.input %}"},
            "Output": "{% $states.result.Output %}",
            "End": True,
        }
    }
)


class Studio:
    """Everything that workflows need, on one database; may be closed and opened again."""

    def __init__(self, folder: Path, machines: dict[str, Machine], functions: Functions) -> None:
        self.folder, self.machines, self.functions = folder, machines, functions
        self.open()

    def open(self) -> None:
        clock = SystemClock()
        database = Database(self.folder / "d.sqlite")
        self.outbox = LocalOutbox(database, self.folder / "outbox", clock)
        self.workflows = LocalWorkflows(database, self.outbox, clock)
        self.executions = Executions(self.workflows, self.machines, self._invoke, clock)
        self.executions.recover()
        self.executions.open()

    def close(self) -> None:
        self.executions.close()

    def _invoke(self, function: str, payload: Any) -> Any:
        return self.functions[function](payload)

    def ended(self, execution: str) -> Execution:
        eventually(lambda: self.workflows.status(execution).state != "running")
        return self.workflows.status(execution)

    def notices(self) -> list[Any]:
        return [queued.message for queued in self.outbox.undelivered()]


def eventually(condition: Callable[[], object], within_s: float = 5) -> None:
    give_up_at = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < give_up_at, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Callable[..., Studio]]:
    opened: list[Studio] = []

    def make(machines: dict[str, Machine], functions: Functions | None = None) -> Studio:
        opened.append(Studio(tmp_path, machines, functions or {}))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def test_an_execution_runs_and_tells_the_bus_of_its_end(studio: Any) -> None:
    it = studio({"M": ASK}, {"F": lambda payload: {"got": payload}})
    execution = it.workflows.start("M", "one", {"a": 1})
    assert it.ended(execution) == Execution("succeeded", {"got": {"a": 1}})
    (notice,) = it.notices()
    assert notice["source"] == "aws.states"
    assert notice["detail-type"] == "Step Functions Execution Status Change"
    detail = notice["detail"]
    assert detail["status"] == "SUCCEEDED"
    assert (detail["name"], detail["stateMachineArn"], detail["executionArn"]) == ("one", "M", execution)
    assert json.loads(detail["output"]) == {"got": {"a": 1}}
    assert detail["stopDate"] >= detail["startDate"] > 1e12


def test_starting_the_same_twice_runs_it_once(studio: Any) -> None:
    calls: list[Any] = []
    it = studio({"M": ASK}, {"F": calls.append})
    executions = {it.workflows.start("M", "one", {"a": 1}) for _ in range(5)}
    assert len(executions) == 1
    it.ended(executions.pop())
    assert calls == [{"a": 1}]


def test_an_error_of_a_function_is_the_execution_s(studio: Any) -> None:
    def fail(payload: Any) -> Any:
        raise FunctionError("Unavailable", "no room")

    it = studio({"M": ASK}, {"F": fail})
    ended = it.ended(it.workflows.start("M", "one", {}))
    assert (ended.state, ended.error) == ("failed", "Unavailable")
    assert json.loads(ended.cause) == {"errorMessage": "no room", "errorType": "Unavailable"}
    assert it.notices()[0]["detail"]["error"] == "Unavailable"


def test_stopping_ends_a_wait_at_once(studio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.executions.POLL_S", 60)  # so it is the stop that wakes it
    it = studio({"M": WAIT})
    execution = it.workflows.start("M", "one", {})
    eventually(lambda: it.executions._threads)
    thread = it.executions._threads[execution]
    it.workflows.stop(execution, "because")
    thread.join(5)
    assert not thread.is_alive()
    assert it.workflows.status(execution) == Execution("aborted", cause="because")
    it.workflows.stop(execution, "again")
    assert [notice["detail"]["status"] for notice in it.notices()] == ["ABORTED"]


def test_what_finishes_after_a_stop_changes_nothing(studio: Any) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def slow(payload: Any) -> Any:
        entered.set()
        go_on.wait(5)
        return {}

    it = studio({"M": ASK}, {"F": slow})
    execution = it.workflows.start("M", "one", {})
    entered.wait(5)
    eventually(lambda: execution in it.executions._threads)
    thread = it.executions._threads[execution]
    it.workflows.stop(execution, "because")
    go_on.set()
    thread.join(5)
    assert it.workflows.status(execution).state == "aborted"
    assert len(it.notices()) == 1


def test_a_token_is_answered_with_what_the_state_gives(studio: Any) -> None:
    tokens: list[str] = []
    it = studio({"M": TOKEN}, {"F": lambda payload: tokens.append(payload["token"])})
    execution = it.workflows.start("M", "one", {})
    eventually(lambda: tokens)
    it.workflows.answer(tokens[0], {"done": [1]})
    assert it.ended(execution).output == {"done": [1]}
    with pytest.raises(NotFound):
        it.workflows.answer(tokens[0], {})


def test_a_token_may_be_answered_before_its_function_returns(studio: Any) -> None:
    def answer(payload: Any) -> None:
        it.workflows.answer(payload["token"], {"quick": True})

    it = studio({"M": TOKEN}, {"F": answer})
    assert it.ended(it.workflows.start("M", "one", {})).output == {"quick": True}


def test_a_failed_token_fails_the_state(studio: Any) -> None:
    it = studio(
        {"M": TOKEN}, {"F": lambda payload: it.workflows.fail(payload["token"], "Interrupted", "spot")}
    )
    ended = it.ended(it.workflows.start("M", "one", {}))
    assert (ended.state, ended.error, ended.cause) == ("failed", "Interrupted", "spot")


def test_a_token_that_nobody_answers_times_out(studio: Any) -> None:
    state = TOKEN.model_dump(by_alias=True, exclude_unset=True)["States"]["Ask"]
    tokens: list[str] = []
    it = studio(
        {"M": machine({"Ask": {**state, "TimeoutSeconds": 1}})},
        {"F": lambda payload: tokens.append(payload["token"])},
    )
    assert it.ended(it.workflows.start("M", "one", {})).error == "States.Timeout"
    with pytest.raises(NotFound):
        it.workflows.answer(tokens[0], {})


def test_the_time_of_a_whole_machine_ends_it(studio: Any) -> None:
    it = studio({"M": machine({"W": {"Type": "Wait", "Seconds": 60, "End": True}}, TimeoutSeconds=1)})
    assert it.ended(it.workflows.start("M", "one", {})).state == "timed_out"
    assert it.notices()[0]["detail"]["status"] == "TIMED_OUT"


def test_a_child_s_output_comes_back(studio: Any) -> None:
    it = studio({"M": PARENT, "Child": ASK}, {"F": lambda payload: {"child": payload}})
    assert it.ended(it.workflows.start("M", "one", {"a": 1})).output == {"child": {"a": 1}}


def test_a_child_s_failure_is_a_failed_task(studio: Any) -> None:
    failing = machine({"F": {"Type": "Fail", "Error": "Bad", "Cause": "luck"}})
    it = studio({"M": PARENT, "Child": failing})
    ended = it.ended(it.workflows.start("M", "one", {}))
    assert ended.error == "States.TaskFailed"
    cause = json.loads(ended.cause)
    assert (cause["Status"], cause["Error"], cause["Cause"]) == ("FAILED", "Bad", "luck")


def test_a_child_ends_with_its_parent(studio: Any) -> None:
    it = studio({"M": PARENT, "Child": WAIT})
    execution = it.workflows.start("M", "one", {})
    eventually(lambda: len(it.workflows.running()) == 2)
    it.workflows.stop(execution, "because")
    assert not it.workflows.running()
    assert sorted(notice["detail"]["stateMachineArn"] for notice in it.notices()) == ["Child", "M"]


def test_an_unknown_machine_fails_the_execution(studio: Any) -> None:
    it = studio({})
    assert it.ended(it.workflows.start("M", "one", {})).error == "StateMachineDoesNotExist"


def test_a_closed_studio_leaves_executions_running_and_the_next_runs_them_from_the_top(studio: Any) -> None:
    tokens: list[str] = []
    machines = {"M": PARENT, "Child": TOKEN}
    functions = {"F": lambda payload: tokens.append(payload["token"])}
    first = studio(machines, functions)
    execution = first.workflows.start("M", "one", {"a": 1})
    eventually(lambda: tokens)
    first.close()
    assert first.workflows.status(execution).state == "running"

    second = studio(machines, functions)
    eventually(lambda: len(tokens) == 2)
    with pytest.raises(NotFound):
        second.workflows.answer(tokens[0], {"stale": True})
    assert len(second.workflows.running()) == 2
    second.workflows.answer(tokens[1], {"fresh": True})
    assert second.ended(execution).output == {"fresh": True}
    assert [notice["detail"]["name"] for notice in second.notices() if notice["detail"]["name"] == "one"]


def test_many_executions_run_side_by_side(studio: Any) -> None:
    it = studio({"M": ASK}, {"F": lambda payload: payload})
    started = [it.workflows.start("M", f"e{number}", {"n": number}) for number in range(20)]
    assert [it.ended(execution).output for execution in started] == [{"n": number} for number in range(20)]


def test_another_process_may_stop_and_answer(studio: Any, tmp_path: Path) -> None:
    """Another connection to the same file, without the bell of this process."""
    it = studio({"M": WAIT})
    execution = it.workflows.start("M", "one", {})
    eventually(lambda: it.executions._threads)
    thread = it.executions._threads[execution]
    other = Database(tmp_path / "d.sqlite")
    LocalWorkflows(other, LocalOutbox(other, tmp_path, SystemClock()), SystemClock()).stop(execution, "there")
    thread.join(2)
    assert not thread.is_alive()


def test_however_ends_race_each_execution_ends_once(studio: Any) -> None:
    """Answers, stops and timeouts at the same moment: one of them wins, and one end is told."""
    state = TOKEN.model_dump(by_alias=True, exclude_unset=True)["States"]["Ask"]
    tokens: dict[str, str] = {}
    keep = {"F": lambda payload: tokens.update({payload["name"]: payload["token"]})}
    arguments = {
        "FunctionName": "F",
        "Payload": {
            "token": "{% $states.context.Task.Token %}",
            "name": "{% $states.context.Execution.Name %}",
        },
    }
    racing = machine({"Ask": {**state, "Arguments": arguments, "TimeoutSeconds": 1}})
    it = studio({"M": racing}, keep)
    executions = {f"e{number}": it.workflows.start("M", f"e{number}", {}) for number in range(24)}
    eventually(lambda: len(tokens) == 24)
    answered: set[str] = set()

    def answer(name: str) -> None:
        time.sleep(0.9 + 0.01 * (hash(name) % 20))
        with contextlib.suppress(NotFound):
            it.workflows.answer(tokens[name], {"by": name})
            answered.add(name)

    def stop(name: str) -> None:
        time.sleep(0.9 + 0.01 * (hash(name[::-1]) % 20))
        it.workflows.stop(executions[name], "because")

    threads = [threading.Thread(target=each, args=(name,)) for name in executions for each in (answer, stop)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, execution in executions.items():
        ended = it.ended(execution)
        if ended.state == "succeeded":
            assert name in answered
        else:
            assert ended.state == "aborted" or (ended.error == "States.Timeout" and name not in answered)
    assert sorted(notice["detail"]["name"] for notice in it.notices()) == sorted(executions)


def child_task(**more: Any) -> Machine:
    state = PARENT.model_dump(by_alias=True, exclude_unset=True)["States"]["Run"]
    return machine({"Run": {**state, **more}})


def test_a_child_that_takes_too_long_is_stopped(studio: Any) -> None:
    it = studio({"M": child_task(TimeoutSeconds=1), "Child": WAIT})
    assert it.ended(it.workflows.start("M", "one", {})).error == "States.Timeout"
    assert not it.workflows.running()


def test_a_child_s_name_can_not_be_used_for_other_data(studio: Any) -> None:
    named = child_task(Arguments={"StateMachineArn": "Child", "Name": "x", "Input": "{% $states.input %}"})
    it = studio({"M": named, "Child": ASK}, {"F": lambda payload: payload})
    assert it.ended(it.workflows.start("M", "one", {"a": 1})).state == "succeeded"
    assert it.ended(it.workflows.start("M", "two", {"a": 2})).error.endswith(
        "ExecutionAlreadyExistsException"
    )


def test_arguments_that_local_mode_does_not_know_fail(studio: Any) -> None:
    odd = machine({"Ask": invoke("F", {}, Arguments={"FunctionName": "F", "InvocationType": "Event"})})
    it = studio({"M": odd}, {"F": lambda payload: payload})
    ended = it.ended(it.workflows.start("M", "one", {}))
    assert (ended.error, "InvocationType" in ended.cause) == ("States.Runtime", True)


def test_a_bug_of_the_interpreter_fails_the_execution_and_hangs_nothing(studio: Any, caplog: Any) -> None:
    it = studio({"M": ASK})  # the function is not there at all
    ended = it.ended(it.workflows.start("M", "one", {}))
    assert (ended.state, ended.error) == ("failed", "States.Runtime")
    assert "KeyError" in ended.cause
