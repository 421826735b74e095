"""AWS's errors in our words, in one place."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from diorama.errors import Unavailable

Known = Mapping[str, Callable[[ClientError], Exception]]
"""AWS's code -> our error; `code_of` says which code that is."""

_BUSY = frozenset(
    {
        "InternalError",
        "InternalErrorException",
        "InternalFailure",
        "InternalServerError",
        "InternalServerException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


def code_of(error: ClientError) -> str:
    """AWS's own word for what went wrong."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def translated(known: Known | None = None) -> Iterator[None]:
    """Turns the known codes into our errors, and throttling or silence (after retries) into `Unavailable`.

    Everything else passes through: it is a bug, or a right that a role lacks. Causes are cut off where
    we know what happened, because requests may hold what no log should.
    """
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        if known and code in known:
            raise known[code](error) from None
        if code in _BUSY:
            raise Unavailable("AWS is busy just now.", "Try again in a moment.") from error
        raise
    except (NoConnectionError, HTTPClientError) as error:
        raise Unavailable("AWS does not answer.", "Try again in a moment.") from error


def always(kind: Callable[..., Exception], *words: Any, **options: Any) -> Callable[[ClientError], Exception]:
    """For `Known`: the same error whatever AWS said."""
    return lambda _: kind(*words, **options)
