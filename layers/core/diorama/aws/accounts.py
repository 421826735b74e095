"""Accounts in a Cognito user pool whose user names are e-mail addresses; its client has no secret."""

import base64
import json
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from diorama.aws.clients import CONFIG, session
from diorama.aws.cognito_errors import (
    AUTHENTICATOR,
    CODE,
    DELETE,
    LETTER,
    LOG_IN,
    SECOND_FACTOR,
    SIGN_UP,
    TOKEN,
)
from diorama.aws.errors import translated
from diorama.credentials import check_password, normalised_email, second_factor_needed, wrong_code
from diorama.errors import Conflict, DioramaError, NotFound, NotSignedIn
from diorama.ports import JsonObject, Tokens

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AuthenticationResultTypeTypeDef

_AUTHENTICATOR: Literal["SOFTWARE_TOKEN_MFA"] = "SOFTWARE_TOKEN_MFA"


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

    def log_in(self, email: str, password: str, second_factor: str = "") -> Tokens:
        address = normalised_email(email)
        parameters = {"USERNAME": address, "PASSWORD": password}
        with translated(LOG_IN):
            answer = self._cognito.initiate_auth(
                ClientId=self._client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
            )
        if answer.get("ChallengeName") == _AUTHENTICATOR:
            return self._with_second_factor(address, answer["Session"], second_factor)
        return _tokens(answer.get("AuthenticationResult"))

    def _with_second_factor(self, address: str, session_text: str, code: str) -> Tokens:
        if not code:
            raise second_factor_needed()
        with translated(SECOND_FACTOR):
            answer = self._cognito.respond_to_auth_challenge(
                ClientId=self._client_id,
                ChallengeName=_AUTHENTICATOR,
                Session=session_text,
                ChallengeResponses={"USERNAME": address, "SOFTWARE_TOKEN_MFA_CODE": code.strip()},
            )
        return _tokens(answer.get("AuthenticationResult"))

    def refresh(self, refresh_token: str) -> Tokens:
        """Cognito gives a new refresh token each time; the old one works for a few seconds more."""
        with translated(TOKEN):
            answer = self._cognito.get_tokens_from_refresh_token(
                ClientId=self._client_id, RefreshToken=refresh_token
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

    def has_second_factor(self, access_token: str) -> bool:
        with translated(TOKEN):
            user = self._cognito.get_user(AccessToken=access_token)
        return _AUTHENTICATOR in user.get("UserMFASettingList", [])

    def begin_second_factor(self, access_token: str) -> str:
        with translated(TOKEN):
            return self._cognito.associate_software_token(AccessToken=access_token)["SecretCode"]

    def confirm_second_factor(self, access_token: str, code: str) -> None:
        with translated(AUTHENTICATOR):
            self._cognito.verify_software_token(AccessToken=access_token, UserCode=_code(code))
            self._prefer(access_token, authenticator=True)

    def drop_second_factor(self, access_token: str) -> None:
        with translated(TOKEN):
            self._prefer(access_token, authenticator=False)

    def _prefer(self, access_token: str, *, authenticator: bool) -> None:
        self._cognito.set_user_mfa_preference(
            AccessToken=access_token,
            SoftwareTokenMfaSettings={"Enabled": authenticator, "PreferredMfa": authenticator},
        )

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
    if result is None:  # a challenge that no client of ours can answer
        raise NotSignedIn("This account needs another step to sign in.", "Ask the studio's admin.")
    return Tokens(result["AccessToken"], result.get("RefreshToken", refresh_token), result["ExpiresIn"])
