"""How we talk to AWS: where, how patiently, and how often again."""

import os
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from boto3.session import Session

CONFIG = Config(
    retries={"mode": "adaptive", "max_attempts": 6},
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=32,
    signature_version="v4",
    tcp_keepalive=True,
)


def session() -> "Session":
    """A session of one's own (boto3's shared one is not safe between threads), in the region we run in.

    Lambda and SageMaker name it in AWS_REGION, which boto3 does not read by itself.
    """
    return boto3.session.Session(region_name=os.environ.get("AWS_REGION"))
