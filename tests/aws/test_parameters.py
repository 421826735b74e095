"""Settings that are looked up when a function starts."""

import boto3
import pytest

from diorama.aws import connect
from diorama.errors import ConfigurationError
from diorama.settings import Settings
from tests.cloud import REGION


@pytest.mark.usefixtures("aws")
def test_the_public_url_is_looked_up_where_only_its_parameter_is_named() -> None:
    name, url = "/diorama/test/public-url", "https://d111.cloudfront.net"
    boto3.client("ssm", region_name=REGION).put_parameter(Name=name, Value=url, Type="String")
    assert connect(Settings(public_url=f"ssm:{name}")).settings.public_url == url
    assert connect(Settings(public_url="https://studio.test")).settings.public_url == "https://studio.test"


@pytest.mark.usefixtures("aws")
def test_a_parameter_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigurationError, match="/diorama/none"):
        connect(Settings(public_url="ssm:/diorama/none"))
