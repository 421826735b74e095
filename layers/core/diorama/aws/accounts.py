"""Accounts in a Cognito user pool whose user names are e-mail addresses; its client has no secret."""

from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from diorama.aws.clients import CONFIG, session
from diorama.aws.errors import always, translated
from diorama.credentials import check_password, normalised_email
from diorama.errors import BadRequest, Conflict, DioramaError, NotFound, NotSignedIn, Refused, TooMuch
from diorama.ports import Tokens

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AuthenticationResultTypeTypeDef

_WEAK = always(
    Refused, "The password is too weak.", "Three or four words make a good one.", code="weak_password"
)
_WRONG_CODE = always(
    Refused, "That code is wrong or too old.", "Look at the newest letter.", code="wrong_code"
)
_WRONG_PASSWORD = always(
    NotSignedIn, "That address and that password don't belong together.", code="wrong_password"
)
_NOT_CONFIRMED = always(
    NotSignedIn,
    "The address is not confirmed yet.",
    "Give the code from our letter first.",
    code="not_confirmed",
)
_TOO_MANY = always(TooMuch, "Too many tries.", "Wait some minutes, then try again.")


def _wrong_or_too_often(error: ClientError) -> Exception:
    """Cognito has one code for a wrong password and for too many of them."""
    return (_TOO_MANY if "attempts exceeded" in str(error) else _WRONG_PASSWORD)(error)


_EXPIRED = always(NotSignedIn, "You are not signed in.", "Sign in again.")
_NO_USER = always(NotFound, "There is no such user.")

_NOT_ADDRESS = always(BadRequest, "That is not an e-mail address.", "It looks like name@example.com.")

# What Cognito says of an address that it does not know, or knows in another state, must not be told on.
_STATES = (
    "AliasExistsException",
    "InvalidParameterException",
    "NotAuthorizedException",
    "UserNotConfirmedException",
    "UserNotFoundException",
)
_SLOWED = dict.fromkeys(("LimitExceededException", "TooManyFailedAttemptsException"), _TOO_MANY)
_SIGN_UP = {
    **_SLOWED,
    "InvalidParameterException": _NOT_ADDRESS,
    "InvalidPasswordException": _WEAK,
    "UsernameExistsException": always(
        Conflict,
        "There is an account for that address.",
        "Sign in, or ask for a new password. If it is not confirmed yet, a new code is on its way.",
    ),
}
_CODE = {
    **dict.fromkeys((*_STATES, "CodeMismatchException", "ExpiredCodeException"), _WRONG_CODE),
    **_SLOWED,
    "InvalidPasswordException": _WEAK,
}
_LOG_IN = {
    **dict.fromkeys((*_STATES, "PasswordResetRequiredException"), _WRONG_PASSWORD),
    **_SLOWED,
    "NotAuthorizedException": _wrong_or_too_often,
    "UserNotConfirmedException": _NOT_CONFIRMED,
}
_TOKEN = dict.fromkeys(_STATES, _EXPIRED)
_SILENT = {**dict.fromkeys(_STATES, _NO_USER), **_SLOWED}


class CognitoAccounts:
    """Accounts in the user pool. Codes are mailed by Cognito itself."""

    def __init__(self, user_pool: str, client_id: str) -> None:
        self._user_pool = user_pool
        self._client_id = client_id

    def sign_up(self, email: str, password: str) -> str:
        address = normalised_email(email)
        check_password(password)
        try:
            with translated(_SIGN_UP):
                answer = self._cognito.sign_up(
                    ClientId=self._client_id,
                    Username=address,
                    Password=password,
                    UserAttributes=[{"Name": "email", "Value": address}],
                )
        except Conflict:
            self._send_again(address)
            raise
        return answer["UserSub"]

    def confirm(self, email: str, code: str) -> None:
        with translated(_CODE):
            self._cognito.confirm_sign_up(
                ClientId=self._client_id, Username=normalised_email(email), ConfirmationCode=_code(code)
            )

    def log_in(self, email: str, password: str) -> Tokens:
        parameters = {"USERNAME": normalised_email(email), "PASSWORD": password}
        with translated(_LOG_IN):
            answer = self._cognito.initiate_auth(
                ClientId=self._client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
            )
        return _tokens(answer.get("AuthenticationResult"))

    def refresh(self, refresh_token: str) -> Tokens:
        with translated(_TOKEN):
            answer = self._cognito.initiate_auth(
                ClientId=self._client_id,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": refresh_token},
            )
        return _tokens(answer.get("AuthenticationResult"), refresh_token)

    def log_out(self, access_token: str) -> None:
        with translated(_TOKEN):
            self._cognito.global_sign_out(AccessToken=access_token)

    def begin_reset(self, email: str) -> None:
        try:
            with translated(_SILENT):
                self._cognito.forgot_password(ClientId=self._client_id, Username=normalised_email(email))
        except NotFound:
            return

    def reset(self, email: str, code: str, password: str) -> None:
        address = normalised_email(email)
        check_password(password)
        with translated(_CODE):
            self._cognito.confirm_forgot_password(
                ClientId=self._client_id, Username=address, ConfirmationCode=_code(code), Password=password
            )
            # Cognito leaves the sessions open that whoever knew the old password has.
            self._cognito.admin_user_global_sign_out(UserPoolId=self._user_pool, Username=address)

    def delete(self, user_id: str) -> None:
        try:
            with translated({"UserNotFoundException": _NO_USER}):
                self._cognito.admin_delete_user(UserPoolId=self._user_pool, Username=user_id)
        except NotFound:
            return

    @cached_property
    def _cognito(self) -> "CognitoIdentityProviderClient":
        return session().client("cognito-idp", config=CONFIG)

    def _send_again(self, address: str) -> None:
        """A new code for an account that waits for its confirmation; Cognito refuses for all others."""
        try:
            with translated(_SILENT):
                self._cognito.resend_confirmation_code(ClientId=self._client_id, Username=address)
        except DioramaError:
            return


def _code(text: str) -> str:
    """What Cognito takes for a code; it refuses the whole request for other characters."""
    code = text.strip()
    if not code.isascii() or not code.isdigit():
        raise Refused("That code is wrong or too old.", "Look at the newest letter.", code="wrong_code")
    return code


def _tokens(result: "AuthenticationResultTypeTypeDef | None", refresh_token: str = "") -> Tokens:
    """Cognito leaves the refresh token out where the old one goes on working."""
    if result is None:  # a challenge, such as a second factor: no client of ours can answer it yet
        raise NotSignedIn("This account needs a second step to sign in.", "Ask the studio's admin.")
    return Tokens(result["AccessToken"], result.get("RefreshToken", refresh_token), result["ExpiresIn"])
