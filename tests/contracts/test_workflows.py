"""What every engine of state machines keeps to. What runs in them is tested in tests/local."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from diorama.aws.workflows import StepFunctions
from diorama.errors import Conflict, NotFound
from diorama.ports import Workflows
from local.database import Database
from local.outbox import LocalOutbox
from local.workflows import LocalWorkflows
from tests.contracts.refusing import RefusingClient
from tests.fakes import FakeClock

WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": True}}}


@dataclass
class Engine:
    """Workflows with one machine that never ends by itself."""

    workflows: Workflows
    machine: str


@pytest.fixture(params=["aws", "local"])
def engine(request: pytest.FixtureRequest) -> Engine:
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    return engine


@pytest.fixture
def local_engine(database: Database, clock: FakeClock, tmp_path: Path) -> Engine:
    outbox = LocalOutbox(database, tmp_path / "outbox", clock)
    return Engine(LocalWorkflows(database, outbox, clock), "Machine")


@pytest.fixture(scope="module")
def step_functions(aws: None) -> StepFunctions:
    return StepFunctions()


@pytest.fixture
def aws_engine(step_functions: StepFunctions) -> Iterator[Engine]:
    client = step_functions._client
    role = "arn:aws:iam::123456789012:role/machine"
    machine = client.create_state_machine(name="Machine", definition=json.dumps(WAIT), roleArn=role)
    yield Engine(step_functions, machine["stateMachineArn"])
    client.delete_state_machine(stateMachineArn=machine["stateMachineArn"])


def test_what_is_started_runs(engine: Engine) -> None:
    execution = engine.workflows.start(engine.machine, "one", {"a": 1})
    assert engine.workflows.status(execution).state == "running"
    assert engine.workflows.status(execution).output is None


def test_starting_the_same_again_gives_the_same_execution(engine: Engine) -> None:
    first = engine.workflows.start(engine.machine, "one", {"a": 1, "b": [None, "ü"]})
    assert engine.workflows.start(engine.machine, "one", {"b": [None, "ü"], "a": 1}) == first
    assert engine.workflows.start(engine.machine, "two", {"a": 1}) != first


def test_the_same_name_with_other_data_is_a_conflict(engine: Engine) -> None:
    engine.workflows.start(engine.machine, "one", {"a": 1})
    with pytest.raises(Conflict):
        engine.workflows.start(engine.machine, "one", {"a": 2})


def test_the_same_again_after_the_end_is_still_the_same_execution(engine: Engine) -> None:
    execution = engine.workflows.start(engine.machine, "one", {"a": 1})
    engine.workflows.stop(execution, "because")
    assert engine.workflows.start(engine.machine, "one", {"a": 1}) == execution
    assert engine.workflows.status(execution).state == "aborted"
    with pytest.raises(Conflict):
        engine.workflows.start(engine.machine, "one", {"a": 2})


def test_stopping_aborts_and_again_changes_nothing(engine: Engine) -> None:
    execution = engine.workflows.start(engine.machine, "one", {})
    engine.workflows.stop(execution, "because")
    engine.workflows.stop(execution, "again")
    assert engine.workflows.status(execution).state == "aborted"


def test_what_never_ran_is_not_found(engine: Engine) -> None:
    known = engine.workflows.start(engine.machine, "one", {})
    unknown = known.removesuffix("one") + "two"
    with pytest.raises(NotFound):
        engine.workflows.status(unknown)
    with pytest.raises(NotFound):
        engine.workflows.stop(unknown, "because")


def test_a_token_that_nobody_waits_on_is_not_found(local_engine: Engine) -> None:
    """Moto takes every token; what Step Functions says is below."""
    with pytest.raises(NotFound):
        local_engine.workflows.answer("a-token", {"x": 1})
    with pytest.raises(NotFound):
        local_engine.workflows.fail("a-token", "Error", "cause")


@pytest.mark.parametrize("code", ["TaskDoesNotExist", "TaskTimedOut", "InvalidToken"])
def test_what_aws_says_of_a_token_that_nobody_waits_on_is_not_found(code: str) -> None:
    workflows = StepFunctions()
    vars(workflows)["_client"] = RefusingClient(code)
    with pytest.raises(NotFound):
        workflows.answer("a-token", {"x": 1})
    with pytest.raises(NotFound):
        workflows.fail("a-token", "Error", "cause")


def test_an_unknown_machine_of_aws_is_not_found(step_functions: StepFunctions) -> None:
    with pytest.raises(NotFound):
        step_functions.start("arn:aws:states:eu-central-1:123456789012:stateMachine:None", "one", {})
