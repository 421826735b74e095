"""The ports on one machine. Named by DIORAMA_PLATFORM; used by the studio and by every worker process."""

from pathlib import Path

from diorama.errors import ConfigurationError
from diorama.platform import Platform, SystemClock
from diorama.settings import Settings
from local.accounts import LocalAccounts
from local.compute import ProcessCompute
from local.database import Database
from local.outbox import LocalOutbox
from local.records import SqliteRecords
from local.state import StateFolder
from local.store import FolderStore
from local.workflows import LocalWorkflows

STORE_PATH = "/store"


def connect(settings: Settings) -> Platform:
    """Wires the adapters to the state folder that the settings name."""
    if not settings.state_folder:
        raise ConfigurationError("No state folder is set.", "Set DIORAMA_STATE_FOLDER.")
    state = StateFolder(Path(settings.state_folder))
    clock, secret, database = SystemClock(), state.secret(), Database(state.database)
    outbox = LocalOutbox(database, state.outbox, clock)
    return Platform(
        settings=settings,
        store=FolderStore(state.store, settings.public_url + STORE_PATH, secret, clock),
        jobs=SqliteRecords(database, settings.jobs_table),
        records=SqliteRecords(database, settings.records_table),
        workflows=LocalWorkflows(database, outbox, clock),
        compute=ProcessCompute(database, outbox, clock, settings.events_topic),
        accounts=LocalAccounts(
            database, secret, outbox, clock, settings.token_issuer, settings.user_pool_client
        ),
        outbox=outbox,
        clock=clock,
    )
