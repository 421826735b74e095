"""Local mode's one folder: what is in it, who may read it, and that only one studio uses it."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diorama.errors import Conflict

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_FOLDER = ROOT / ".diorama"
DEFAULT_PORT = 8787
"""Of the folder's studio, where it is free."""
_OWNER_ONLY = 0o600


@dataclass(frozen=True)
class StateFolder:
    """Paths below the folder. Nothing is made before it is needed."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "diorama.sqlite"

    @property
    def store(self) -> Path:
        return self.path / "store"

    @property
    def outbox(self) -> Path:
        return self.path / "outbox"

    @property
    def scratch(self) -> Path:
        """Of the work at hand; emptied after it."""
        return self.path / "work"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def studio(self) -> Path:
        """url and pid of the studio that runs."""
        return self.path / "studio.json"

    @property
    def demo(self) -> Path:
        """E-mail and password of the demo user: whoever may read this file may sign in."""
        return self.path / "demo.json"

    def make(self) -> None:
        """Makes the folder, readable by its owner alone."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

    def secret(self) -> bytes:
        """32 random bytes that sign this folder's links and tokens; made on the first call.

        Two processes may call first at the same time: whoever links its draft into place first wins.
        """
        path = self.path / "secrets.json"
        if not path.exists():
            self.make()
            draft = path.with_name(f"secrets.{os.getpid()}.{secrets.token_hex(4)}")
            write_private(draft, {"signing": secrets.token_hex(32)})
            with suppress(FileExistsError):
                path.hardlink_to(draft)
            draft.unlink()
        return bytes.fromhex(json.loads(path.read_text())["signing"])

    def demo_user(self) -> tuple[str, str]:
        """E-mail and password of the demo user; made up on the first call."""
        if not self.demo.exists():
            self.make()
            write_private(self.demo, {"email": "demo@localhost.local", "password": secrets.token_urlsafe(24)})
        demo = json.loads(self.demo.read_text())
        return demo["email"], demo["password"]

    def in_use(self) -> bool:
        """Whether a studio holds the folder now; what studio.json says may be a dead one's."""
        try:
            with self._lock.open() as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    @property
    def _lock(self) -> Path:
        return self.path / "studio.lock"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Holds the folder for one studio. Raises `Conflict` where another one has it."""
        self.make()
        with self._lock.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict(
                    f"A studio is running in {self.path} already.", "Use it, or stop it first."
                ) from None
            yield


def write_private(path: Path, content: dict[str, Any]) -> None:
    """A JSON file that only its owner can read, whole at every moment."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
    draft.replace(path)
