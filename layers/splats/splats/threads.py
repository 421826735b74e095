"""How many threads the CPU kernel uses. Results do not depend on it."""

import os

_chosen: int | None = None


def thread_count() -> int:
    """The number chosen, or all cores that this process may use."""
    return _chosen or available_cores()


def set_thread_count(count: int | None) -> None:
    """Chooses a number of threads for all calls from now on; None is all available cores."""
    if count is not None and count < 1:
        raise ValueError(f"{count} threads can do nothing")
    global _chosen
    _chosen = count


def available_cores() -> int:
    """Cores of the process's affinity, where the system knows of such a thing."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
