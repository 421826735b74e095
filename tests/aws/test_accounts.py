from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from diorama.aws.accounts import CognitoAccounts
from diorama.errors import BadRequest, NotSignedIn, Refused, TooMuch
from diorama.ports import Accounts, Tokens

EMAIL, PASSWORD, CODE = "ada@example.com", "correct horse battery", "123456"

Call = Callable[[Accounts], Any]


class Cognito:
    """Answers every call with one refusal, or one answer."""

    def __init__(self, code: str = "", message: str = "", **answer: Any) -> None:
        self.code, self.message, self.answer = code, message, answer

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**_: Any) -> Any:
            if self.code:
                raise ClientError({"Error": {"Code": self.code, "Message": self.message}}, operation)
            return self.answer

        return call


def accounts_at(cognito: Cognito) -> CognitoAccounts:
    accounts = CognitoAccounts("pool", "client")
    accounts.__dict__["_cognito"] = cognito
    return accounts


def sign_up(accounts: Accounts) -> Any:
    return accounts.sign_up(EMAIL, PASSWORD)


def confirm(accounts: Accounts) -> Any:
    return accounts.confirm(EMAIL, CODE)


def log_in(accounts: Accounts) -> Any:
    return accounts.log_in(EMAIL, PASSWORD)


def refresh(accounts: Accounts) -> Any:
    return accounts.refresh("token")


def log_out(accounts: Accounts) -> Any:
    return accounts.log_out("token")


def begin_reset(accounts: Accounts) -> Any:
    return accounts.begin_reset(EMAIL)


def reset(accounts: Accounts) -> Any:
    return accounts.reset(EMAIL, CODE, PASSWORD)


@pytest.mark.parametrize(
    ("call", "code", "expected"),
    [
        (sign_up, "InvalidPasswordException", Refused),
        (sign_up, "InvalidParameterException", BadRequest),
        (sign_up, "LimitExceededException", TooMuch),
        (confirm, "CodeMismatchException", Refused),
        (confirm, "ExpiredCodeException", Refused),
        (confirm, "UserNotFoundException", Refused),
        (confirm, "NotAuthorizedException", Refused),  # it is confirmed already
        (confirm, "TooManyFailedAttemptsException", TooMuch),
        (log_in, "NotAuthorizedException", NotSignedIn),
        (log_in, "UserNotFoundException", NotSignedIn),
        (log_in, "UserNotConfirmedException", NotSignedIn),
        (log_in, "PasswordResetRequiredException", NotSignedIn),
        (refresh, "NotAuthorizedException", NotSignedIn),
        (refresh, "UserNotFoundException", NotSignedIn),
        (log_out, "NotAuthorizedException", NotSignedIn),
        (begin_reset, "LimitExceededException", TooMuch),
        (reset, "CodeMismatchException", Refused),
        (reset, "UserNotFoundException", Refused),
        (reset, "InvalidPasswordException", Refused),
        (reset, "LimitExceededException", TooMuch),
    ],
)
def test_a_refusal_of_cognitos_is_told_in_our_words(call: Call, code: str, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        call(accounts_at(Cognito(code)))


@pytest.mark.parametrize(
    "code", ["UserNotFoundException", "InvalidParameterException", "NotAuthorizedException"]
)
def test_asking_for_a_letter_is_silent_about_the_address(code: str) -> None:
    assert begin_reset(accounts_at(Cognito(code))) is None


def test_too_many_wrong_passwords_are_told_apart_from_one() -> None:
    with pytest.raises(TooMuch):
        log_in(accounts_at(Cognito("NotAuthorizedException", "Password attempts exceeded")))


def test_a_step_that_no_client_can_take_is_no_log_in() -> None:
    with pytest.raises(NotSignedIn, match="another step"):
        log_in(accounts_at(Cognito(ChallengeName="NEW_PASSWORD_REQUIRED")))


def test_a_refresh_token_that_goes_on_working_is_handed_back() -> None:
    answer = {"AccessToken": "new", "ExpiresIn": 3600}
    assert refresh(accounts_at(Cognito(AuthenticationResult=answer))) == Tokens("new", "token", 3600)
    rotated = {**answer, "RefreshToken": "rotated"}
    assert refresh(accounts_at(Cognito(AuthenticationResult=rotated))).refresh_token == "rotated"
