"""Signing up and in. The account itself is the port's; a profile row says the rest."""

import base64
import json

from diorama.credentials import normalised_email
from diorama.errors import Conflict, NotFound
from diorama.platform import Platform
from diorama.ports import Row, Tokens
from diorama.studio import api_keys, projects, purge, webhooks
from diorama.studio.models import Profile

ANSWERS_OF = "IDEMPOTENCY_OF#"
"""Index partition of what a person was answered, kept for a day in case they ask the same again."""


def sign_up(platform: Platform, email: str, password: str) -> Profile:
    """Makes an account and has a code mailed. Raises `Conflict` (address), `Refused` (weak password)."""
    address = normalised_email(email)
    user_id = platform.accounts.sign_up(address, password)
    return _ensure_profile(platform, user_id, address)


def confirm(platform: Platform, email: str, code: str) -> None:
    """Raises `Refused` for a wrong or old code."""
    platform.accounts.confirm(normalised_email(email), code.strip())


def log_in(platform: Platform, email: str, password: str, second_factor: str = "") -> Tokens:
    """Raises `NotSignedIn`. Mends a missing profile: an account may have been made without us."""
    address = normalised_email(email)
    tokens = platform.accounts.log_in(address, password, second_factor)
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


def drop_second_factor(platform: Platform, user_id: str, token: str, password: str, code: str) -> None:
    """Takes the authenticator off, for whoever has it and the password. Raises `NotSignedIn`."""
    platform.accounts.log_in(profile(platform, user_id).email, password, code)
    platform.accounts.drop_second_factor(token)


def delete(platform: Platform, user_id: str) -> None:
    """Ends an account: out of sight and signed out at once; its files and rows go with the next purge.

    The audit keeps the bare id. Cut off in between, it may be called again: the account goes last.
    """
    projects.abandon_all(platform, user_id)
    for key in api_keys.listed(platform, user_id).keys:
        api_keys.revoke(platform, user_id, key.key_id)
    webhooks.remove_all(platform, user_id)
    purge.delete_partition(platform.records, f"QUOTA#{user_id}")
    purge.delete_indexed(platform.records, f"{ANSWERS_OF}{user_id}")
    platform.records.delete(*_profile_key(user_id))
    platform.accounts.delete(user_id)


def _profile_key(user_id: str) -> tuple[str, str]:
    return f"USER#{user_id}", "PROFILE"


def profile_row(profile: Profile) -> Row:
    """The row of a profile; the index lists all people by when they came."""
    pk, sk = _profile_key(profile.user_id)
    row: Row = {"pk": pk, "sk": sk, "value": profile.model_dump(mode="json")}
    return {**row, "gsi_pk": "PEOPLE", "gsi_sk": f"{profile.created_at:017.6f}#{profile.user_id}"}


def _ensure_profile(platform: Platform, user_id: str, email: str) -> Profile:
    plan, now = platform.settings.newcomers_plan, platform.clock.now()
    new = Profile(user_id=user_id, email=email, plan=plan, created_at=now)
    try:
        platform.records.put(profile_row(new), expected_rev=0)
    except Conflict:
        return profile(platform, user_id)
    return new


def _subject(access_token: str) -> str:
    """The user's id in a token that the accounts have just given us, so it needs no verifying."""
    payload = access_token.split(".")[1]
    padded = payload + "=" * (-len(payload) % 4)
    return str(json.loads(base64.urlsafe_b64decode(padded))["sub"])
