import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from diorama.aws.errors import always, translated
from diorama.errors import Conflict, Unavailable


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "secret detail"}}, "PutItem")


def raised_for(error: Exception) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        with translated({"ConditionalCheckFailedException": always(Conflict, "It changed.")}):
            raise error
    return caught.value


def test_a_known_code_becomes_our_error_and_its_cause_is_cut_off() -> None:
    error = raised_for(refusal("ConditionalCheckFailedException"))
    assert isinstance(error, Conflict)
    assert error.__suppress_context__


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "SlowDown", "InternalServerError", "RequestLimitExceeded"]
)
def test_a_busy_service_is_unavailable(code: str) -> None:
    assert isinstance(raised_for(refusal(code)), Unavailable)


@pytest.mark.parametrize(
    "silence",
    [
        EndpointConnectionError(endpoint_url="https://x"),
        ConnectTimeoutError(endpoint_url="https://x"),
        ReadTimeoutError(endpoint_url="https://x"),
    ],
    ids=repr,
)
def test_a_silent_service_is_unavailable(silence: Exception) -> None:
    assert isinstance(raised_for(silence), Unavailable)


@pytest.mark.parametrize(
    "bug", [refusal("AccessDenied"), refusal("ValidationException"), NoCredentialsError(), KeyError()]
)
def test_everything_else_is_a_bug_and_stays_what_it_is(bug: Exception) -> None:
    assert raised_for(bug) is bug
