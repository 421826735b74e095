"""Writing files so that a reader, or the next start after a crash, sees all of them or nothing."""

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from diorama.errors import Unavailable
from local.processes import start_mark

_DRAFT = ".draft-"


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file in one step. Raises `Unavailable` where the disk is full."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with new_file(path.parent) as (draft, file):
        file.write(content)
        make_durable(file)
        draft.rename(path)


@contextmanager
def new_file(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """An open file with a hidden name, for the caller to rename; removed where that did not happen.

    The name says which process writes it, so that what a killed one left can be told (`is_left`).
    Raises `Unavailable` where the disk is full.
    """
    draft = folder / f"{_DRAFT}{os.getpid()}-{uuid.uuid4().hex}"
    try:
        with draft.open("xb") as file:
            yield draft, file
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable("The disk is full.", "Free some space and try again.") from error
        raise
    finally:
        draft.unlink(missing_ok=True)


def is_left(draft: Path) -> bool:
    """Whether the process that began this draft has ended without finishing it."""
    pid = draft.name.removeprefix(_DRAFT).partition("-")[0]
    return pid.isdecimal() and not start_mark(int(pid))


def make_durable(file: BinaryIO) -> None:
    """Returns when the file's bytes would survive a power cut."""
    file.flush()
    os.fsync(file.fileno())


def check_space(folder: Path, size: int) -> None:
    """Raises `Unavailable` where the disk has no room for that many bytes more."""
    free = shutil.disk_usage(folder).free
    if size > free:
        raise Unavailable(
            f"The disk has {free / 1e9:.1f} GB left; {size / 1e9:.1f} GB are needed.",
            "Free some space and try again.",
        )
