"""The schedule's call: what was deleted, or left half sent, goes when its time is over."""

from typing import Any

from diorama.catalog import STAGES
from diorama.library import actions as library
from diorama.platform import connect
from diorama.studio import purge
from diorama.tours import publishing
from journal import journal


def handler(_event: dict[str, Any], _context: object) -> None:
    """Lambda's entry. Cut off in between, the next call goes on."""
    platform = connect()
    kinds = sorted({stage.output_kind for stage in STAGES.values()})
    projects = purge.purge_due(platform, kinds)
    uploads = library.clean_abandoned(platform)
    tours = publishing.clean_up(platform)
    if projects or uploads or tours:
        journal().info("purged", projects=projects, uploads=uploads, tours=tours)
