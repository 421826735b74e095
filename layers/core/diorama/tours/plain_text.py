"""What people write into a tour: plain text without markup, and links that lead to web pages only."""

import re
import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

TAG = re.compile(r"<\s*[/!?a-zA-Z]")
REVERSING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They let text read otherwise than it is written."""
SCHEMES = ("https", "http")


def plain(text: str) -> str:
    """The text without spaces around it. Raises `ValueError` for markup and for what can't be seen."""
    if TAG.search(text):
        raise ValueError("must be plain text, without HTML")
    if any(_is_control(character) or character in REVERSING for character in text):
        raise ValueError("must not hold control characters")
    return text.strip()


def plain_line(text: str) -> str:
    """A text of one line that is not empty. Raises `ValueError`."""
    line = plain(text)
    if not line or "\n" in line:
        raise ValueError("must be one line, and not empty")
    return line


def web_link(address: str) -> str:
    """The address of a web page. Raises `ValueError` for anything else: scripts, files, passwords in it."""
    parts = urlsplit(address)
    if parts.scheme.lower() not in SCHEMES or not parts.hostname:
        raise ValueError("must be the address of a web page, https://...")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user's name or password")
    if any(character.isspace() or _is_control(character) or character in '<>"`\\' for character in address):
        raise ValueError("must not hold spaces, quotes or brackets")
    return address


def _is_control(character: str) -> bool:
    return character != "\n" and unicodedata.category(character) == "Cc"


PlainLine = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(plain_line)]
PlainText = Annotated[str, Field(max_length=2000), AfterValidator(plain)]
WebLink = Annotated[str, Field(max_length=2000), AfterValidator(web_link)]
