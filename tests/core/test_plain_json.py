import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.plain_json import checked, to_json


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers(-(10**37), 10**37) | st.text(st.characters(codec="utf-8")),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), inner, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_json_text_reads_back_as_the_value(value: Any) -> None:
    assert json.loads(to_json(value, 10**6)) == value


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": [1, math.nan]}, r"value\.a\[1\]"),
        ({"a": {"b": {1}}}, r"value\.a\.b is a set"),
        ({"a": {2: 3}}, r"value\.a has a member"),
        ([math.inf], r"value\[0\]"),
    ],
)
def test_a_refusal_names_the_place(value: Any, place: str) -> None:
    with pytest.raises(ValueError, match=place):
        checked(value)


def test_the_limit_is_of_bytes() -> None:
    assert to_json("ü", 4) == '"ü"'
    with pytest.raises(ValueError, match="limit of 3"):
        to_json("ü", 3)
