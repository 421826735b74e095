"""Money and time of jobs: what they cost, what they may cost, what they are going to cost, and when they are done."""
