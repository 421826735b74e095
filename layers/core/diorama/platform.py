"""What a process is wired with: the six ports, a clock and the settings."""

import importlib
import time
from dataclasses import dataclass, field
from functools import cache

from diorama.ports import Accounts, Clock, Compute, Outbox, Records, Store, Workflows
from diorama.settings import Settings, read_settings


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        return time.time()


@dataclass(frozen=True)
class Platform:
    """Handed to every action; nothing else reaches outside."""

    settings: Settings
    store: Store
    jobs: Records
    records: Records
    workflows: Workflows
    compute: Compute
    accounts: Accounts
    outbox: Outbox
    clock: Clock = field(default_factory=SystemClock)


@cache
def connect() -> Platform:
    """This process's platform, wired on the first call by the module that the settings name."""
    settings = read_settings()
    platform: Platform = importlib.import_module(settings.platform).connect(settings)
    return platform
