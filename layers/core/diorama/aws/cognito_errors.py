"""What Cognito's refusals mean, call by call.

What it says of an address that it does not know, or knows in another state, must not be told on.
"""

from botocore.exceptions import ClientError

from diorama.aws.errors import always
from diorama.credentials import (
    address_taken,
    no_address,
    not_confirmed,
    signed_out,
    too_many_tries,
    weak_password,
    wrong_code,
    wrong_password,
    wrong_second_factor,
)
from diorama.errors import NotFound


def _wrong_or_too_often(error: ClientError) -> Exception:
    """Cognito has one code for a wrong password and for too many of them."""
    return too_many_tries() if "attempts exceeded" in str(error) else wrong_password()


_STATES = (
    "AliasExistsException",
    "InvalidParameterException",
    "NotAuthorizedException",
    "UserNotConfirmedException",
    "UserNotFoundException",
)
_SLOWED = dict.fromkeys(("LimitExceededException", "TooManyFailedAttemptsException"), always(too_many_tries))
_WEAK = {"InvalidPasswordException": always(weak_password)}
_NO_USER = always(NotFound, "There is no such user.")

SIGN_UP = {
    **_SLOWED,
    **_WEAK,
    "InvalidParameterException": always(no_address),
    "UsernameExistsException": always(address_taken),
}
CODE = {
    **dict.fromkeys((*_STATES, "CodeMismatchException", "ExpiredCodeException"), always(wrong_code)),
    **_SLOWED,
    **_WEAK,
}
LOG_IN = {
    **dict.fromkeys((*_STATES, "PasswordResetRequiredException"), always(wrong_password)),
    **_SLOWED,
    "NotAuthorizedException": _wrong_or_too_often,
    "UserNotConfirmedException": always(not_confirmed),
}
SECOND_FACTOR = {
    **dict.fromkeys((*_STATES, "CodeMismatchException", "ExpiredCodeException"), always(wrong_second_factor)),
    **_SLOWED,
}
AUTHENTICATOR = {
    **dict.fromkeys(("EnableSoftwareTokenMFAException", "CodeMismatchException"), always(wrong_code)),
    **dict.fromkeys(("NotAuthorizedException", "UserNotFoundException"), always(signed_out)),
    **_SLOWED,
}
TOKEN = dict.fromkeys(_STATES, always(signed_out))
LETTER = {**dict.fromkeys(_STATES, _NO_USER), **_SLOWED}
DELETE = {"UserNotFoundException": _NO_USER}
