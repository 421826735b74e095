import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.errors import BadRequest
from diorama.rows import checked_row, cursor_after, read_cursor

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=10)


def test_a_checked_row_is_a_copy_without_its_rev() -> None:
    row: dict[str, Any] = {"pk": "a", "sk": "1", "rev": 4, "list": [1.0]}
    copy = checked_row(row)
    assert copy == {"pk": "a", "sk": "1", "list": [1]}
    copy["list"].append(2)
    assert row["list"] == [1.0]


def test_too_large_a_row_is_named_and_told_where_lists_belong() -> None:
    with pytest.raises(ValueError, match=r"Row \(a, 1\).*file"):
        checked_row({"pk": "a", "sk": "1", "list": list(range(10_000))})


@given(pk=TEXT, sk=TEXT, gsi_pk=TEXT, gsi_sk=TEXT, index=st.booleans())
def test_a_cursor_leads_back_to_its_row(pk: str, sk: str, gsi_pk: str, gsi_sk: str, index: bool) -> None:
    row = {"pk": pk, "sk": sk, "gsi_pk": gsi_pk, "gsi_sk": gsi_sk}
    cursor = cursor_after(row, index)
    assert cursor.replace("-", "").replace("_", "").isalnum()
    keys = read_cursor(cursor, gsi_pk if index else pk, "", index)
    assert keys == (row if index else {"pk": pk, "sk": sk})
    with pytest.raises(BadRequest):
        read_cursor(cursor, gsi_pk if index else pk, "", not index)
    with pytest.raises(BadRequest):
        read_cursor(cursor, (gsi_pk if index else pk) + "x", "", index)


@pytest.mark.parametrize(
    "content",
    [[], ["job"], ["job", ""], ["job", 1], ["job", None], {"job": 1}, "job", None, ["job", "\ud800"]],
)
def test_a_cursor_of_another_shape_is_refused(content: Any) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(content).encode()).decode()
    with pytest.raises(BadRequest):
        read_cursor(cursor, "job", "", index=False)
