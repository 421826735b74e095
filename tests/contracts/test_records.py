"""What every table of rows keeps to."""

import json
import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diorama.aws.records import DynamoRecords
from diorama.errors import BadRequest, Conflict, TooMuch
from diorama.ports import ROW_LIMIT_BYTES, Delete, Put, Records, Row
from local.records import SqliteRecords
from tests.cloud import make_table

TABLE = "rows"


@pytest.fixture(params=["aws", "local"])
def records(request: pytest.FixtureRequest) -> Records:
    if request.param == "local":
        return SqliteRecords(request.getfixturevalue("database"), TABLE)
    return request.getfixturevalue("dynamo_records")


@pytest.fixture(scope="module")
def adapter(aws: None) -> DynamoRecords:
    """One for all tests, because a client takes its time to make."""
    return DynamoRecords(TABLE)


@pytest.fixture
def dynamo_records(adapter: DynamoRecords) -> Iterator[DynamoRecords]:
    """On a table as template.yaml makes it."""
    make_table(TABLE)
    yield adapter
    adapter._dynamodb.delete_table(TableName=TABLE)


def row(sk: str = "1", pk: str = "job", **fields: Any) -> Row:
    return {"pk": pk, "sk": sk, **fields}


def fill(records: Records, sort_keys: list[str], pk: str = "job") -> None:
    for sk in sort_keys:
        records.put(row(sk, pk), 0)


def sort_keys(records: Records, *args: Any, **options: Any) -> list[str]:
    return [found["sk"] for found in records.query(*args, **options).rows]


def as_text(found: Row | None) -> str:
    """Tells 1 from 1.0 and from True, which Python's own comparison does not."""
    return json.dumps(found, sort_keys=True)


# --- rows ---------------------------------------------------------------------------------------


def test_a_row_comes_back_as_it_was_written_with_its_rev(records: Records) -> None:
    content = row(
        text="ü\u0000\U0001f3a5",
        flag=True,
        none=None,
        count=3,
        share=0.1,
        tiny=1e-100,
        nested={"a": [1, {"b": []}]},
    )
    assert records.put(content, 0) == {**content, "rev": 1}
    assert records.get("job", "1") == {**content, "rev": 1}


def test_a_missing_row_is_none(records: Records) -> None:
    assert records.get("job", "1") is None


def test_whole_floats_come_back_as_ints(records: Records) -> None:
    written = records.put(row(a=2.0, b=-0.0, c=1e22, deep=[1.0]), 0)
    read = records.get("job", "1")
    assert read == written
    assert read is not None
    assert [type(value) for value in (read["a"], read["b"], read["c"], read["deep"][0])] == [int] * 4


def test_the_writers_row_is_left_alone(records: Records) -> None:
    content = row(share=2.0, rev=7)
    records.put(content, 0)
    assert content == row(share=2.0, rev=7)


def test_rev_counts_every_write_whoever_made_it(records: Records) -> None:
    assert records.put(row(a=1), 0)["rev"] == 1
    assert records.put(row(a=2), 1)["rev"] == 2
    assert records.put(row(a=3), None)["rev"] == 3
    records.add("job", "1", "a", 1)
    records.transact([Put(row(a=5), None)])
    assert records.get("job", "1") == row(a=5, rev=5)


def test_writing_replaces_the_whole_row(records: Records) -> None:
    records.put(row(a=1, gsi_pk="g", gsi_sk="1"), 0)
    records.put(row(b=2), 1)
    assert records.get("job", "1") == row(b=2, rev=2)
    assert records.query("g", index=True).rows == []


def test_a_new_row_where_one_is_conflicts(records: Records) -> None:
    records.put(row(), 0)
    with pytest.raises(Conflict):
        records.put(row(a=1), 0)
    assert records.get("job", "1") == row(rev=1)


@pytest.mark.parametrize("expected_rev", [1, 3])
def test_a_write_at_another_rev_conflicts(records: Records, expected_rev: int) -> None:
    records.put(row(a=1), 0)
    records.put(row(a=2), 1)
    with pytest.raises(Conflict):
        records.put(row(a=3), expected_rev)
    assert records.get("job", "1") == row(a=2, rev=2)


def test_a_write_at_the_rev_of_a_missing_row_conflicts(records: Records) -> None:
    with pytest.raises(Conflict):
        records.put(row(), 1)


def test_a_deleted_row_is_gone_and_counts_from_one_again(records: Records) -> None:
    records.put(row(), 0)
    records.put(row(), 1)
    records.delete("job", "1", 2)
    assert records.get("job", "1") is None
    assert records.put(row(), 0)["rev"] == 1


def test_deleting_what_is_not_there_is_fine_without_a_rev(records: Records) -> None:
    records.delete("job", "1")


def test_deleting_at_another_rev_conflicts(records: Records) -> None:
    records.put(row(), 0)
    for sk, expected_rev in (("1", 2), ("missing", 1)):
        with pytest.raises(Conflict):
            records.delete("job", sk, expected_rev)
    assert records.get("job", "1") is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"pk": "", "sk": "1"},
        {"pk": "job"},
        {"pk": "job", "sk": 1},
        row("a\0b"),
        row("x" * 1025),
        row(gsi_pk="g"),
        row(gsi_pk="g", gsi_sk=""),
        row(ttl="soon"),
        row(ttl=True),
        row(a=math.nan),
        row(a=[math.inf]),
        row(a=1e38),
        row(a=10**38),
        row(a=1e-200),
        row(a=(1, 2)),
        row(a={1: 2}),
        row(a={"": 2}),
        row(a=b"bytes"),
        row(a="\ud800"),
        row(a="x" * ROW_LIMIT_BYTES),
    ],
    ids=repr,
)
def test_what_is_no_row_is_refused(records: Records, wrong: Row) -> None:
    with pytest.raises(ValueError, match=r"."):
        records.put(wrong, None)
    with pytest.raises(ValueError, match=r"."):
        records.transact([Put(wrong, None)])


def test_a_row_nested_too_deep_is_refused(records: Records) -> None:
    deep: list[Any] = []
    for _ in range(40):
        deep = [deep]
    with pytest.raises(ValueError, match="deep"):
        records.put(row(a=deep), 0)


def test_a_row_of_just_the_limit_is_kept(records: Records) -> None:
    frame = len('{"pk":"job","sk":"1","a":""}')
    content = row(a="x" * (ROW_LIMIT_BYTES - frame))
    records.put(content, 0)
    assert records.get("job", "1") == {**content, "rev": 1}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**37), 10**37)
    | st.floats(-1e37, 1e37).filter(lambda number: number == 0 or abs(number) > 1e-120)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(value=JSON)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_comes_back_equal_and_as_it_was_returned(records: Records, value: Any) -> None:
    written = records.put(row(value=value), None)
    assert written["value"] == value
    assert as_text(records.get("job", "1")) == as_text(written)


# --- queries ------------------------------------------------------------------------------------


def test_a_partition_comes_in_order_of_the_bytes_of_its_sort_keys(records: Records) -> None:
    keys = ["a", "B", "a/b", "a-b", "ä", "z", "\uffee", "\U0001f3a5", "a\U0010ffff", "~"]
    fill(records, keys)
    fill(records, ["other"], pk="job2")
    assert sort_keys(records, "job") == sorted(keys, key=str.encode)
    assert sort_keys(records, "job", newest_first=True) == sorted(keys, key=str.encode, reverse=True)


@pytest.mark.parametrize("prefix", ["stage#", "stage#a", "\ud7ff", "\U0010ffff", "%", "_", "*", "missing"])
def test_a_prefix_is_taken_literally(records: Records, prefix: str) -> None:
    keys = [
        "stage#",
        "stage#a",
        "stage#b",
        "stage$",
        "\ud7ffx",
        "\ue000",
        "\U0010ffff",
        "\U0010ffffx",
        "%",
        "_",
        "*",
    ]
    fill(records, keys)
    assert sort_keys(records, "job", prefix) == sorted(
        (key for key in keys if key.startswith(prefix)), key=str.encode
    )


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
def test_pages_cover_everything_once_and_end(records: Records, limit: int, newest_first: bool) -> None:
    fill(records, ["a1", "a2", "a3", "a4", "a5", "a6", "b"])
    pages, cursor = [], None
    while True:
        page = records.query("job", "a", limit=limit, cursor=cursor, newest_first=newest_first)
        pages.append([found["sk"] for found in page.rows])
        cursor = page.cursor
        if cursor is None:
            break
    assert list(chain.from_iterable(pages)) == sorted(
        ["a1", "a2", "a3", "a4", "a5", "a6"], reverse=newest_first
    )
    assert all(len(page) == limit for page in pages[:-1])
    assert pages[-1]


def test_a_list_of_nothing_has_no_cursor(records: Records) -> None:
    page = records.query("nobody")
    assert (list(page.rows), page.cursor) == ([], None)


def test_large_rows_still_fill_a_page(records: Records) -> None:
    for number in range(50):
        records.put(row(f"{number:02}", a="x" * 30_000), 0)
    assert len(records.query("job", limit=45).rows) == 45


def test_a_cursor_survives_the_deletion_of_its_row(records: Records) -> None:
    fill(records, ["1", "2", "3"])
    cursor = records.query("job", limit=1).cursor
    records.delete("job", "1")
    assert sort_keys(records, "job", cursor=cursor) == ["2", "3"]


def test_the_index_holds_the_rows_that_name_it(records: Records) -> None:
    records.put(row("1", gsi_pk="owner", gsi_sk="b", a=1), 0)
    records.put(row("2", gsi_pk="owner", gsi_sk="a"), 0)
    records.put(row("3", gsi_pk="other", gsi_sk="a"), 0)
    records.put(row("4"), 0)
    assert sort_keys(records, "owner", index=True) == ["2", "1"]
    assert sort_keys(records, "owner", "b", index=True) == ["1"]
    assert records.query("owner", "b", index=True).rows == [row("1", gsi_pk="owner", gsi_sk="b", a=1, rev=1)]


def test_pages_of_the_index_tell_equal_sort_keys_apart(records: Records) -> None:
    for number in range(5):
        records.put(row(str(number), gsi_pk="owner", gsi_sk="same"), 0)
    seen, cursor = [], None
    for _ in range(3):
        page = records.query("owner", index=True, limit=2, cursor=cursor)
        seen += [found["sk"] for found in page.rows]
        cursor = page.cursor
    assert (sorted(seen), cursor) == (["0", "1", "2", "3", "4"], None)


def test_a_cursor_of_another_list_is_refused(records: Records) -> None:
    for pk in ("job", "other"):
        for number in range(3):
            records.put(row(f"a{number}", pk, gsi_pk=pk, gsi_sk="1"), 0)
    cursor = records.query("other", limit=1).cursor
    index_cursor = records.query("job", index=True, limit=1).cursor
    with pytest.raises(BadRequest):
        records.query("job", cursor=cursor)
    with pytest.raises(BadRequest):
        records.query("job", cursor=index_cursor)
    with pytest.raises(BadRequest):
        records.query("other", "b", cursor=cursor)


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_of_no_size_is_refused(records: Records, limit: int) -> None:
    with pytest.raises(BadRequest):
        records.query("job", limit=limit)


@given(
    cursor=st.text()
    | st.binary().map(lambda some: some.hex())
    | st.sampled_from(["W10", "bnVsbA", "WzFd", "IiI"])
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_garbage_is_no_cursor(records: Records, cursor: str) -> None:
    with pytest.raises(BadRequest):
        records.query("job", cursor=cursor)


# --- counters -----------------------------------------------------------------------------------


def test_a_counter_starts_at_zero_and_keeps_the_rest_of_its_row(records: Records) -> None:
    assert records.add("quota", "jan", "uploads", 2) == 2
    assert records.get("quota", "jan") == row("jan", "quota", uploads=2, rev=1)
    records.put(row("jan", "quota", uploads=2, plan="free"), 1)
    assert records.add("quota", "jan", "uploads", -1) == 1
    assert records.add("quota", "jan", "other field", 1) == 1
    assert records.get("quota", "jan") == {
        **row("jan", "quota", uploads=1, plan="free", rev=4),
        "other field": 1,
    }


def test_a_counter_reaches_its_ceiling_and_never_passes(records: Records) -> None:
    assert records.add("quota", "jan", "uploads", 9, ceiling=10) == 9
    with pytest.raises(TooMuch):
        records.add("quota", "jan", "uploads", 2, ceiling=10)
    assert records.add("quota", "jan", "uploads", 1, ceiling=10) == 10
    assert records.get("quota", "jan") == row("jan", "quota", uploads=10, rev=2)


def test_too_large_a_first_amount_leaves_no_row(records: Records) -> None:
    with pytest.raises(TooMuch):
        records.add("quota", "jan", "uploads", 11, ceiling=10)
    assert records.get("quota", "jan") is None


@pytest.mark.parametrize("field", ["", "pk", "sk", "rev", "ttl", "gsi_pk"])
def test_the_tables_own_fields_are_no_counters(records: Records, field: str) -> None:
    with pytest.raises(ValueError, match="counter"):
        records.add("quota", "jan", field, 1)


def test_a_counter_may_go_by_itself(records: Records) -> None:
    assert records.add("rate", "minute", "requests", 1, ceiling=2, ttl=1_900_000_000) == 1
    assert records.add("rate", "minute", "requests", 1, ceiling=2, ttl=1_900_000_060) == 2
    row = records.get("rate", "minute")
    assert row is not None
    assert row["ttl"] == 1_900_000_060
    assert records.add("quota", "march", "uploads", 1) == 1
    assert "ttl" not in (records.get("quota", "march") or {})


def test_adding_to_text_is_refused(records: Records) -> None:
    records.put(row(a="text"), 0)
    with pytest.raises(ValueError, match="whole number"):
        records.add("job", "1", "a", 1)


# --- transactions -------------------------------------------------------------------------------


def test_a_transaction_writes_everything(records: Records) -> None:
    records.put(row("old"), 0)
    records.put(row("changed", a=1), 0)
    records.transact(
        [Put(row("new"), 0), Put(row("changed", a=2), 1), Delete("job", "old", 1), Put(row("any"), None)]
    )
    assert sort_keys(records, "job") == ["any", "changed", "new"]
    assert records.get("job", "changed") == row("changed", a=2, rev=2)


@pytest.mark.parametrize(
    "failing",
    [Put(row("taken"), 0), Put(row("taken"), 2), Put(row("missing"), 1), Delete("job", "taken", 5)],
    ids=repr,
)
def test_a_transaction_that_fails_anywhere_writes_nothing(records: Records, failing: Put | Delete) -> None:
    records.put(row("taken"), 0)
    with pytest.raises(Conflict):
        records.transact([Put(row("first"), 0), failing, Put(row("last"), None)])
    assert sort_keys(records, "job") == ["taken"]


def test_a_transaction_takes_a_hundred_rows_each_once(records: Records) -> None:
    records.transact([])
    records.transact([Put(row(f"{number:03}"), 0) for number in range(100)])
    assert len(records.query("job", limit=200).rows) == 100
    with pytest.raises(ValueError, match="100"):
        records.transact([Put(row(f"{number:03}"), None) for number in range(101)])
    with pytest.raises(ValueError, match="once"):
        records.transact([Put(row("x"), 0), Delete("job", "x")])


# --- many at once -------------------------------------------------------------------------------


def at_once(tasks: int, task: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(task, range(tasks)))


def test_of_many_who_write_at_one_rev_one_wins(records: Records) -> None:
    records.put(row(), 0)

    def try_to_win(number: int) -> int:
        try:
            return int(records.put(row(winner=number), 1)["rev"])
        except Conflict:
            return 0

    assert sorted(at_once(16, try_to_win)) == [0] * 15 + [2]


def test_no_update_is_lost_when_all_reread_and_retry(records: Records) -> None:
    records.put(row(entries=[]), 0)

    def append(number: int) -> None:
        while True:
            current = records.get("job", "1")
            assert current is not None
            try:
                records.put({**current, "entries": [*current["entries"], number]}, current["rev"])
            except Conflict:
                continue
            return

    at_once(24, append)
    final = records.get("job", "1")
    assert final is not None
    assert (sorted(final["entries"]), final["rev"]) == (list(range(24)), 25)


def test_a_ceiling_holds_against_many(records: Records) -> None:
    def take(_: int) -> int:
        try:
            return records.add("pool", "gpu", "used", 1, ceiling=10)
        except TooMuch:
            return 0

    assert sorted(at_once(30, take)) == [0] * 20 + list(range(1, 11))


def test_money_moved_by_many_is_neither_made_nor_lost(records: Records) -> None:
    for name in "abc":
        records.put(row(name, "purse", coins=20), 0)

    def move(number: int) -> None:
        giver, taker = ("abc"[number % 3], "abc"[(number + 1) % 3])
        while True:
            source, target = records.get("purse", giver), records.get("purse", taker)
            assert source is not None
            assert target is not None
            moved = [
                Put({**source, "coins": source["coins"] - 1}, source["rev"]),
                Put({**target, "coins": target["coins"] + 1}, target["rev"]),
            ]
            try:
                records.transact(moved)
            except Conflict:
                continue
            return

    at_once(20, move)
    assert sum(found["coins"] for found in records.query("purse").rows) == 60
    assert sum(found["rev"] for found in records.query("purse").rows) == 3 + 2 * 20
