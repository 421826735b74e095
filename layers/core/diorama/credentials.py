"""What an e-mail address and a password must be like, and what is said when something is wrong with them.

The same words wherever accounts are kept. But for `address_taken`, none tells whether an address is known.
"""

import re
from functools import partial

from diorama.errors import BadRequest, Conflict, NotSignedIn, Refused, TooMuch

SHORTEST_PASSWORD = 10  # characters; the user pool in template.yaml says the same
LONGEST_PASSWORD = 256  # Cognito's own

_EMAIL = re.compile(r"[^@\s,;:<>()\"]+@[^@\s,;:<>()\"]+")
_LONGEST_EMAIL = 254

# Makers of errors: each call gives a new one.
no_address = partial(BadRequest, "That is not an e-mail address.", "It looks like name@example.com.")
address_taken = partial(
    Conflict,
    "There is an account for that address.",
    "Sign in, or ask for a new password. If it is not confirmed yet, a new code is on its way.",
)
wrong_code = partial(
    Refused, "That code is wrong or too old.", "Look at the newest letter.", code="wrong_code"
)
wrong_password = partial(
    NotSignedIn,
    "That address and that password don't belong together.",
    "Try again, or ask for a new password.",
    code="wrong_password",
)
not_confirmed = partial(
    NotSignedIn,
    "The address is not confirmed yet.",
    "Give the code from our letter first.",
    code="not_confirmed",
)
second_factor_needed = partial(
    NotSignedIn,
    "This account needs a code too.",
    "Give the one that your authenticator shows now.",
    code="second_factor_needed",
)
wrong_second_factor = partial(
    NotSignedIn,
    "That is not the code that your authenticator shows.",
    "Each code works once: wait for the next one.",
    code="wrong_second_factor",
)
signed_out = partial(NotSignedIn, "You are not signed in.", "Sign in again.")


def normalised_email(text: str) -> str:
    """The address in the one spelling that we keep. Raises `BadRequest` for what is none."""
    email = text.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > _LONGEST_EMAIL or not email.isprintable():
        raise no_address()
    return email


def check_password(password: str) -> None:
    """Raises `Refused` for a password that no account takes: length is what counts, not its letters."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise weak_password(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    if password != password.strip() or not password.isprintable():
        raise weak_password("A password is plain text, and neither starts nor ends with a space.")


def weak_password(problem: str = "The password is too weak.") -> Refused:
    """The refusal of a password."""
    return Refused(problem, "Three or four words make a good one.", code="weak_password")


def too_many_tries(wait: str = "some minutes") -> TooMuch:
    """The refusal of whoever guesses."""
    return TooMuch("Too many tries.", f"Wait {wait}, then try again.", "too_many_tries")
