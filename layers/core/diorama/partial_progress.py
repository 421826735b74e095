"""The progress of a part, told as progress of the whole stage."""

from diorama.stage import Progress


def between(progress: Progress, begin: float, end: float) -> Progress:
    """A progress whose 0 to 100 percent are the stage's `begin` to `end` percent."""

    def report(percent: float, message: str, **metrics: float | int | str) -> None:
        progress(begin + (end - begin) * percent / 100, message, **metrics)

    return report
