import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import jwt
import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diorama.errors import Conflict, NotSignedIn, Refused, TooMuch
from local.accounts import LocalAccounts
from local.database import Database
from local.outbox import LocalOutbox
from local.sessions import ACCESS_S, REFRESH_S, REUSE_GRACE_S
from tests.fakes import FakeClock

EMAIL = "ada@example.com"
PASSWORD = "correct horse battery"
OTHER = "another fine password"
ISSUER = "http://127.0.0.1:8787"
HOUR_S = 3600


class CountingHasher(PasswordHasher):
    """Cheap, and knows how often it was asked."""

    def __init__(self, time_cost: int = 1) -> None:
        super().__init__(time_cost=time_cost, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
        self.verified += 1
        return super().verify(hash, password)


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher()


@pytest.fixture
def make(
    database: Database, tmp_path: Path, clock: FakeClock, hasher: CountingHasher
) -> Callable[..., LocalAccounts]:
    outbox = LocalOutbox(database, tmp_path / "outbox", clock)

    def make(**changes: Any) -> LocalAccounts:
        options = {"secret": b"secret", "issuer": ISSUER, "client_id": "studio", "hasher": hasher}
        return LocalAccounts(database, outbox=outbox, clock=clock, **{**options, **changes})

    return make


@pytest.fixture
def accounts(make: Callable[..., LocalAccounts]) -> LocalAccounts:
    return make()


@pytest.fixture
def user_id(accounts: LocalAccounts) -> str:
    return accounts.ensure(EMAIL, PASSWORD)


def newest_code(tmp_path: Path) -> str:
    newest = max((tmp_path / "outbox").glob("*.eml"), key=lambda letter: letter.stat().st_mtime_ns)
    found = re.search(r"\b\d{6}\b", newest.read_text())
    assert found
    return found.group()


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


# --- access tokens ------------------------------------------------------------------------------


def test_a_good_token_gives_the_claims_of_cognitos(
    accounts: LocalAccounts, user_id: str, clock: FakeClock
) -> None:
    claims = accounts.claims(accounts.log_in(EMAIL, PASSWORD).access_token)
    now = int(clock.now())
    assert {name: claims[name] for name in claims if name not in ("jti", "origin_jti")} == {
        "sub": user_id,
        "username": user_id,
        "iss": ISSUER,
        "client_id": "studio",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": now,
        "iat": now,
        "exp": now + ACCESS_S,
    }


def test_a_token_is_good_for_an_hour(accounts: LocalAccounts, user_id: str, clock: FakeClock) -> None:
    token = accounts.log_in(EMAIL, PASSWORD).access_token
    clock.time += ACCESS_S - 1
    accounts.claims(token)
    clock.time += 1
    with pytest.raises(NotSignedIn):
        accounts.claims(token)


@pytest.mark.parametrize(
    "changes", [{"secret": b"other"}, {"issuer": "http://other"}, {"client_id": "other"}], ids=repr
)
def test_a_token_made_for_elsewhere_is_refused(
    make: Callable[..., LocalAccounts], accounts: LocalAccounts, user_id: str, changes: dict[str, Any]
) -> None:
    token = make(**changes).log_in(EMAIL, PASSWORD).access_token
    with pytest.raises(NotSignedIn):
        accounts.claims(token)


@pytest.mark.parametrize(
    "changes",
    [
        {"token_use": "id"},
        {"scope": "openid"},
        {"scope": None},
        {"origin_jti": "another session"},
        {"origin_jti": None},
        {"sub": "somebody else"},
        {"sub": None},
        {"exp": None},
        {"client_id": None},
        {"iss": None},
    ],
    ids=repr,
)
def test_a_well_signed_token_that_says_something_else_is_refused(
    accounts: LocalAccounts, user_id: str, changes: dict[str, Any]
) -> None:
    claims = accounts.claims(accounts.log_in(EMAIL, PASSWORD).access_token)
    changed = {name: value for name, value in (claims | changes).items() if value is not None}
    token = jwt.encode(changed, accounts._sessions._key, "HS256")
    with pytest.raises(NotSignedIn):
        accounts.claims(token)


def test_an_unsigned_token_is_refused(accounts: LocalAccounts, user_id: str) -> None:
    claims = accounts.claims(accounts.log_in(EMAIL, PASSWORD).access_token)
    with pytest.raises(NotSignedIn):
        accounts.claims(jwt.encode(claims, None, "none"))


@given(token=st.text() | st.from_regex(r"[\w-]+\.[\w-]+\.[\w-]+", fullmatch=True))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_garbage_is_no_token(accounts: LocalAccounts, token: str) -> None:
    for action in (accounts.claims, accounts.refresh, accounts.log_out):
        with pytest.raises(NotSignedIn):
            action(token)


def test_logging_out_stops_access_tokens_at_once(accounts: LocalAccounts, user_id: str) -> None:
    first, second = (accounts.log_in(EMAIL, PASSWORD).access_token for _ in range(2))
    accounts.log_out(first)
    for token in (first, second):
        with pytest.raises(NotSignedIn):
            accounts.claims(token)
    accounts.claims(accounts.log_in(EMAIL, PASSWORD).access_token)


def test_a_deleted_user_has_no_session(accounts: LocalAccounts, user_id: str) -> None:
    tokens = accounts.log_in(EMAIL, PASSWORD)
    accounts.delete(user_id)
    with pytest.raises(NotSignedIn):
        accounts.claims(tokens.access_token)
    with pytest.raises(NotSignedIn):
        accounts.refresh(tokens.refresh_token)


# --- refresh tokens -----------------------------------------------------------------------------


def test_a_refresh_token_works_once_and_for_a_moment_again_as_its_answer_may_get_lost(
    accounts: LocalAccounts, user_id: str, clock: FakeClock
) -> None:
    first = accounts.log_in(EMAIL, PASSWORD)
    accounts.refresh(first.refresh_token)
    clock.time += REUSE_GRACE_S - 1
    second = accounts.refresh(first.refresh_token)  # a page that was reloaded at that moment, not a thief
    clock.time += 2
    accounts.refresh(second.refresh_token)
    with pytest.raises(NotSignedIn):
        accounts.refresh(first.refresh_token)


def test_a_refresh_token_that_comes_again_later_ends_its_session(
    accounts: LocalAccounts, user_id: str, clock: FakeClock
) -> None:
    stolen, elsewhere = accounts.log_in(EMAIL, PASSWORD), accounts.log_in(EMAIL, PASSWORD)
    newest = accounts.refresh(stolen.refresh_token)
    clock.time += REUSE_GRACE_S + 1
    with pytest.raises(NotSignedIn):
        accounts.refresh(stolen.refresh_token)
    with pytest.raises(NotSignedIn):
        accounts.refresh(newest.refresh_token)
    with pytest.raises(NotSignedIn):
        accounts.claims(newest.access_token)
    accounts.refresh(elsewhere.refresh_token)


def test_many_who_refresh_at_once_stay_signed_in(accounts: LocalAccounts, user_id: str) -> None:
    token = accounts.log_in(EMAIL, PASSWORD).refresh_token
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: accounts.refresh(token), range(16)))
    assert len({answer.refresh_token for answer in answers}) == 16
    for answer in answers:
        accounts.claims(answer.access_token)


def test_a_session_ends_after_thirty_days_however_often_it_is_renewed(
    accounts: LocalAccounts, user_id: str, clock: FakeClock
) -> None:
    token = accounts.log_in(EMAIL, PASSWORD).refresh_token
    for _ in range(2):
        clock.time += REFRESH_S / 2 - 1
        token = accounts.refresh(token).refresh_token
    clock.time += 2
    with pytest.raises(NotSignedIn):
        accounts.refresh(token)


# --- codes --------------------------------------------------------------------------------------


def test_a_code_is_good_for_its_time_and_no_longer(
    accounts: LocalAccounts, user_id: str, tmp_path: Path, clock: FakeClock
) -> None:
    accounts.begin_reset(EMAIL)
    clock.time += HOUR_S
    with pytest.raises(Refused):
        accounts.reset(EMAIL, newest_code(tmp_path), OTHER)
    accounts.begin_reset(EMAIL)
    clock.time += HOUR_S - 1
    accounts.reset(EMAIL, newest_code(tmp_path), OTHER)


def test_the_letter_with_a_code_has_it_as_text_and_as_html(
    accounts: LocalAccounts, user_id: str, tmp_path: Path
) -> None:
    accounts.begin_reset(EMAIL)
    (letter,) = (tmp_path / "outbox").glob("*.eml")
    parts = message_from_bytes(letter.read_bytes(), policy=policy.default)
    text, page = (parts.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert page is not None
    assert newest_code(tmp_path) in text.get_content()
    assert f">{newest_code(tmp_path)}</p>" in page.get_content()
    assert "href" not in page.get_content()


def test_a_code_works_once(accounts: LocalAccounts, user_id: str, tmp_path: Path) -> None:
    accounts.begin_reset(EMAIL)
    code = newest_code(tmp_path)
    accounts.reset(EMAIL, code, OTHER)
    with pytest.raises(Refused):
        accounts.reset(EMAIL, code, PASSWORD)


def test_only_the_newest_code_counts(accounts: LocalAccounts, user_id: str, tmp_path: Path) -> None:
    accounts.begin_reset(EMAIL)
    first = newest_code(tmp_path)
    accounts.begin_reset(EMAIL)
    assert first != newest_code(tmp_path)
    with pytest.raises(Refused):
        accounts.reset(EMAIL, first, OTHER)


def test_after_five_wrong_tries_the_right_code_is_wrong_too(
    accounts: LocalAccounts, user_id: str, tmp_path: Path, clock: FakeClock
) -> None:
    accounts.begin_reset(EMAIL)
    code = newest_code(tmp_path)
    for _ in range(5):
        with pytest.raises(Refused):
            accounts.reset(EMAIL, other_than(code), OTHER)
    clock.time += 60
    with pytest.raises(Refused):
        accounts.reset(EMAIL, code, OTHER)


def test_a_code_for_one_thing_does_not_do_another(
    accounts: LocalAccounts, tmp_path: Path, user_id: str
) -> None:
    accounts.sign_up("bob@example.com", PASSWORD)
    code = newest_code(tmp_path)
    with pytest.raises(Refused):
        accounts.reset("bob@example.com", code, OTHER)
    with pytest.raises(Refused):
        accounts.confirm(EMAIL, code)
    accounts.confirm("bob@example.com", code)


def test_no_reset_is_mailed_to_who_has_not_confirmed_or_is_unknown(
    accounts: LocalAccounts, tmp_path: Path
) -> None:
    accounts.sign_up(EMAIL, PASSWORD)
    for email in (EMAIL, "nobody@example.com"):
        accounts.begin_reset(email)
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1


# --- guessing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
def test_guessing_a_password_gets_slower_and_slower(
    accounts: LocalAccounts, user_id: str, clock: FakeClock, email: str
) -> None:
    tries, started = 0, clock.time
    while clock.time < started + HOUR_S:
        try:
            accounts.log_in(email, OTHER)
        except NotSignedIn:
            tries += 1
        except TooMuch:
            clock.time += 1
    assert tries < 25
    with pytest.raises(TooMuch, match="Too many"):
        accounts.log_in(email, PASSWORD)


def test_who_waits_gets_in_and_starts_afresh(accounts: LocalAccounts, user_id: str, clock: FakeClock) -> None:
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            accounts.log_in(EMAIL, OTHER)
    with pytest.raises(TooMuch):
        accounts.log_in(EMAIL, PASSWORD)
    clock.time += 1
    accounts.log_in(EMAIL, PASSWORD)
    for _ in range(4):
        with pytest.raises(NotSignedIn):
            accounts.log_in(EMAIL, OTHER)
    accounts.log_in(EMAIL, PASSWORD)


def test_guesses_made_at_once_are_all_counted(accounts: LocalAccounts, user_id: str) -> None:
    def guess(_: int) -> type[Exception]:
        try:
            accounts.log_in(EMAIL, OTHER)
        except (NotSignedIn, TooMuch) as error:
            return type(error)
        raise AssertionError

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(guess, range(40))).count(NotSignedIn) == 5


def test_letters_to_one_address_are_few(accounts: LocalAccounts, user_id: str, tmp_path: Path) -> None:
    told = []
    for email in (EMAIL, "nobody@example.com"):
        for _ in range(5):
            accounts.begin_reset(email)
        with pytest.raises(TooMuch) as error:
            accounts.begin_reset(email)
        told.append(error.value.message)
    assert told[0] == told[1]
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 5


def test_an_unknown_address_costs_as_much_work_as_a_known_one(
    accounts: LocalAccounts, user_id: str, hasher: CountingHasher
) -> None:
    for email in (EMAIL, "nobody@example.com"):
        before = hasher.verified
        with pytest.raises(NotSignedIn):
            accounts.log_in(email, OTHER)
        assert hasher.verified == before + 1


def test_of_many_who_sign_up_with_one_address_one_wins(accounts: LocalAccounts, database: Database) -> None:
    def sign_up(_: int) -> str | None:
        try:
            return accounts.sign_up(EMAIL, PASSWORD)
        except (Conflict, TooMuch):
            return None

    with ThreadPoolExecutor(8) as threads:
        made = [user_id for user_id in threads.map(sign_up, range(16)) if user_id]
    assert [user["id"] for user in database.connection().execute("SELECT id FROM users")] == made


# --- what is kept -------------------------------------------------------------------------------


def test_the_file_holds_no_password_code_or_token(
    accounts: LocalAccounts, user_id: str, database: Database, tmp_path: Path
) -> None:
    accounts.begin_reset(EMAIL)
    tokens = accounts.log_in(EMAIL, PASSWORD)
    text = "\n".join(database.connection().iterdump())
    for secret in (PASSWORD, newest_code(tmp_path), tokens.refresh_token, tokens.access_token):
        assert secret not in text
    assert "$argon2id$" in text


def test_hashes_follow_when_the_work_they_cost_is_raised(
    make: Callable[..., LocalAccounts], accounts: LocalAccounts, user_id: str, database: Database
) -> None:
    stronger = make(hasher=CountingHasher(time_cost=2))
    stronger.log_in(EMAIL, PASSWORD)
    (user,) = database.connection().execute("SELECT password_hash FROM users")
    assert ",t=2," in user["password_hash"]
    stronger.log_in(EMAIL, PASSWORD)


def test_the_real_hasher_takes_its_time(make: Callable[..., LocalAccounts]) -> None:
    accounts = make(hasher=None)
    accounts.ensure(EMAIL, PASSWORD)
    started = time.perf_counter()
    accounts.log_in(EMAIL, PASSWORD)
    assert time.perf_counter() - started > 0.005


def test_the_demo_account_is_made_once_and_mended(accounts: LocalAccounts) -> None:
    user_id = accounts.ensure("demo@localhost", PASSWORD)
    tokens = accounts.log_in("demo@localhost", PASSWORD)
    assert accounts.ensure("demo@localhost", PASSWORD) == user_id
    accounts.claims(tokens.access_token)
    assert accounts.ensure("demo@localhost", OTHER) == user_id
    accounts.log_in("demo@localhost", OTHER)
