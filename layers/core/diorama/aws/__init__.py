"""The six ports in AWS. Clients are made when they are first used."""

from diorama.aws.accounts import CognitoAccounts
from diorama.aws.compute import SageMaker
from diorama.aws.outbox import AwsOutbox
from diorama.aws.parameters import with_public_url
from diorama.aws.records import DynamoRecords
from diorama.aws.store import S3Store
from diorama.aws.workflows import StepFunctions
from diorama.platform import Platform
from diorama.settings import Settings


def connect(settings: Settings) -> Platform:
    """Wires the adapters to what the settings name."""
    settings = with_public_url(settings)
    return Platform(
        settings=settings,
        store=S3Store(),
        jobs=DynamoRecords(settings.jobs_table),
        records=DynamoRecords(settings.records_table),
        workflows=StepFunctions(),
        compute=SageMaker(),
        accounts=CognitoAccounts(settings.user_pool, settings.user_pool_client),
        outbox=AwsOutbox(settings.mail_from, settings.live_url),
    )
