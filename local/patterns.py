"""Event patterns of EventBridge, as far as our rules use them: values, nesting and three comparisons."""

from typing import Any

from diorama.errors import ConfigurationError

Pattern = dict[str, Any]
_COMPARISONS = {"prefix", "exists", "anything-but"}
_ABSENT = object()


def check_pattern(pattern: Any, place: str) -> None:
    """Raises `ConfigurationError` for anything `matches` would not understand."""
    if not isinstance(pattern, dict) or not pattern:
        raise ConfigurationError(f"{place}: an event pattern is an object with at least one field.")
    for key, wanted in pattern.items():
        if isinstance(wanted, dict):
            check_pattern(wanted, f"{place}.{key}")
        elif not isinstance(wanted, list) or not wanted:
            raise ConfigurationError(f"{place}.{key}: a list of wanted values is needed.")
        else:
            for each in wanted:
                _check_wanted(each, f"{place}.{key}")


def matches(pattern: Pattern, event: Any) -> bool:
    """Whether every field of the pattern is met by the event."""
    return isinstance(event, dict) and all(
        matches(wanted, event.get(key))
        if isinstance(wanted, dict)
        else _one_matches(wanted, event.get(key, _ABSENT))
        for key, wanted in pattern.items()
    )


def _check_wanted(wanted: Any, place: str) -> None:
    if isinstance(wanted, list) or (
        isinstance(wanted, dict) and (len(wanted) != 1 or not set(wanted) <= _COMPARISONS)
    ):
        raise ConfigurationError(f"{place}: local mode does not know the comparison {wanted}.")


def _one_matches(wanted: list[Any], value: Any) -> bool:
    """Of a list, one element is enough, as in EventBridge."""
    values = value if isinstance(value, list) else [value]
    return any(_compares(each, one) for each in wanted for one in values)


def _compares(wanted: Any, value: Any) -> bool:
    if not isinstance(wanted, dict):
        return type(wanted) is type(value) and bool(wanted == value)
    ((comparison, operand),) = wanted.items()
    if comparison == "exists":
        return (value is not _ABSENT) is operand
    if value is _ABSENT:
        return False
    if comparison == "prefix":
        return isinstance(value, str) and value.startswith(operand)
    return value not in (operand if isinstance(operand, list) else [operand])
