from tests.cloud import aws

__all__ = ["aws"]
