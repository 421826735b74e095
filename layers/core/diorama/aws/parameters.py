"""Settings that a function can only read when it runs, from Parameter Store.

CloudFormation can't tell a function the name of the distribution in front of it: each would wait for the other.
"""

from diorama.aws.clients import CONFIG, session
from diorama.aws.errors import always, translated
from diorama.errors import ConfigurationError
from diorama.settings import Settings

PREFIX = "ssm:"


def with_public_url(settings: Settings) -> Settings:
    """The settings with the address that `ssm:NAME` stands for. Raises `ConfigurationError`."""
    if not settings.public_url.startswith(PREFIX):
        return settings
    name = settings.public_url.removeprefix(PREFIX)
    missing = always(ConfigurationError, f"There is no parameter {name}.", "Deploy the stack's distribution.")
    with translated({"ParameterNotFound": missing}):
        found = session().client("ssm", config=CONFIG).get_parameter(Name=name)
    return settings.model_copy(update={"public_url": found["Parameter"]["Value"]})
