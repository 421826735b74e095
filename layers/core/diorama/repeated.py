"""Something done again and again beside other work."""

import threading
from collections.abc import Callable


class Repeated:
    """Calls `act` every so many seconds from `start` on, in a thread of its own, and once more at the `end`."""

    def __init__(self, act: Callable[[], None], every_s: float) -> None:
        self.act = act
        self.every_s = every_s
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._follow, daemon=True)

    def start(self) -> None:
        """Begins."""
        self.thread.start()

    def end(self) -> None:
        """Comes back when the last call has."""
        self.ended.set()
        self.thread.join()
        self.act()

    def _follow(self) -> None:
        while not self.ended.wait(self.every_s):
            self.act()
