"""Whether what the studio stands on answers."""

from collections.abc import Callable
from typing import Literal

from diorama.errors import NotFound
from diorama.platform import Platform
from diorama.stage import Contract

State = Literal["ok", "down"]
PROBE = "health-probe"


class Health(Contract):
    """How each part is; `status` is ok where all are."""

    status: State
    store: State
    records: State
    workflows: State
    compute: State


def check(platform: Platform) -> Health:
    """Asks each part for something that does not exist: knowing that takes all that an answer takes."""
    store = _state(lambda: next(iter(platform.store.list(f"s3://{platform.settings.bucket}/{PROBE}")), None))
    records = _state(lambda: (platform.records.get(PROBE, PROBE), platform.jobs.get(PROBE, PROBE)))
    workflows = _state(lambda: [platform.workflows.status(one) for one in _executions(platform)])
    compute = _state(lambda: platform.compute.state(PROBE))
    good = all(state == "ok" for state in (store, records, workflows, compute))
    return Health(
        status="ok" if good else "down", store=store, records=records, workflows=workflows, compute=compute
    )


def _executions(platform: Platform) -> list[str]:
    """An execution that never was, of the first machine; in AWS it must look like one of its ARNs."""
    machine = next(iter(platform.settings.machines.values()), PROBE)
    return [f"{machine.replace(':stateMachine:', ':execution:')}:{PROBE}"]


def _state(ask: Callable[[], object]) -> State:
    try:
        ask()
    except NotFound:
        return "ok"
    except Exception:  # whatever it is, this part does not answer
        return "down"
    return "ok"
