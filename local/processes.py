"""Which process is which: a process id alone may belong to a stranger by now."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_BOOT = _PROC / "sys/kernel/random/boot_id"


def start_mark(pid: int) -> str:
    """What tells this process from any other that ever had its id; "" where there is none."""
    if not _BOOT.exists():  # not Linux
        found = subprocess.run(
            ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return found.stdout.strip()
    try:
        after_name = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    if after_name[0] == "Z":
        return ""
    return f"{_BOOT.read_text().strip()} {after_name[19]}"  # starttime, the 22nd field


def kill_group(group: int) -> None:
    """SIGKILL to every member; nothing happens where there is none."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def end_leftover(pid: int, mark: str, sign: str, patience_s: float) -> bool:
    """Ends what is left of a dead studio's worker; whether anything was.

    `mark` is the worker's `start_mark`, `sign` the `NAME=value` that stands in the environment of it and its
    children: no stranger who got the same id is touched.
    """
    leader_lives = bool(mark) and start_mark(pid) == mark
    if leader_lives:
        os.kill(pid, signal.SIGTERM)
        give_up_at = time.monotonic() + patience_s
        while start_mark(pid) == mark and time.monotonic() < give_up_at:
            time.sleep(0.05)
        if start_mark(pid) == mark:
            kill_group(pid)
    orphans = list(_processes_with(sign))
    for orphan in orphans:
        _kill(orphan)
    return leader_lives or bool(orphans)


def _processes_with(sign: str) -> Iterator[int]:
    """Processes of ours whose environment at their start had the variable; none where there is no /proc."""
    for folder in _PROC.glob("[0-9]*"):
        try:
            variables = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if sign.encode() in variables:
            yield int(folder.name)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
