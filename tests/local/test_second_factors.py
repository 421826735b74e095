"""Codes of an authenticator, against the RFC's own examples."""

import base64
from pathlib import Path

import pytest

from diorama.errors import NotSignedIn
from local.database import Database
from local.second_factors import STEP_S, SecondFactors, code_at
from local.sessions import Sessions
from tests.fakes import FakeClock

RFC_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("time", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238_appendix_b(time: int, code: str) -> None:
    assert code_at(RFC_SECRET, time // STEP_S) == code


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def factors(tmp_path: Path, clock: FakeClock) -> SecondFactors:
    database = Database(tmp_path / "d.sqlite")
    database.create(
        "CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY)", "INSERT INTO users VALUES ('ann')"
    )
    Sessions(database, b"secret", clock, "https://issuer", "client")
    return SecondFactors(database, clock)


def code_of(secret: str, clock: FakeClock, steps: int = 0) -> str:
    return code_at(base64.b32decode(secret), int(clock.time // STEP_S) + steps)


def set_up(factors: SecondFactors, clock: FakeClock) -> str:
    secret = factors.begin("ann")
    assert len(base64.b32decode(secret)) == 20
    assert factors.confirm("ann", code_of(secret, clock))
    clock.time += STEP_S
    return secret


def test_a_code_works_once(factors: SecondFactors, clock: FakeClock) -> None:
    secret = set_up(factors, clock)
    factors.take("ann", code_of(secret, clock))
    with pytest.raises(NotSignedIn, match="not the code"):
        factors.take("ann", code_of(secret, clock))


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(factors: SecondFactors, clock: FakeClock, steps: int) -> None:
    secret = set_up(factors, clock)
    clock.time += 2 * STEP_S
    factors.take("ann", code_of(secret, clock, steps))


@pytest.mark.parametrize("steps", [-2, 2, 100])
def test_a_clock_that_is_further_off_is_not_believed(
    factors: SecondFactors, clock: FakeClock, steps: int
) -> None:
    secret = set_up(factors, clock)
    clock.time += 10 * STEP_S
    with pytest.raises(NotSignedIn):
        factors.take("ann", code_of(secret, clock, steps))


def test_the_authenticator_that_counts_stays_until_a_new_one_is_confirmed(
    factors: SecondFactors, clock: FakeClock
) -> None:
    old = set_up(factors, clock)
    new = factors.begin("ann")
    factors.take("ann", code_of(old, clock))
    clock.time += STEP_S
    assert not factors.confirm("ann", code_of(old, clock))
    assert factors.confirm("ann", code_of(new, clock))
    clock.time += STEP_S
    with pytest.raises(NotSignedIn):
        factors.take("ann", code_of(old, clock))
    factors.take("ann", code_of(new, clock))


def test_nobody_without_an_authenticator_is_asked(factors: SecondFactors, clock: FakeClock) -> None:
    assert not factors.is_on("ann")
    factors.begin("ann")
    assert not factors.is_on("ann")
    with pytest.raises(NotSignedIn):
        factors.take("nobody", "123456")
    set_up(factors, clock)
    assert factors.is_on("ann")
    factors.drop("ann")
    assert not factors.is_on("ann")
