"""What accounts keep to, wherever they are."""

import base64
import logging
import re
import traceback
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
import pytest
from argon2 import PasswordHasher
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto.cognitoidp.models import cognitoidp_backends
from moto.core import DEFAULT_ACCOUNT_ID

from diorama.aws.accounts import CognitoAccounts
from diorama.errors import BadRequest, Conflict, DioramaError, NotSignedIn, Refused
from diorama.ports import Accounts
from local.accounts import LocalAccounts
from local.database import Database
from local.outbox import LocalOutbox
from local.second_factors import STEP_S, code_at
from tests.cloud import REGION
from tests.fakes import FakeClock

EMAIL = "ada@example.com"
PASSWORD = "correct horse battery"
OTHER = "another fine password"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Signed:
    """Accounts, and what came by mail."""

    accounts: Accounts
    newest_code: Callable[[str], str]
    letters: Callable[[str], int]
    authenticator: Callable[[str], str]
    """The code that an authenticator with this secret shows; another one each time."""

    def person(self, email: str = EMAIL, password: str = PASSWORD) -> str:
        """Somebody with a confirmed account; the user's id."""
        user_id = self.accounts.sign_up(email, password)
        self.accounts.confirm(email, self.newest_code(email))
        return user_id


@pytest.fixture(params=["aws", "local"])
def signed(request: pytest.FixtureRequest) -> Signed:
    fixture: Signed = request.getfixturevalue(f"signed_{request.param}")
    return fixture


@pytest.fixture
def accounts(signed: Signed) -> Accounts:
    return signed.accounts


@pytest.fixture
def signed_local(database: Database, tmp_path: Path, clock: FakeClock) -> Signed:
    outbox = LocalOutbox(database, tmp_path / "outbox", clock)
    accounts = LocalAccounts(database, b"secret", outbox, clock, "https://issuer", "client", CHEAP)

    def age(letter: Path) -> int:
        return letter.stat().st_mtime_ns

    def letters_to(email: str) -> list[str]:
        letters = [path.read_text() for path in sorted((tmp_path / "outbox").glob("*.eml"), key=age)]
        return [letter for letter in letters if f"To: {email}\n" in letter]

    def newest_code(email: str) -> str:
        found = re.search(r"\b\d{6}\b", letters_to(email)[-1])
        assert found
        return found.group()

    def authenticator(secret: str) -> str:
        clock.time += STEP_S
        return code_at(base64.b32decode(secret), int(clock.time // STEP_S))

    return Signed(accounts, newest_code, lambda email: len(letters_to(email)), authenticator)


@dataclass
class CognitosLetters:
    """Plays what moto leaves out: wrong codes, and letters."""

    code: str = "271828"
    shown: str = "314159"
    sent: list[str] = field(default_factory=list)
    cognito: Any = None
    refreshing: dict[str, str] = field(default_factory=dict)

    def watch(self, events: Any, cognito: Any) -> None:
        self.cognito = cognito
        events.register("before-call.cognito-idp.GetTokensFromRefreshToken", self._rotate)
        events.register("before-parameter-build.cognito-idp", self._look)
        events.register("before-call.cognito-idp.ResendConfirmationCode", self._resend)

    def _look(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        given = params.get("ChallengeResponses", {}).get("SOFTWARE_TOKEN_MFA_CODE", params.get("UserCode"))
        if params.get("ConfirmationCode", self.code) != self.code or given not in (None, self.shown):
            raise ClientError({"Error": {"Code": "CodeMismatchException", "Message": ""}}, model.name)
        if model.name == "GetTokensFromRefreshToken":
            self.refreshing = params
        if model.name in ("SignUp", "ForgotPassword", "ResendConfirmationCode"):
            self.sent.append(params["Username"])

    def _rotate(self, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        """moto renews without rotating: the new refresh token is made in its own books."""
        token = self.refreshing["RefreshToken"]
        renewed = self.cognito.initiate_auth(
            ClientId=self.refreshing["ClientId"],
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": token},
        )["AuthenticationResult"]
        (pool,) = cognitoidp_backends[DEFAULT_ACCOUNT_ID][REGION].user_pools.values()
        rotated = str(uuid.uuid4())
        pool.refresh_tokens[rotated] = pool.refresh_tokens.pop(token)
        return AWSResponse("", 200, {}, None), {"AuthenticationResult": {**renewed, "RefreshToken": rotated}}

    def _resend(self, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        return AWSResponse("", 200, {}, None), {}


@pytest.fixture(scope="module")
def adapter(aws: None) -> CognitoAccounts:
    return CognitoAccounts("", "")


@pytest.fixture
def signed_aws(adapter: CognitoAccounts) -> Iterator[Signed]:
    cognito = adapter._cognito
    pool = cognito.create_user_pool(
        PoolName="people",
        UsernameAttributes=["email"],
        AutoVerifiedAttributes=["email"],
        Policies={
            "PasswordPolicy": {
                "MinimumLength": 10,
                "RequireLowercase": False,
                "RequireUppercase": False,
                "RequireNumbers": False,
                "RequireSymbols": False,
            }
        },
    )["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="studio")["UserPoolClient"]
    letters = CognitosLetters()
    accounts = CognitoAccounts(pool, client["ClientId"])
    letters.watch(accounts._cognito.meta.events, cognito)
    yield Signed(accounts, lambda _: letters.code, letters.sent.count, lambda _: letters.shown)
    cognito.delete_user_pool(UserPoolId=pool)


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


# --- signing up ---------------------------------------------------------------------------------


def test_who_signs_up_and_confirms_can_log_in(signed: Signed) -> None:
    user_id = signed.accounts.sign_up(EMAIL, PASSWORD)
    assert signed.letters(EMAIL) == 1
    signed.accounts.confirm(EMAIL, f" {signed.newest_code(EMAIL)} ")
    tokens = signed.accounts.log_in(EMAIL, PASSWORD)
    assert claims(tokens.access_token)["sub"] == user_id


def test_a_known_address_conflicts_and_its_password_stays(signed: Signed) -> None:
    signed.person()
    with pytest.raises(Conflict):
        signed.accounts.sign_up(EMAIL, OTHER)
    signed.accounts.log_in(EMAIL, PASSWORD)
    with pytest.raises(NotSignedIn):
        signed.accounts.log_in(EMAIL, OTHER)


def test_signing_up_again_before_confirming_brings_another_code(signed: Signed) -> None:
    signed.accounts.sign_up(EMAIL, PASSWORD)
    with pytest.raises(Conflict):
        signed.accounts.sign_up(EMAIL, OTHER)
    assert signed.letters(EMAIL) >= 2
    signed.accounts.confirm(EMAIL, signed.newest_code(EMAIL))
    signed.accounts.log_in(EMAIL, PASSWORD)


@pytest.mark.parametrize("spelling", ["Ada@Example.COM", "  ada@example.com\n"])
def test_an_address_is_the_same_in_every_spelling(signed: Signed, spelling: str) -> None:
    signed.accounts.sign_up(spelling, PASSWORD)
    signed.accounts.confirm(EMAIL, signed.newest_code(EMAIL))
    signed.accounts.log_in(spelling.upper(), PASSWORD)
    with pytest.raises(Conflict):
        signed.accounts.sign_up(EMAIL, PASSWORD)


@pytest.mark.parametrize(
    "address", ["", "ada", "@example.com", "a@b@c", "a b@c.d", "a@b.c\nBcc: d@e.f", "a\0@b.c"]
)
def test_what_is_no_address_is_refused(accounts: Accounts, address: str) -> None:
    for action in (
        lambda: accounts.sign_up(address, PASSWORD),
        lambda: accounts.log_in(address, PASSWORD),
        lambda: accounts.begin_reset(address),
    ):
        with pytest.raises(BadRequest):
            action()


@pytest.mark.parametrize("password", ["", "ninechars", "x" * 257, " begins with a space", "a\nline break"])
def test_a_weak_password_is_refused(signed: Signed, password: str) -> None:
    with pytest.raises(Refused) as refused:
        signed.accounts.sign_up(EMAIL, password)
    assert refused.value.stable_code == "weak_password"
    signed.person()
    signed.accounts.begin_reset(EMAIL)
    with pytest.raises(Refused):
        signed.accounts.reset(EMAIL, signed.newest_code(EMAIL), password)


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
@pytest.mark.parametrize("code", ["000000", "", "12345", "abcdef", "\uff11" * 6, "0" * 9999])
def test_a_wrong_code_confirms_nobody(signed: Signed, email: str, code: str) -> None:
    signed.accounts.sign_up(EMAIL, PASSWORD)
    with pytest.raises(Refused) as refused:
        signed.accounts.confirm(email, code)
    assert refused.value.stable_code == "wrong_code"
    with pytest.raises(NotSignedIn) as not_signed_in:
        signed.accounts.log_in(EMAIL, PASSWORD)
    assert not_signed_in.value.stable_code == "not_confirmed"


# --- sessions -----------------------------------------------------------------------------------


def test_an_access_token_says_what_the_gateway_checks(signed: Signed) -> None:
    user_id = signed.person()
    tokens = signed.accounts.log_in(EMAIL, PASSWORD)
    said = claims(tokens.access_token)
    assert said["token_use"] == "access"
    assert said["scope"] == "aws.cognito.signin.user.admin"
    assert said["exp"] - said["iat"] == tokens.expires_in_s == 3600
    assert (said["sub"], said["username"]) == (user_id, user_id)
    assert {"iss", "client_id", "jti", "origin_jti", "auth_time"} <= set(said)
    assert "email" not in said


def test_the_claims_of_a_good_token_are_told_until_its_session_ends(signed: Signed) -> None:
    user_id = signed.person()
    tokens = signed.accounts.log_in(EMAIL, PASSWORD)
    told = signed.accounts.claims(tokens.access_token)
    assert (told["sub"], told["token_use"]) == (user_id, "access")
    assert told == claims(tokens.access_token)
    signed.accounts.log_out(tokens.access_token)
    with pytest.raises(NotSignedIn):
        signed.accounts.claims(tokens.access_token)


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(signed: Signed) -> None:
    signed.person()
    told = []
    for email, password in (
        (EMAIL, OTHER),
        ("nobody@example.com", PASSWORD),
        (EMAIL, ""),
        (EMAIL, "\ud800" * 12),
    ):
        with pytest.raises(NotSignedIn) as error:
            signed.accounts.log_in(email, password)
        told.append((error.value.message, error.value.advice, error.value.stable_code))
    assert set(told) == {(told[0][0], told[0][1], "wrong_password")}


def test_a_refresh_token_gives_new_tokens_for_the_same_user(signed: Signed) -> None:
    signed.person()
    tokens = signed.accounts.log_in(EMAIL, PASSWORD)
    renewed = signed.accounts.refresh(tokens.refresh_token)
    assert renewed.access_token != tokens.access_token
    assert claims(renewed.access_token)["sub"] == claims(tokens.access_token)["sub"]
    assert renewed.refresh_token != tokens.refresh_token
    signed.accounts.refresh(renewed.refresh_token)


@pytest.mark.parametrize("token", ["garbage", "a.b.c", "ü"])
def test_a_token_that_is_none_of_ours_is_refused(accounts: Accounts, token: str) -> None:
    for action in (
        accounts.refresh,
        accounts.log_out,
        accounts.claims,
        accounts.has_second_factor,
        accounts.begin_second_factor,
        accounts.drop_second_factor,
    ):
        with pytest.raises(NotSignedIn):
            action(token)


def test_logging_out_ends_every_session(signed: Signed) -> None:
    signed.person()
    phone, laptop = (signed.accounts.log_in(EMAIL, PASSWORD) for _ in range(2))
    signed.accounts.log_out(phone.access_token)
    for tokens in (phone, laptop):
        with pytest.raises(NotSignedIn):
            signed.accounts.refresh(tokens.refresh_token)
    with pytest.raises(NotSignedIn):
        signed.accounts.log_out(laptop.access_token)
    signed.accounts.log_in(EMAIL, PASSWORD)


def test_one_persons_log_out_leaves_others_alone(signed: Signed) -> None:
    signed.person()
    signed.person("bob@example.com")
    ada, bob = (signed.accounts.log_in(email, PASSWORD) for email in (EMAIL, "bob@example.com"))
    signed.accounts.log_out(ada.access_token)
    signed.accounts.refresh(bob.refresh_token)


# --- a second factor ----------------------------------------------------------------------------


def test_a_confirmed_authenticator_is_asked_for_at_every_log_in(signed: Signed) -> None:
    signed.person()
    token = signed.accounts.log_in(EMAIL, PASSWORD).access_token
    assert not signed.accounts.has_second_factor(token)
    secret = signed.accounts.begin_second_factor(token)
    assert secret
    signed.accounts.log_in(EMAIL, PASSWORD)
    signed.accounts.confirm_second_factor(token, signed.authenticator(secret))
    assert signed.accounts.has_second_factor(token)
    for given, code in (("", "second_factor_needed"), ("000000", "wrong_second_factor")):
        with pytest.raises(NotSignedIn) as refused:
            signed.accounts.log_in(EMAIL, PASSWORD, given)
        assert refused.value.stable_code == code
    again = signed.accounts.log_in(EMAIL, PASSWORD, f" {signed.authenticator(secret)} ")
    assert claims(again.access_token)["sub"] == claims(token)["sub"]


def test_a_wrong_code_sets_up_no_authenticator(signed: Signed) -> None:
    signed.person()
    token = signed.accounts.log_in(EMAIL, PASSWORD).access_token
    signed.accounts.begin_second_factor(token)
    for code in ("000000", "abc", ""):
        with pytest.raises(Refused):
            signed.accounts.confirm_second_factor(token, code)
    signed.accounts.log_in(EMAIL, PASSWORD)


def test_a_dropped_authenticator_is_not_asked_for(signed: Signed) -> None:
    signed.person()
    token = signed.accounts.log_in(EMAIL, PASSWORD).access_token
    signed.accounts.drop_second_factor(token)
    secret = signed.accounts.begin_second_factor(token)
    signed.accounts.confirm_second_factor(token, signed.authenticator(secret))
    signed.accounts.drop_second_factor(token)
    assert not signed.accounts.has_second_factor(token)
    signed.accounts.log_in(EMAIL, PASSWORD)


def test_a_wrong_password_with_a_good_code_is_a_wrong_password(signed: Signed) -> None:
    signed.person()
    token = signed.accounts.log_in(EMAIL, PASSWORD).access_token
    secret = signed.accounts.begin_second_factor(token)
    signed.accounts.confirm_second_factor(token, signed.authenticator(secret))
    with pytest.raises(NotSignedIn) as refused:
        signed.accounts.log_in(EMAIL, OTHER, signed.authenticator(secret))
    assert refused.value.stable_code == "wrong_password"


# --- a new password -----------------------------------------------------------------------------


def test_a_mailed_code_sets_a_new_password_and_ends_sessions(signed: Signed) -> None:
    signed.person()
    tokens = signed.accounts.log_in(EMAIL, PASSWORD)
    signed.accounts.begin_reset(EMAIL)
    signed.accounts.reset(EMAIL, signed.newest_code(EMAIL), OTHER)
    signed.accounts.log_in(EMAIL, OTHER)
    with pytest.raises(NotSignedIn):
        signed.accounts.log_in(EMAIL, PASSWORD)
    with pytest.raises(NotSignedIn):
        signed.accounts.refresh(tokens.refresh_token)


def test_nobody_learns_from_a_reset_whether_an_address_is_known(signed: Signed) -> None:
    signed.person()
    signed.accounts.begin_reset("nobody@example.com")
    told = []
    for email in (EMAIL, "nobody@example.com"):
        with pytest.raises(Refused) as refused:
            signed.accounts.reset(email, "000000", OTHER)
        told.append((refused.value.message, refused.value.advice, refused.value.stable_code))
    assert told[0] == told[1]
    signed.accounts.log_in(EMAIL, PASSWORD)


# --- the end ------------------------------------------------------------------------------------


def test_a_deleted_user_is_gone_and_the_address_is_free(signed: Signed) -> None:
    user_id = signed.person()
    signed.accounts.delete(user_id)
    signed.accounts.delete(user_id)
    with pytest.raises(NotSignedIn):
        signed.accounts.log_in(EMAIL, PASSWORD)
    assert signed.person() != user_id


def test_no_secret_shows_in_logs_errors_or_reprs(signed: Signed, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    seen: list[str] = []

    def failing(action: Callable[[], object]) -> None:
        with pytest.raises(DioramaError) as error:
            action()
        seen.append("".join(traceback.format_exception(error.value)))

    signed.person()
    tokens = signed.accounts.log_in(EMAIL, PASSWORD)
    signed.accounts.begin_reset(EMAIL)
    code = signed.newest_code(EMAIL)
    wrong = "999999" if code != "999999" else "888888"
    failing(lambda: signed.accounts.sign_up(EMAIL, PASSWORD))
    failing(lambda: signed.accounts.log_in(EMAIL, OTHER))
    failing(lambda: signed.accounts.reset(EMAIL, wrong, OTHER))
    failing(lambda: signed.accounts.refresh(tokens.access_token))
    failing(lambda: signed.accounts.log_out(tokens.refresh_token))
    seen += [caplog.text, repr(tokens), repr(signed.accounts)]
    for secret in (PASSWORD, OTHER, code, wrong, tokens.access_token, tokens.refresh_token):
        assert secret not in "\n".join(seen)
