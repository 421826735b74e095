"""Keeps what a stage prints in the store while it runs, so that people can read along."""

from pathlib import Path
from types import TracebackType
from typing import Self

from diorama.ports import Store
from diorama.repeated import Repeated

EVERY_S = 5.0
MOST_BYTES = 1_000_000
"""Of a log that is still growing; its end comes when the stage has ended."""


class LogSync:
    """While open, copies the beginning of `log` to the store whenever it has grown. Never fails a stage."""

    def __init__(self, store: Store, log: Path, uri: str, every_s: float = EVERY_S) -> None:
        self.store = store
        self.log = log
        self.uri = uri
        self.sent_bytes = 0
        self.syncing = Repeated(self._sync, every_s)

    def __enter__(self) -> Self:
        self.syncing.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.syncing.end()

    def _sync(self) -> None:
        try:
            with self.log.open("rb") as log:
                content = log.read(MOST_BYTES)
            if len(content) > self.sent_bytes:
                self.store.put(self.uri, content, "text/plain")
                self.sent_bytes = len(content)
        except Exception as error:  # whatever it is: nobody's work is lost for a log
            print(f"log not kept: {error}", flush=True)  # noqa: T201 - the machine's log
