"""Wakes threads of this process that wait for a change in the database."""

import threading


class Bell:
    """The database is the truth and may be changed by other processes: the bell only shortens the wait."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self._count = 0

    def ring(self) -> None:
        with self._rung:
            self._count += 1
            self._rung.notify_all()

    @property
    def count(self) -> int:
        """How often it has rung; read it before you look at the database."""
        return self._count

    def wait(self, since: int, timeout_s: float) -> None:
        """Until it has rung after `since`, or the time is over."""
        with self._rung:
            self._rung.wait_for(lambda: self._count != since, timeout_s)
