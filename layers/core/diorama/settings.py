"""The environment, as one model. Read on first use, by `diorama.platform` and nobody else."""

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_origin

from pydantic import Field, TypeAdapter, ValidationError

from diorama.errors import ConfigurationError
from diorama.stage import Contract, Stage

PREFIX = "DIORAMA_"


class Settings(Contract):
    """What a process is told by its environment: `DIORAMA_<NAME>`; dictionaries and lists as JSON."""

    platform: str = Field("diorama.aws", description="Module whose `connect(settings)` gives the ports")
    bucket: str = Field("", description="Name of the media bucket")
    jobs_table: str = ""
    records_table: str = ""
    events_topic: str = Field("", description="Topic of the stage events")
    machines: dict[str, str] = Field({}, description="Product -> its state machine")
    pools: dict[str, Annotated[int, Field(ge=1)]] = Field(
        {"cpu": 8, "gpu": 4}, description="Hardware -> how much work runs at once"
    )
    images: str = Field("", description="Registry and prefix of the container images")
    weights: str = Field(
        "",
        description="The owner's weights: for a worker their folder, for who plans its work what tells them apart",
    )
    worker_role: str = Field("", description="Role of training jobs")
    endpoints: dict[str, str] = Field({}, description="Container -> async endpoint")
    kms_key: str = ""
    user_pool: str = ""
    user_pool_client: str = ""
    token_issuer: str = Field("", description="`iss` of good access tokens")
    mail_from: str = ""
    admin_mail: str = Field("", description="Who is told, with the trace, when something breaks on our side")
    live_url: str = Field("", description="Where pushes to WebSockets are posted")
    public_url: str = Field(
        "http://127.0.0.1:8787", description="Where people reach the studio; ssm:NAME is looked up"
    )
    cors_origins: tuple[str, ...] = Field(
        (), description="Origins beside our own whose pages may ask the API"
    )
    requests_per_minute: int = Field(100, ge=1, description="How much one person may ask for")
    webhooks_to_anywhere: bool = Field(False, description="Plain HTTP and private addresses too: local mode")
    newcomers_plan: Literal["free", "pro", "enterprise"] = Field("free", description="Of who signs up")
    upload_limit_bytes: int = Field(10 * 1000**3, ge=1)
    stage_defaults: dict[str, dict[str, Any]] = Field({}, description="Stage -> parameters that differ here")
    publish_floor_db: float = Field(15.0, description="PSNR on photos held back that a published tour has")
    poll_s: int = Field(15, ge=1, description="How often waiting work asks for room again, seconds")
    spot: bool = Field(True, description="Use managed spot capacity for training jobs")
    instances: dict[str, str] = Field(
        {"cpu": "ml.c5.4xlarge", "gpu": "ml.g5.2xlarge"}, description="Hardware -> instance type"
    )
    container_instances: dict[str, str] = Field(
        {}, description="Container -> instance type, where its stages want another than their hardware's"
    )
    region: str = Field(
        "us-east-1", description="Whose prices count; `local`: one's own machine, for nothing"
    )
    state_folder: str = Field("", description="Local mode: where everything is kept")

    def instance_of(self, stage: Stage) -> str:
        """The type of the machine that a stage runs on."""
        return self.container_instances.get(stage.container) or self.instances[stage.hardware]

    def endpoint_of(self, stage: Stage) -> str | None:
        """The endpoint that a stage runs behind; None: it runs as a training job."""
        return self.endpoints.get(stage.container) if stage.service == "endpoint" else None

    def is_spot(self, stage: Stage) -> bool:
        """Whether a stage is run on managed spot capacity, which only training jobs have."""
        return self.spot and stage.hardware == "gpu" and self.endpoint_of(stage) is None


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in an environment. Raises `ConfigurationError` naming the variable."""
    values = {
        name: environment[PREFIX + name.upper()]
        for name in Settings.model_fields
        if PREFIX + name.upper() in environment
    }
    try:
        return Settings.model_validate({name: _parsed(name, text) for name, text in values.items()})
    except ValidationError as error:
        first = error.errors()[0]
        variable = PREFIX + str(first["loc"][0]).upper()
        raise ConfigurationError(
            f"{variable}: {first['msg']}", "Mend it in template.yaml or in the shell."
        ) from None


def _parsed(name: str, text: str) -> Any:
    kind = get_origin(Settings.model_fields[name].annotation)
    if kind not in (dict, tuple):
        return text
    wanted: Any = dict[str, Any] if kind is dict else list[Any]
    try:
        return TypeAdapter(wanted).validate_json(text)
    except ValidationError:
        raise ConfigurationError(
            f"{PREFIX}{name.upper()} must be a JSON {'object' if kind is dict else 'list'}.",
            "Mend it in template.yaml or in the shell.",
        ) from None
