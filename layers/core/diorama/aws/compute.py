"""Heavy work in SageMaker: training jobs, and async endpoints."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from diorama.aws.clients import CONFIG, session
from diorama.aws.errors import always, translated
from diorama.errors import Unavailable
from diorama.ports import JsonObject, LaunchCall, WorkState

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

_STATES: dict[str, WorkState] = {
    "InProgress": "running",
    "Stopping": "running",
    "Completed": "succeeded",
    "Failed": "failed",
    "Stopped": "stopped",
}


class _LaunchedBeforeError(Exception):
    """A training job of that name exists."""


class _NothingToStopError(Exception):
    """There is no such training job, or it has ended."""


class _UnknownError(Exception):
    """There is no such training job."""


_NO_ROOM = always(Unavailable, "No machine of that kind is free in the account.", "It is tried again later.")
_LAUNCHED = {
    "ResourceInUse": always(_LaunchedBeforeError),
    "ResourceLimitExceeded": _NO_ROOM,
    "CapacityError": _NO_ROOM,
    "ModelNotReadyException": _NO_ROOM,
}


class SageMaker:
    """Training jobs by their name; an endpoint's work can only be started."""

    def launch(self, call: LaunchCall) -> None:
        if call.operation == "invoke_endpoint_async":
            with translated(_LAUNCHED):
                self._runtime.invoke_endpoint_async(**_without_empty(call.arguments))
            return
        try:
            with translated(_LAUNCHED):
                self._sagemaker.create_training_job(**_without_empty(call.arguments))
        except _LaunchedBeforeError:
            return

    def stop(self, name: str) -> None:
        try:
            with translated(_not_there(_NothingToStopError)):
                self._sagemaker.stop_training_job(TrainingJobName=name)
        except _NothingToStopError:
            return

    def state(self, name: str) -> WorkState:
        try:
            with translated(_not_there(_UnknownError)):
                found = self._sagemaker.describe_training_job(TrainingJobName=name)
        except _UnknownError:
            return "unknown"
        return _STATES[found["TrainingJobStatus"]]

    def billable_s(self, name: str) -> float | None:
        try:
            with translated(_not_there(_UnknownError)):
                found = self._sagemaker.describe_training_job(TrainingJobName=name)
        except _UnknownError:
            return None
        told = found.get("BillableTimeInSeconds")
        return None if told is None or _STATES[found["TrainingJobStatus"]] == "running" else float(told)

    @cached_property
    def _sagemaker(self) -> "SageMakerClient":
        return session().client("sagemaker", config=CONFIG)

    @cached_property
    def _runtime(self) -> "SageMakerRuntimeClient":
        return session().client("sagemaker-runtime", config=CONFIG)


def _not_there(kind: type[Exception]) -> dict[str, Any]:
    """SageMaker says "validation" both for a bad request and for a job that is not there, or not running."""

    def judged(error: ClientError) -> Exception:
        message = error.response.get("Error", {}).get("Message", "").lower()
        missing = any(words in message for words in ("not found", "not exist", "could not find", "status"))
        return kind() if missing else error

    return {"ValidationException": judged, "ResourceNotFound": judged}


def _without_empty(arguments: JsonObject) -> dict[str, Any]:
    """SageMaker refuses empty texts where a field may as well be left out (a key that is not set)."""
    return {
        name: _without_empty(value) if isinstance(value, dict) else value
        for name, value in arguments.items()
        if value != ""
    }
