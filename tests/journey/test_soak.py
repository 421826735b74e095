"""A few jobs in a studio whose processes are killed again and again; bench.soak runs hundreds."""

from pathlib import Path

import pytest

from bench.soak import soak

pytestmark = pytest.mark.slow
JOBS = 6


def test_no_job_is_lost_or_done_twice_and_nothing_is_left(tmp_path: Path) -> None:
    figures = soak(JOBS, seed=2, minutes=2, folder=tmp_path)
    assert figures.jobs > 0
    assert figures.ended == {"succeeded": figures.jobs}
    assert (figures.lost, figures.twice, figures.without_letter, figures.left) == (0, 0, 0, [])
    assert figures.kills
