from typing import Any

import pytest

from local.patterns import matches

EVENT = {
    "source": "aws.states",
    "detail": {"status": "FAILED", "name": "job-1", "codes": [1, 2], "late": None},
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["aws.states"]}, True),
        ({"source": ["aws.sagemaker", "aws.states"]}, True),
        ({"source": ["aws.sagemaker"]}, False),
        ({"missing": ["x"]}, False),
        ({"detail": {"status": ["FAILED"], "name": [{"prefix": "job-"}]}}, True),
        ({"detail": {"status": ["FAILED"], "name": [{"prefix": "tour-"}]}}, False),
        ({"detail": {"codes": [2]}}, True),
        ({"detail": {"codes": [3]}}, False),
        ({"detail": {"codes": ["2"]}}, False),
        ({"detail": {"late": [None]}}, True),
        ({"detail": {"error": [{"exists": False}]}}, True),
        ({"detail": {"status": [{"exists": False}]}}, False),
        ({"detail": {"status": [{"exists": True}]}}, True),
        ({"detail": {"status": [{"anything-but": ["SUCCEEDED"]}]}}, True),
        ({"detail": {"status": [{"anything-but": "FAILED"}]}}, False),
        ({"detail": {"error": [{"anything-but": "FAILED"}]}}, False),
        ({"source": {"deeper": ["x"]}}, False),
    ],
)
def test_a_pattern_matches_as_in_eventbridge(pattern: dict[str, Any], expected: bool) -> None:
    assert matches(pattern, EVENT) is expected
