"""One structured logger for every function: JSON lines with the correlation id, never a token or a body."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

_LETS_PEOPLE_IN = re.compile(r"^(/v1/(?:tour-files|object-files|downloads)/)[^/]+")


@cache
def journal() -> Logger:
    """The process's logger, made on first use."""
    return Logger(service="diorama")


def shown_path(event: Mapping[str, Any]) -> str:
    """The path of a request, without the part of it that is a token."""
    return _LETS_PEOPLE_IN.sub(r"\1...", str(event.get("path") or ""))
