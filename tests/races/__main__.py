"""Runs as many races as wanted: python -m tests.races --cases 10000 [--first SEED]."""

import argparse
import sys
import time
from collections import Counter

from tests.races.race import raced, told
from tests.races.scenario import Scenario


def main() -> int:
    """1 where one of them went wrong."""
    parser = argparse.ArgumentParser(prog="tests.races", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the seed of the first")
    asked = parser.parse_args()
    began, wrong, faults, jobs = time.process_time(), 0, 0, 0
    ends: Counter[str] = Counter()
    for seed in range(asked.first, asked.first + asked.cases):
        scenario = Scenario.of(seed)
        faults, jobs = faults + len(scenario.faults), jobs + len(scenario.videos)
        outcome = raced(scenario)
        ends += outcome.ends
        if outcome.wrong:
            wrong += 1
            print(told(scenario), flush=True)
    spent = time.process_time() - began
    print(
        f"{asked.cases} orders, {jobs} jobs, {faults} faults: {wrong} went wrong; {spent:.0f} processor seconds"
    )
    print("attempts ended:", ", ".join(f"{how} {count}" for how, count in ends.most_common()))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
