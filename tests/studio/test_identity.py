"""Claims are looked at closely: a good signature is not enough."""

from typing import Any

import pytest

from diorama.errors import ConfigurationError, NotSignedIn
from diorama.settings import Settings
from diorama.studio.identity import person_of
from tests.studio_world import CLIENT, ISSUER

SETTINGS = Settings(token_issuer=ISSUER, user_pool_client=CLIENT)
NOW = 1_800_000_000.0
GOOD = {"sub": "ann", "iss": ISSUER, "client_id": CLIENT, "token_use": "access", "exp": NOW + 1}


@pytest.mark.parametrize("exp", [NOW + 1, "1800000001", "Fri Jan 15 08:00:01 UTC 2027"])
def test_good_claims_tell_who_asks_however_the_gateway_writes_the_expiry(exp: object) -> None:
    exp = int(exp) if isinstance(exp, float) else exp
    assert person_of({**GOOD, "exp": exp}, SETTINGS, NOW).user_id == "ann"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://other.test"},
        {"client_id": "other"},
        {"aud": CLIENT, "client_id": None},
        {"token_use": "id"},
        {"token_use": None},
        {"exp": NOW},
        {"exp": "soon"},
        {"exp": None},
        {"exp": True},
        {"exp": "Fri Jan 15 07:59:59 UTC 2027"},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
    ],
)
def test_claims_that_are_off_in_one_thing_are_nobodys(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        person_of({**GOOD, "exp": int(NOW) + 1, **wrong}, SETTINGS, NOW)


def test_no_claims_are_nobodys() -> None:
    with pytest.raises(NotSignedIn):
        person_of({}, SETTINGS, NOW)


def test_a_process_that_was_not_told_the_issuer_lets_nobody_in() -> None:
    with pytest.raises(ConfigurationError):
        person_of({**GOOD, "iss": "", "client_id": ""}, Settings(), NOW)
