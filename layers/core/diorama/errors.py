"""The error tree. Every error that Diorama raises on purpose is a `DioramaError`."""

from collections.abc import Mapping
from typing import Any, ClassVar


class DioramaError(Exception):
    """Something went wrong that we foresaw.

    `code` is stable and for programs, `message` says what happened, `advice` what to do about it.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, advice: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.stable_code = code or type(self).code


class StageError(DioramaError):
    """A stage refuses its input. A result, not a failure: written for the person who uploaded.

    `found`: as JSON, what the stage found before it gave up, for a page to show.
    """

    status = 422

    def __init__(self, code: str, message: str, advice: str, found: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, advice, code)
        self.found = found


class Refused(DioramaError):
    """A request that can't be carried out as asked; the answer says why and what would work."""

    code = "refused"
    status = 422


class BadRequest(DioramaError):
    """A request that makes no sense as it stands."""

    code = "bad_request"
    status = 400


class NotJson(DioramaError):
    """A body of another kind than the API takes."""

    code = "not_json"
    status = 415


class NotSignedIn(DioramaError):
    """No bearer token, or one that is not good here."""

    code = "not_signed_in"
    status = 401


class NotAllowed(DioramaError):
    """A thing that the person may see, but not do this with."""

    code = "not_allowed"
    status = 403


class NotFound(DioramaError):
    """No such thing, or none of yours: the two are never told apart."""

    code = "not_found"
    status = 404


class Conflict(DioramaError):
    """The thing changed in between, or already exists."""

    code = "conflict"
    status = 409


class JobEnded(Conflict):
    """Work was about to begin for a job that has ended, or was tried again, in the meantime."""

    code = "job_ended"


class LeaseLost(Conflict):
    """Somebody else has the right to compute what was about to be computed."""

    code = "lease_lost"


class TooMuch(DioramaError):
    """A quota or a rate is used up. `retry_after_s`: when asking again may help, 0 where nobody knows."""

    code = "too_much"
    status = 429

    def __init__(self, message: str, advice: str = "", code: str = "", retry_after_s: int = 0) -> None:
        super().__init__(message, advice, code)
        self.retry_after_s = retry_after_s


class Unavailable(DioramaError):
    """A service we depend on has no room or does not answer; trying again later may work."""

    code = "unavailable"
    status = 503


class NotAvailableHere(DioramaError):
    """This deployment does not offer the service."""

    code = "not_available_here"
    status = 501


class ConfigurationError(DioramaError):
    """The environment that the process was started with is incomplete or wrong."""

    code = "configuration"
