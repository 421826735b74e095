"""Profiles by their id, for every part of the studio: who somebody is, as far as the studio knows."""

from diorama.platform import Platform
from diorama.studio.models import Profile


def profile_key(user_id: str) -> tuple[str, str]:
    """Where a profile's row lies."""
    return f"USER#{user_id}", "PROFILE"


def find_profile(platform: Platform, user_id: str) -> Profile | None:
    """The profile, or None."""
    row = platform.records.get(*profile_key(user_id))
    return None if row is None else Profile.model_validate(row["value"])
