"""Ids of what people own: short, sortable by age, not guessable."""

import secrets


def new_id(now: float) -> str:
    """21 characters, 0-9 and a-f: 11 of the time in milliseconds, 10 (40 bits) at random.

    Ids in order are things in order of age, and one fits twice into the name of a training job.
    """
    return f"{int(now * 1000):011x}{secrets.token_hex(5)}"
