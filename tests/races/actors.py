"""Programs that take turns: what may happen at once in the cloud, in an order that one seed decides.

Each is a greenlet. It may be cut off, or lose its turn, wherever it touches a port (`breathe`), and nowhere else:
inside of one call every adapter is atomic.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from greenlet import getcurrent, greenlet

from diorama.errors import Unavailable
from tests.fakes import FakeClock

SHARE_OF_TURNS_LOST = 0.15


class Gone(BaseException):
    """The machine that an actor ran on is no more."""


class Crashed(BaseException):
    """A function was cut off: out of time, or of memory."""


@dataclass
class Actor:
    """Somebody with something to do, from `wake_at` on, or as soon as the bell rings if it `listens`."""

    name: str
    wake_at: float
    thread: greenlet
    listens: bool = False
    heard: int = 0
    functions: int = 0
    """How deep in functions it is: only those can be cut off alone."""


@dataclass
class Actors:
    """All of them, on one clock that jumps to the next moment when nobody has anything to do now."""

    clock: FakeClock
    chance: Random
    on_breath: Callable[[int], None] = lambda count: None
    bell: int = 0
    breaths: int = 0
    everybody: list[Actor] = field(default_factory=list)
    current: Actor | None = None
    crash_next: bool = False
    refused: int = 0
    refuse_next: bool = False
    """A port is going to be too busy for the next call that a function makes."""
    hub: greenlet = field(default_factory=getcurrent)

    def start(self, name: str, work: Callable[[], object], at: float = 0) -> Actor:
        def run() -> None:
            try:
                work()
            except (Gone, Crashed):
                return

        actor = Actor(name, at, greenlet(run, self.hub))
        self.everybody.append(actor)
        return actor

    def breathe(self) -> None:
        """A moment in which others may act. Outside of any actor nothing happens."""
        if self.current is None:
            return
        self.breaths += 1
        self.on_breath(self.breaths)
        if self.crash_next and self.current.functions:
            self.crash_next = False
            raise Crashed
        if self.refuse_next and self.current.functions:
            self.refuse_next = False
            self.refused += 1
            raise Unavailable("Too much at once.", "Try again in a moment.")
        if self.chance.random() < SHARE_OF_TURNS_LOST:
            self.sleep(self.clock.now())

    def sleep(self, until: float, listens: bool = False) -> None:
        """Gives the turn away until that moment, or until the bell rings."""
        actor = self.current
        assert actor is not None
        actor.wake_at, actor.listens, actor.heard = until, listens, self.bell
        self.hub.switch()

    def end(self, actor: Actor) -> None:
        """Ends it where it stands. Nobody may have the turn."""
        assert self.current is None
        self.everybody.remove(actor)
        if actor.thread:  # has begun, and not ended
            actor.thread.throw(Gone)

    def turn(self) -> bool:
        """Lets one of those who can go on have a turn; False where nobody can now."""
        now = self.clock.now()
        ready = [one for one in self.everybody if one.wake_at <= now or self._has_heard(one)]
        if not ready:
            return False
        actor = self.current = self.chance.choice(ready)
        actor.listens = False
        try:
            actor.thread.switch()
        finally:
            self.current = None
        if actor.thread.dead and actor in self.everybody:
            self.everybody.remove(actor)
        return True

    def _has_heard(self, actor: Actor) -> bool:
        return actor.listens and actor.heard != self.bell

    def next_moment(self) -> None:
        """Moves the clock to where somebody has something to do."""
        self.clock.time = max(self.clock.time, min(one.wake_at for one in self.everybody))


class Bell:
    """Stands in for `local.bell.Bell`: wakes those who listen."""

    def __init__(self, actors: Actors) -> None:
        self._actors = actors

    def ring(self) -> None:
        self._actors.bell += 1

    @property
    def count(self) -> int:
        return self._actors.bell

    def wait(self, since: int, timeout_s: float) -> None:
        raise AssertionError("actors wait by themselves")
