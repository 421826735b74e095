"""What things cost: the table in `prices.json`, list prices with their date and source.

Lambda, Step Functions, SNS and DynamoDB are left out: together they are under a hundredth of what the machines of a
job cost. What moves between S3 and machines of the same region costs nothing; what visitors fetch is not a job's.
"""

from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from diorama.money import Usd, rounded
from diorama.stage import Contract

FALLBACK_REGION = "us-east-1"
"""Whose prices count where the table has none of the region; others are mostly 0 to 30 % dearer."""
THIS_MACHINE = "this machine"
"""The instance type of local mode, which costs nothing here."""
HOUR_S = Decimal(3600)
MONTH_S = Decimal(730 * 3600)
STORED_MONTHS = 1
"""For how long a job pays for what it stored: its first month. What is kept longer is the bucket's, not the job's."""
GB = Decimal(10**9)


class RegionPrices(Contract):
    """The prices of one region. `spot_share`: what managed spot has mostly cost of the list price."""

    instance_hour_usd: dict[str, Usd]
    spot_share: Decimal
    volume_gb_month_usd: Usd
    storage_gb_month_usd: Usd
    thousand_writes_usd: Usd
    thousand_reads_usd: Usd
    delivered_gb_usd: Usd
    ten_thousand_requests_usd: Usd


class PriceTable(Contract):
    """All prices, when they were looked up, and where."""

    as_of: date
    source: str
    regions: dict[str, RegionPrices]


@cache
def price_table() -> PriceTable:
    """The table in the repository."""
    text = files("diorama.costs").joinpath("prices.json").read_text(encoding="utf-8")
    return TypeAdapter(PriceTable).validate_json(text)


def region_of(region: str) -> str:
    """The region whose prices count for another one."""
    return region if region in price_table().regions else FALLBACK_REGION


def prices_of(region: str) -> RegionPrices:
    """What things cost in a region, or in us-east-1 where the table has no prices of it."""
    return price_table().regions[region_of(region)]


def is_known(prices: RegionPrices, instance: str) -> bool:
    """Whether the table has a price for machines of that type."""
    return instance in prices.instance_hour_usd


def machine_usd(
    prices: RegionPrices, instance: str, seconds: Decimal, *, discounted: bool, volume_gb: int
) -> Decimal:
    """What a machine costs for so many seconds with its disk; an unknown type costs its disk alone.

    `discounted`: seconds on managed spot by the clock. The billable seconds that SageMaker tells have the
    discount in them (it saves 1 - billable / by the clock), so they count at the list price.
    """
    hour = prices.instance_hour_usd.get(instance, Decimal(0)) * (prices.spot_share if discounted else 1)
    disk_month = volume_gb * prices.volume_gb_month_usd
    return seconds * hour / HOUR_S + seconds * disk_month / MONTH_S


def storage_usd(prices: RegionPrices, stored_bytes: int, stored_files: int) -> Decimal:
    """What it costs to write so many files and to keep them for their first month."""
    kept = Decimal(stored_bytes) / GB * prices.storage_gb_month_usd * STORED_MONTHS
    return rounded(kept + Decimal(stored_files) / 1000 * prices.thousand_writes_usd)


def visits_usd(prices: RegionPrices, delivered_bytes: int, requests: int, visits: int) -> Decimal:
    """What it costs to deliver so many bytes in so many requests to each of some visitors."""
    traffic = Decimal(delivered_bytes) / GB * prices.delivered_gb_usd
    return rounded(visits * (traffic + Decimal(requests) / 10_000 * prices.ten_thousand_requests_usd))
