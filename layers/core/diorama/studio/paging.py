"""Pages of a list of which not everything is asked for."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Fetch = Callable[[int, str | None], tuple[Sequence[Item], str | None]]
"""(how many, cursor) -> the next ones and the cursor for more."""

MOST_READS = 20


def filtered_page(
    fetch: Fetch[Item], keep: Callable[[Item], bool], limit: int, cursor: str | None
) -> tuple[list[Item], str | None]:
    """At most `limit` of the items that are kept, and the cursor for more.

    Reads a bounded number of times, so a page may hold fewer, or none, though more follow: only a
    cursor of None is the end.
    """
    kept: list[Item] = []
    for _ in range(MOST_READS):
        items, cursor = fetch(limit - len(kept), cursor)
        kept += [item for item in items if keep(item)]
        if cursor is None or len(kept) >= limit:
            break
    return kept, cursor
