"""The price table, and what it makes of seconds and bytes."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from diorama.costs import prices
from diorama.settings import Settings

HOUR = Decimal(3600)


def test_the_table_says_when_and_where_its_prices_were_found() -> None:
    table = prices.price_table()
    assert date(2024, 1, 1) < table.as_of <= date.today()
    assert "aws.amazon.com/sagemaker/pricing" in table.source


def test_every_machine_that_a_studio_uses_by_default_has_a_price() -> None:
    told = prices.prices_of("us-east-1")
    assert all(prices.is_known(told, name) for name in Settings().instances.values())


def test_every_machine_that_the_template_names_has_a_price() -> None:
    """What it proposes for SAM 3D Objects too: a quote without a price would count its disk alone."""
    template = (Path(__file__).parents[2] / "template.yaml").read_text(encoding="utf-8")
    named = set(re.findall(r"ml\.\w+\.\w+", template))
    assert "ml.g6e.2xlarge" in named
    told = prices.prices_of("us-east-1")
    assert {name for name in named if not prices.is_known(told, name)} == set()


def test_a_region_without_prices_has_those_of_us_east_1() -> None:
    assert prices.prices_of("eu-north-1") == prices.prices_of("us-east-1")
    assert prices.region_of("eu-north-1") == "us-east-1"
    assert prices.region_of("local") == "local"


def test_an_hour_of_a_machine_costs_what_the_table_says_and_its_disk_comes_on_top() -> None:
    told = prices.prices_of("us-east-1")
    bare = prices.machine_usd(told, "ml.g5.2xlarge", HOUR, discounted=False, volume_gb=0)
    assert bare == told.instance_hour_usd["ml.g5.2xlarge"]
    with_disk = prices.machine_usd(told, "ml.g5.2xlarge", HOUR, discounted=False, volume_gb=730)
    assert with_disk - bare == told.volume_gb_month_usd
    spot = prices.machine_usd(told, "ml.g5.2xlarge", HOUR, discounted=True, volume_gb=0)
    assert spot == bare * told.spot_share


def test_nothing_costs_anything_on_ones_own_machine() -> None:
    told = prices.prices_of("local")
    assert prices.machine_usd(told, "this machine", HOUR, discounted=False, volume_gb=200) == 0
    assert prices.storage_usd(told, 10**12, 10**6) == 0
    assert prices.visits_usd(told, 10**9, 100, 1000) == 0


def test_storing_costs_the_first_month_and_the_writing() -> None:
    told = prices.prices_of("us-east-1")
    assert prices.storage_usd(told, 10**9, 0) == told.storage_gb_month_usd
    assert prices.storage_usd(told, 0, 1000) == told.thousand_writes_usd


def test_a_thousand_visits_cost_their_bytes_and_requests() -> None:
    told = prices.prices_of("us-east-1")
    once = prices.visits_usd(told, 10**9, 0, 1)
    assert once == told.delivered_gb_usd
    assert prices.visits_usd(told, 0, 10, 1000) == told.ten_thousand_requests_usd
