"""Who may compute what: a lease a key, so that equal work is done once, and slots in a pool of machines.

Both are taken in one transaction. Rows that expired count as free.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from diorama.errors import Conflict
from diorama.jobs.models import Job, Lease
from diorama.jobs.table import TRIES, read
from diorama.ports import Delete, Put, Records, Row, Write

LEASES = "LEASE"
LEASE_S = 26 * 3600.0
"""Above the longest time that one launch may take; each renews it."""


@dataclass(frozen=True)
class Claim:
    """What an attempt of a job asks for: all the keys and one slot of the pool."""

    job: Job
    keys: Sequence[str]
    pool: str
    slots: int
    now: float
    expires_at: float
    wait_expires_at: float

    @property
    def holder(self) -> str:
        """The start of every index key of what this attempt holds."""
        return holder(self.job.job_id, self.job.attempt)

    @property
    def place_in_line(self) -> str:
        return place_in_line(self.job, self.job.attempt)

    def lease(self, key: str) -> Lease:
        return Lease(key=key, job_id=self.job.job_id, attempt=self.job.attempt, expires_at=self.expires_at)


def holder(job_id: str, attempt: int) -> str:
    """How an attempt is named in the index of leases."""
    return f"{job_id}#{attempt:04d}#"


def place_in_line(job: Job, attempt: int) -> str:
    """Orders those who wait: priority first, then age."""
    return f"WAIT#{9 - job.priority}#{job.created_at:017.6f}#{holder(job.job_id, attempt)}"


def leave_lines(jobs: Records, job: Job, attempt: int, pools: Iterable[str]) -> None:
    """Whoever has ended keeps nobody behind them waiting."""
    for pool in pools:
        jobs.delete(f"POOL#{pool}", place_in_line(job, attempt))


def take(jobs: Records, claim: Claim) -> str:
    """Takes the leases and a slot, or keeps those it has. Returns "" or, in words, what is waited for."""
    for _ in range(TRIES):
        rows = {key: jobs.get(f"KEY#{key}", "LEASE") for key in claim.keys}
        if any(_held_by_another(row, claim) for row in rows.values()):
            return "The same work is under way in another job; its result will be used."
        of_owner = _owners_writes(jobs, claim)
        if of_owner is None:
            leave_lines(jobs, claim.job, claim.job.attempt, [claim.pool])
            return "Waiting for another job of yours: your plan runs no more at once."
        pool = _pool_rows(jobs, claim.pool)
        slot = _free_slot(pool, claim)
        if slot is None:
            jobs.put(_waiting_row(claim), expected_rev=None)
            return "Waiting for a free machine."
        try:
            jobs.transact([*_lease_writes(rows, claim), *_slot_writes(pool, slot, claim), *of_owner])
        except Conflict:
            continue
        return ""
    return "Waiting for a free machine."


def _held_by_another(row: Row | None, claim: Claim) -> bool:
    lease = read(row, Lease)
    if lease is None or lease.expires_at <= claim.now:
        return False
    return (lease.job_id, lease.attempt) != (claim.job.job_id, claim.job.attempt)


def _owners_writes(jobs: Records, claim: Claim) -> list[Write] | None:
    """Takes one of the machines that this person's plan has at once; none where it has no limit, None where all work.

    Nobody stands in line for those: whoever has enough keeps nobody else waiting.
    """
    if claim.job.at_once is None:
        return []
    owners = replace(claim, pool=pool_of_person(claim.job.user_id), slots=claim.job.at_once)
    pool = _pool_rows(jobs, owners.pool)
    slot = _free_slot(pool, owners)
    return None if slot is None else _slot_writes(pool, slot, owners)


def pool_of_person(user_id: str) -> str:
    """The pool whose slots are how much of a person's work runs at once."""
    return f"of-{user_id}"


def _pool_rows(jobs: Records, pool: str) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    cursor: str | None = None
    while True:
        page = jobs.query(f"POOL#{pool}", cursor=cursor)
        rows |= {row["sk"]: row for row in page.rows}
        cursor = page.cursor
        if cursor is None:
            return rows


def _free_slot(pool: dict[str, Row], claim: Claim) -> str | None:
    """A slot that is ours already, or a free one if no more wait before us than there are free ones."""
    names = [f"SLOT#{n:04d}" for n in range(claim.slots)]
    for name in names:
        if name in pool and pool[name]["holder"] == claim.holder:
            return name
    free = [name for name in names if name not in pool or pool[name]["expires_at"] <= claim.now]
    ahead = sum(
        sk.startswith("WAIT#") and sk < claim.place_in_line and row["expires_at"] > claim.now
        for sk, row in pool.items()
    )
    return free[0] if len(free) > ahead else None


def _waiting_row(claim: Claim) -> Row:
    return {
        "pk": f"POOL#{claim.pool}",
        "sk": claim.place_in_line,
        "expires_at": claim.wait_expires_at,
        "ttl": int(claim.wait_expires_at) + 3600,
    }


def _lease_writes(rows: dict[str, Row | None], claim: Claim) -> list[Write]:
    return [
        Put(
            {
                "pk": f"KEY#{key}",
                "sk": "LEASE",
                "value": claim.lease(key).model_dump(mode="json"),
                "gsi_pk": LEASES,
                "gsi_sk": f"{claim.holder}KEY#{key}",
            },
            expected_rev=row["rev"] if row else 0,
        )
        for key, row in rows.items()
    ]


def _slot_writes(pool: dict[str, Row], slot: str, claim: Claim) -> list[Write]:
    row = {
        "pk": f"POOL#{claim.pool}",
        "sk": slot,
        "holder": claim.holder,
        "expires_at": claim.expires_at,
        "gsi_pk": LEASES,
        "gsi_sk": f"{claim.holder}{slot}",
    }
    writes: list[Write] = [Put(row, expected_rev=pool[slot]["rev"] if slot in pool else 0)]
    if claim.place_in_line in pool:
        writes.append(Delete(f"POOL#{claim.pool}", claim.place_in_line))
    return writes


def release(jobs: Records, job_id: str, attempt: int) -> None:
    """Frees everything that an attempt holds, as far as the index tells. What that shows may be another's by now."""
    whose = holder(job_id, attempt)
    for shown in jobs.query(LEASES, whose, index=True).rows:
        row = jobs.get(shown["pk"], shown["sk"])
        if row is not None and _is_held_by(row, whose):
            _free(jobs, row)


def release_keys(jobs: Records, job: Job, keys: Iterable[str], pool: str) -> None:
    """Frees the keys and the slot that an attempt holds, without asking the index, which may lag."""
    for row in [*_held_leases(jobs, job, keys), *_held_slots(jobs, job, pool)]:
        _free(jobs, row)
    leave_lines(jobs, job, job.attempt, [pool])


def _free(jobs: Records, row: Row) -> None:
    """Frees a lease or a slot, unless somebody took it over in between.

    The row stays for as long as it was taken for, naming nobody: a new one would count its `rev` from 1 again, and
    whoever saw the old one could free it under its new holder.
    """
    expires_at = row["value"]["expires_at"] if "value" in row else row["expires_at"]
    free: Row = {"pk": row["pk"], "sk": row["sk"], "ttl": int(expires_at) + 1}
    if "value" in row:
        free["value"] = {"key": row["value"]["key"], "job_id": "", "attempt": 0, "expires_at": 0.0}
    else:
        free |= {"holder": "", "expires_at": 0.0}
    with suppress(Conflict):
        jobs.put(free, expected_rev=row["rev"])


def _is_held_by(row: Row, whose: str) -> bool:
    return str(row.get("gsi_sk", "")).startswith(whose)


def _held_leases(jobs: Records, job: Job, keys: Iterable[str]) -> list[Row]:
    rows = [jobs.get(f"KEY#{key}", "LEASE") for key in keys]
    return [row for row in rows if row and _is_held_by(row, holder(job.job_id, job.attempt))]


def _held_slots(jobs: Records, job: Job, pool: str) -> list[Row]:
    """The slots that an attempt holds, of the machines and of its owner's plan."""
    pools = [row for name in (pool, pool_of_person(job.user_id)) for row in _pool_rows(jobs, name).values()]
    return [row for row in pools if row.get("holder") == holder(job.job_id, job.attempt)]


def renew(jobs: Records, job: Job, keys: Sequence[str], pool: str, expires_at: float) -> bool:
    """Makes what an attempt holds last longer; False where one of the leases is no longer its own.

    The index is not asked: right after Plan took them it may still show them as they were before, and Plan and
    Launch would go in circles.
    """
    mine = _held_leases(jobs, job, keys)
    if len(mine) != len(keys):
        return False
    leases: list[Row] = [{**row, "value": {**row["value"], "expires_at": expires_at}} for row in mine]
    try:
        longer = [*leases, *({**row, "expires_at": expires_at} for row in _held_slots(jobs, job, pool))]
        jobs.transact([Put(_without_rev(row), row["rev"]) for row in longer])
    except Conflict:
        return False
    return True


def _without_rev(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "rev"}


def held(jobs: Records) -> list[tuple[str, int, Row]]:
    """Every lease and slot row, with the job and attempt that holds it."""
    found: list[tuple[str, int, Row]] = []
    cursor: str | None = None
    while True:
        page = jobs.query(LEASES, index=True, cursor=cursor)
        for row in page.rows:
            job_id, attempt, _ = row["gsi_sk"].split("#", 2)
            found.append((job_id, int(attempt), row))
        cursor = page.cursor
        if cursor is None:
            return found
