"""Keeps a stage's checkpoints in the store, so that a killed run goes on from the newest."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from diorama.errors import NotFound
from diorama.ports import Store
from diorama.stage import CHECKPOINT

EVERY_S = 15.0


class CheckpointSync:
    """While open, mirrors `outputs/checkpoint/` to the store; on entry brings the newest back.

    A stage writes each checkpoint under a new name and renames it into place, so a copy is whole.
    On leaving, the folder is taken out of the outputs: checkpoints are no result.
    """

    def __init__(self, store: Store, outputs: Path, uri: str, every_s: float = EVERY_S) -> None:
        self.store = store
        self.folder = outputs / CHECKPOINT
        self.uri = uri
        self.every_s = every_s
        self.seen: dict[Path, int] = {}
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> Self:
        try:
            self.store.fetch_folder(self.uri, self.folder)
        except NotFound:
            self.folder.mkdir(exist_ok=True)
        self.seen = self._files()
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self.thread.join()
        self._sync()
        self.folder.rename(self.folder.parent.parent / CHECKPOINT)

    def _follow(self) -> None:
        while not self.ended.wait(self.every_s):
            self._sync()

    def _files(self) -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in self.folder.rglob("*") if path.is_file()}

    def _sync(self) -> None:
        try:
            files = self._files()
            if files != self.seen:
                self.store.put_folder(self.folder, self.uri)
                self.seen = files
        except FileNotFoundError:  # the stage has just replaced one; the next round finds the new one
            return
