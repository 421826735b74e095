"""What an e-mail address and a password must be like, wherever accounts are kept."""

import re

from diorama.errors import BadRequest, Refused

SHORTEST_PASSWORD = 10  # characters; the user pool in template.yaml says the same
LONGEST_PASSWORD = 256  # Cognito's own

_EMAIL = re.compile(r"[^@\s,;:<>()\"]+@[^@\s,;:<>()\"]+")
_LONGEST_EMAIL = 254


def normalised_email(text: str) -> str:
    """The address in the one spelling that we keep. Raises `BadRequest` for what is none."""
    email = text.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > _LONGEST_EMAIL or not email.isprintable():
        raise BadRequest("That is not an e-mail address.", "It looks like name@example.com.")
    return email


def check_password(password: str) -> None:
    """Raises `Refused` for a password that no account takes: length is what counts, not its letters."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refused(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
            "Three or four words make a good one.",
            code="weak_password",
        )
    if password != password.strip() or not password.isprintable():
        raise Refused(
            "A password neither starts nor ends with a space, and is plain text.", code="weak_password"
        )
