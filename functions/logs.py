"""Where doors and callbacks write their log lines."""

from functools import cache

from aws_lambda_powertools import Logger


@cache
def log() -> Logger:
    """Structured lines on stdout. Bodies, headers and tokens are never given to it."""
    return Logger(service="diorama")
