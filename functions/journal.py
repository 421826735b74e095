"""One structured logger for every function: JSON lines with the correlation id, never a token or a body."""

from functools import cache

from aws_lambda_powertools import Logger


@cache
def journal() -> Logger:
    """The process's logger, made on first use."""
    return Logger(service="diorama")
