"""Stands in for boto3's client where moto can't refuse."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError


class RefusingClient:
    """Every call fails with one error."""

    def __init__(self, code: str, message: str = "") -> None:
        self.code, self.message = code, message

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def refuse(**_: Any) -> Any:
            raise ClientError({"Error": {"Code": self.code, "Message": self.message}}, operation)

        return refuse
