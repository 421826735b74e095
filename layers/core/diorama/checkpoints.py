"""Keeps a stage's checkpoints in the store, so that a killed run goes on from the newest."""

from pathlib import Path
from types import TracebackType
from typing import Self

from diorama.errors import NotFound
from diorama.ports import Store
from diorama.repeated import Repeated
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
        self.seen: dict[Path, int] = {}
        self.syncing = Repeated(self._sync, every_s)

    def __enter__(self) -> Self:
        try:
            self.store.fetch_folder(self.uri, self.folder)
        except NotFound:
            self.folder.mkdir(exist_ok=True)
        self.seen = self._files()
        self.syncing.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.syncing.end()
        self.folder.rename(self.folder.parent.parent / CHECKPOINT)

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
