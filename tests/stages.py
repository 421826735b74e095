"""What stands in for the worker where a test runs a stage itself."""


class Told:
    """Remembers what a stage says of its progress."""

    def __init__(self) -> None:
        self.steps: list[tuple[float, str]] = []

    def __call__(self, percent: float, message: str, **metrics: float | int | str) -> None:
        self.steps.append((percent, message))
