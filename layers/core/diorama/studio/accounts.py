"""Signing up and in. The account itself is the port's; a profile row says the rest."""

import base64
import json

from diorama.credentials import normalised_email
from diorama.errors import Conflict, NotFound
from diorama.platform import Platform
from diorama.ports import Tokens
from diorama.studio.models import Profile


def sign_up(platform: Platform, email: str, password: str) -> Profile:
    """Makes an account and has a code mailed. Raises `Conflict` (address), `Refused` (weak password)."""
    address = normalised_email(email)
    user_id = platform.accounts.sign_up(address, password)
    return _ensure_profile(platform, user_id, address)


def confirm(platform: Platform, email: str, code: str) -> None:
    """Raises `Refused` for a wrong or old code."""
    platform.accounts.confirm(normalised_email(email), code.strip())


def log_in(platform: Platform, email: str, password: str) -> Tokens:
    """Raises `NotSignedIn`. Mends a missing profile: an account may have been made without us."""
    address = normalised_email(email)
    tokens = platform.accounts.log_in(address, password)
    _ensure_profile(platform, _subject(tokens.access_token), address)
    return tokens


def profile(platform: Platform, user_id: str) -> Profile:
    """Raises `NotFound`."""
    row = platform.records.get(*_profile_key(user_id))
    if row is None:
        raise NotFound("There is no such account any more.", "Sign up again.")
    return Profile.model_validate(row["value"])


def begin_reset(platform: Platform, email: str) -> None:
    """Has a code mailed where the address is known; silent where not."""
    platform.accounts.begin_reset(normalised_email(email))


def finish_reset(platform: Platform, email: str, code: str, password: str) -> None:
    """Raises `Refused` for a wrong code or a weak password."""
    platform.accounts.reset(normalised_email(email), code.strip(), password)


def _profile_key(user_id: str) -> tuple[str, str]:
    return f"USER#{user_id}", "PROFILE"


def _ensure_profile(platform: Platform, user_id: str, email: str) -> Profile:
    new = Profile(user_id=user_id, email=email, created_at=platform.clock.now())
    pk, sk = _profile_key(user_id)
    try:
        platform.records.put({"pk": pk, "sk": sk, "value": new.model_dump(mode="json")}, expected_rev=0)
    except Conflict:
        return profile(platform, user_id)
    return new


def _subject(access_token: str) -> str:
    """The user's id in a token that the accounts have just given us, so it needs no verifying."""
    payload = access_token.split(".")[1]
    padded = payload + "=" * (-len(payload) % 4)
    return str(json.loads(base64.urlsafe_b64decode(padded))["sub"])
