"""State machines in Step Functions."""

import json
from functools import cached_property
from typing import TYPE_CHECKING, cast

from diorama.aws.clients import CONFIG, session
from diorama.aws.errors import always, translated
from diorama.errors import Conflict, NotFound
from diorama.ports import Execution, ExecutionState, JsonObject

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_CAUSE_LIMIT = 32768
_ERROR_LIMIT = 256
_NO_EXECUTION = {"ExecutionDoesNotExist": always(NotFound, "There is no such execution.")}
_NO_MACHINE = {
    code: always(NotFound, "There is no such state machine.")
    for code in ("StateMachineDoesNotExist", "StateMachineDeleting")
}
_NOBODY_WAITS = {
    code: always(NotFound, "Nobody waits on this task token.")
    for code in ("TaskDoesNotExist", "TaskTimedOut", "InvalidToken")
}


class _StartedBeforeError(Exception):
    """An execution of that name exists: with other data, or it has ended."""


_STARTED = {**_NO_MACHINE, "ExecutionAlreadyExists": always(_StartedBeforeError)}


class StepFunctions:
    """Machines are ARNs, and so are executions."""

    def start(self, machine: str, name: str, data: JsonObject) -> str:
        text = json.dumps(data, sort_keys=True)
        try:
            with translated(_STARTED):
                return self._client.start_execution(stateMachineArn=machine, name=name, input=text)[
                    "executionArn"
                ]
        except _StartedBeforeError:
            return self._started_before(machine, name, data)

    def stop(self, execution: str, cause: str) -> None:
        with translated(_NO_EXECUTION):
            self._client.stop_execution(executionArn=execution, cause=cause[:_CAUSE_LIMIT])

    def status(self, execution: str) -> Execution:
        with translated(_NO_EXECUTION):
            found = self._client.describe_execution(executionArn=execution)
        status = found["status"].lower()
        if status == "pending_redrive":
            status = "failed"
        return Execution(
            state=cast(ExecutionState, status),
            output=json.loads(found["output"]) if found.get("output") else None,
            error=found.get("error") or "",
            cause=found.get("cause") or "",
        )

    def answer(self, task_token: str, output: JsonObject) -> None:
        with translated(_NOBODY_WAITS):
            self._client.send_task_success(taskToken=task_token, output=json.dumps(output))

    def fail(self, task_token: str, error: str, cause: str) -> None:
        with translated(_NOBODY_WAITS):
            self._client.send_task_failure(
                taskToken=task_token, error=error[:_ERROR_LIMIT], cause=cause[:_CAUSE_LIMIT]
            )

    def _started_before(self, machine: str, name: str, data: JsonObject) -> str:
        """Step Functions forgives a repetition only while the execution runs; we forgive it always."""
        execution = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
        with translated(_NO_EXECUTION):
            found = self._client.describe_execution(executionArn=execution)
        if json.loads(found.get("input", "null")) != data:
            raise Conflict(f"The execution '{name}' has been started with other data.")
        return execution

    @cached_property
    def _client(self) -> "SFNClient":
        return session().client("stepfunctions", config=CONFIG)
