"""Amounts of money: exact decimals everywhere, text in rows and in answers."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer, WithJsonSchema

MICRO = Decimal("0.000001")
"""What amounts are kept to: a millionth of a dollar, a fortieth of a second of the cheapest machine."""


def _text(amount: Decimal) -> str:
    return format(amount.normalize() + 0, "f")


Usd = Annotated[
    Decimal,
    Field(ge=0, max_digits=15, decimal_places=6),
    PlainSerializer(_text, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\d{1,9}(\.\d{1,6})?$", "description": "US dollars, exact, as text"}
    ),
]


def rounded(amount: Decimal) -> Decimal:
    """The amount as it is kept."""
    return amount.quantize(MICRO, ROUND_HALF_UP)


def rounded_down(amount: Decimal) -> Decimal:
    """A part of an amount, so that parts never add up to more than the whole."""
    return amount.quantize(MICRO, ROUND_DOWN)


def exact(seconds: float) -> Decimal:
    """A measured number as a decimal, to the thousandth: what a clock is good for."""
    return Decimal(f"{seconds:.3f}")
