"""Accounts in a Cognito user pool whose user names are e-mail addresses; its client has no secret."""

import base64
import json
from functools import cached_property
from typing import TYPE_CHECKING

from diorama.aws.clients import CONFIG, session
from diorama.aws.cognito_errors import CODE, DELETE, LETTER, LOG_IN, SIGN_UP, TOKEN
from diorama.aws.errors import translated
from diorama.credentials import check_password, normalised_email, wrong_code
from diorama.errors import Conflict, DioramaError, NotFound, NotSignedIn
from diorama.ports import JsonObject, Tokens

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AuthenticationResultTypeTypeDef


class CognitoAccounts:
    """Accounts in the user pool. Codes are mailed by Cognito itself."""

    def __init__(self, user_pool: str, client_id: str) -> None:
        self._user_pool = user_pool
        self._client_id = client_id

    def sign_up(self, email: str, password: str) -> str:
        address = normalised_email(email)
        check_password(password)
        try:
            with translated(SIGN_UP):
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
        with translated(CODE):
            self._cognito.confirm_sign_up(
                ClientId=self._client_id, Username=normalised_email(email), ConfirmationCode=_code(code)
            )

    def log_in(self, email: str, password: str) -> Tokens:
        parameters = {"USERNAME": normalised_email(email), "PASSWORD": password}
        with translated(LOG_IN):
            answer = self._cognito.initiate_auth(
                ClientId=self._client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
            )
        return _tokens(answer.get("AuthenticationResult"))

    def refresh(self, refresh_token: str) -> Tokens:
        with translated(TOKEN):
            answer = self._cognito.initiate_auth(
                ClientId=self._client_id,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": refresh_token},
            )
        return _tokens(answer.get("AuthenticationResult"), refresh_token)

    def claims(self, access_token: str) -> JsonObject:
        """Cognito itself says whether the token is good and its session open; then it is only read."""
        with translated(TOKEN):
            self._cognito.get_user(AccessToken=access_token)
        return _payload(access_token)

    def log_out(self, access_token: str) -> None:
        with translated(TOKEN):
            self._cognito.global_sign_out(AccessToken=access_token)

    def begin_reset(self, email: str) -> None:
        try:
            with translated(LETTER):
                self._cognito.forgot_password(ClientId=self._client_id, Username=normalised_email(email))
        except NotFound:
            return

    def reset(self, email: str, code: str, password: str) -> None:
        address = normalised_email(email)
        check_password(password)
        with translated(CODE):
            self._cognito.confirm_forgot_password(
                ClientId=self._client_id, Username=address, ConfirmationCode=_code(code), Password=password
            )
            # Cognito leaves the sessions open that whoever knew the old password has.
            self._cognito.admin_user_global_sign_out(UserPoolId=self._user_pool, Username=address)

    def delete(self, user_id: str) -> None:
        try:
            with translated(DELETE):
                self._cognito.admin_delete_user(UserPoolId=self._user_pool, Username=user_id)
        except NotFound:
            return

    @cached_property
    def _cognito(self) -> "CognitoIdentityProviderClient":
        return session().client("cognito-idp", config=CONFIG)

    def _send_again(self, address: str) -> None:
        """A new code for an account that waits for its confirmation; Cognito refuses for all others."""
        try:
            with translated(LETTER):
                self._cognito.resend_confirmation_code(ClientId=self._client_id, Username=address)
        except DioramaError:
            return


def _code(text: str) -> str:
    """What Cognito takes for a code; it refuses the whole request for other characters."""
    code = text.strip()
    if not code.isascii() or not code.isdigit():
        raise wrong_code()
    return code


def _payload(token: str) -> JsonObject:
    encoded = token.split(".")[1]
    payload: JsonObject = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return payload


def _tokens(result: "AuthenticationResultTypeTypeDef | None", refresh_token: str = "") -> Tokens:
    """Cognito leaves the refresh token out where the old one goes on working."""
    if result is None:  # a challenge, such as a second factor: no client of ours can answer it yet
        raise NotSignedIn("This account needs a second step to sign in.", "Ask the studio's admin.")
    return Tokens(result["AccessToken"], result.get("RefreshToken", refresh_token), result["ExpiresIn"])
