"""Accounts, authenticators and keys for scripts: /v1/auth. Routes of `studio.api`."""

from urllib.parse import quote

from aws_lambda_powertools.event_handler.api_gateway import Router
from pydantic import Field, SecretStr

from diorama.platform import connect
from diorama.ports import Tokens
from diorama.stage import Contract
from diorama.studio import accounts, api_keys, quotas
from diorama.studio.models import Email, Profile
from door import OPEN, Bearer, InSession, IsAdmin, SignedIn

router = Router()


class Credentials(Contract):
    """Who wants in."""

    email: Email
    password: SecretStr = Field(min_length=1, max_length=256)


class LogIn(Credentials):
    """Who wants in, with the code of their authenticator where they have one."""

    second_factor: SecretStr = Field(SecretStr(""), max_length=64)


class AuthenticatorCode(Contract):
    """What an authenticator shows now."""

    code: SecretStr = Field(min_length=1, max_length=64)


class Dropped(AuthenticatorCode):
    """What shows that somebody may take their authenticator off."""

    password: SecretStr = Field(min_length=1, max_length=256)


class SecondFactor(Contract):
    """Whether logging in takes a code of an authenticator too."""

    is_on: bool


class NewAuthenticator(Contract):
    """What to tell an authenticator, by hand or as a picture; it counts once it is confirmed."""

    secret: str = Field(description="In base 32: SHA-1, 30 seconds, 6 digits")
    uri: str = Field(description="The same for a QR code")


class Me(Profile):
    """Who asks, and whether they run the studio."""

    is_admin: bool


class Confirmation(Contract):
    """The code that was mailed."""

    email: Email
    code: SecretStr = Field(min_length=1, max_length=64)


class RefreshToken(Contract):
    """What a log-in gave for later."""

    refresh_token: SecretStr = Field(min_length=1, max_length=8192)


class Address(Contract):
    """Whose password is forgotten."""

    email: Email


class NewPassword(Contract):
    """The code that was mailed and the password to be."""

    email: Email
    code: SecretStr = Field(min_length=1, max_length=64)
    password: SecretStr = Field(min_length=1, max_length=256)


class SignedUp(Contract):
    """A new account; a code to confirm it with is in the mail."""

    user_id: str


class TokenAnswer(Contract):
    """Send the access token as `Authorization: Bearer`; the refresh token gives new ones."""

    access_token: str
    refresh_token: str
    expires_in_s: int
    token_type: str = "Bearer"  # noqa: S105


@router.post("/v1/auth/signup", status_code=201, openapi_extensions=OPEN, tags=["auth"])
def sign_up(body: Credentials) -> SignedUp:
    """Makes an account; a code is mailed to confirm it."""
    profile = accounts.sign_up(connect(), body.email, body.password.get_secret_value())
    return SignedUp(user_id=profile.user_id)


@router.post("/v1/auth/confirm", status_code=204, openapi_extensions=OPEN, tags=["auth"])
def confirm(body: Confirmation) -> None:
    """Confirms an account with the code that was mailed."""
    accounts.confirm(connect(), body.email, body.code.get_secret_value())


@router.post("/v1/auth/login", openapi_extensions=OPEN, tags=["auth"])
def log_in(body: LogIn) -> TokenAnswer:
    """Gives an access token (at most an hour) and a refresh token (30 days).

    Where the account has an authenticator, the first try is answered 401 `second_factor_needed`.
    """
    second = body.second_factor.get_secret_value()
    return _answer(accounts.log_in(connect(), body.email, body.password.get_secret_value(), second))


@router.post("/v1/auth/refresh", openapi_extensions=OPEN, tags=["auth"])
def refresh(body: RefreshToken) -> TokenAnswer:
    """New tokens; the refresh token that was sent may stop working."""
    return _answer(connect().accounts.refresh(body.refresh_token.get_secret_value()))


@router.post("/v1/auth/logout", status_code=204, tags=["auth"])
def log_out(user_id: InSession, token: Bearer) -> None:  # noqa: ARG001 (asks for a good token)
    """Ends every session of the user."""
    connect().accounts.log_out(token)


@router.post("/v1/auth/password/reset", status_code=202, openapi_extensions=OPEN, tags=["auth"])
def begin_reset(body: Address) -> dict[str, str]:
    """Has a code mailed where the address is known; the answer is the same where it is not."""
    accounts.begin_reset(connect(), body.email)
    return {"message": "If the address is known here, a code is on its way to it."}


@router.post("/v1/auth/password/reset/confirm", status_code=204, openapi_extensions=OPEN, tags=["auth"])
def finish_reset(body: NewPassword) -> None:
    """Sets a new password with the code that was mailed."""
    accounts.finish_reset(
        connect(), body.email, body.code.get_secret_value(), body.password.get_secret_value()
    )


@router.get("/v1/auth/me", tags=["auth"])
def me(user_id: SignedIn, is_admin: IsAdmin) -> Me:
    """Who the token belongs to."""
    who = accounts.profile(connect(), user_id)
    return Me(**who.model_dump(), is_admin=is_admin)


@router.delete("/v1/auth/me", status_code=204, tags=["auth"])
def delete_me(user_id: InSession) -> None:
    """Ends your account, at once and for good: nothing can be brought back.

    Your projects are out of sight now, and their files and rows are gone within the hour.
    """
    accounts.delete(connect(), user_id)


@router.get("/v1/auth/me/usage", tags=["auth"])
def get_usage(user_id: SignedIn) -> quotas.Usage:
    """What is used of your plan this month."""
    return quotas.usage(connect(), user_id)


@router.get("/v1/auth/me/second-factor", tags=["auth"])
def get_second_factor(user_id: InSession, token: Bearer) -> SecondFactor:  # noqa: ARG001 (asks for a session)
    """Whether logging in takes a code of an authenticator too."""
    return SecondFactor(is_on=connect().accounts.has_second_factor(token))


@router.post("/v1/auth/me/second-factor", tags=["auth"])
def begin_second_factor(user_id: InSession, token: Bearer) -> NewAuthenticator:
    """A new secret for an authenticator; the one before counts until this one is confirmed."""
    secret = connect().accounts.begin_second_factor(token)
    label = quote(f"Diorama:{accounts.profile(connect(), user_id).email}")
    return NewAuthenticator(secret=secret, uri=f"otpauth://totp/{label}?secret={secret}&issuer=Diorama")


@router.post("/v1/auth/me/second-factor/confirm", status_code=204, tags=["auth"])
def confirm_second_factor(body: AuthenticatorCode, user_id: InSession, token: Bearer) -> None:  # noqa: ARG001
    """Shows that the authenticator works; from now on it is asked for."""
    connect().accounts.confirm_second_factor(token, body.code.get_secret_value())


@router.post("/v1/auth/me/second-factor/drop", status_code=204, tags=["auth"])
def drop_second_factor(body: Dropped, user_id: InSession, token: Bearer) -> None:
    """Takes the authenticator off, with the password and a code."""
    password, code = body.password.get_secret_value(), body.code.get_secret_value()
    accounts.drop_second_factor(connect(), user_id, token, password, code)


@router.get("/v1/auth/me/keys", tags=["auth"])
def list_keys(user_id: InSession) -> api_keys.ApiKeys:
    """Your keys for scripts; their secrets are not kept."""
    return api_keys.listed(connect(), user_id)


@router.post("/v1/auth/me/keys", status_code=201, tags=["auth"])
def create_key(body: api_keys.NewApiKey, user_id: InSession) -> api_keys.MadeApiKey:
    """A new key; its secret is shown this once."""
    return api_keys.create(connect(), user_id, body)


@router.delete("/v1/auth/me/keys/<key_id>", status_code=204, tags=["auth"])
def revoke_key(key_id: str, user_id: InSession) -> None:
    """From now on the key is worth nothing."""
    api_keys.revoke(connect(), user_id, key_id)


def _answer(tokens: Tokens) -> TokenAnswer:
    return TokenAnswer(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_in_s=tokens.expires_in_s,
    )
