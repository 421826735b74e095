"""Letters through SES, topics of SNS, and WebSockets of an API Gateway."""

from functools import cached_property
from typing import TYPE_CHECKING

from diorama.aws.clients import CONFIG, session
from diorama.aws.errors import always, translated
from diorama.errors import NotFound, Refused
from diorama.plain_json import to_json
from diorama.ports import MESSAGE_LIMIT_BYTES, PUSH_LIMIT_BYTES, JsonObject, Mail

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import BodyTypeDef
    from mypy_boto3_sns import SNSClient

_CLOSED = {"GoneException": always(NotFound, "That page is no longer open.")}
_NOT_MAILED = {"MessageRejected": always(Refused, "The letter was not accepted.", "Check the address.")}


class AwsOutbox:
    """`mail_from` is a verified address; `live_url` the WebSocket API's https:// address with its stage."""

    def __init__(self, mail_from: str, live_url: str) -> None:
        self._mail_from = mail_from
        self._live_url = live_url

    def mail(self, mail: Mail) -> None:
        body: BodyTypeDef = {"Text": {"Data": mail.text, "Charset": "UTF-8"}}
        if mail.html:
            body["Html"] = {"Data": mail.html, "Charset": "UTF-8"}
        with translated(_NOT_MAILED):
            self._ses.send_email(
                FromEmailAddress=self._mail_from,
                Destination={"ToAddresses": [mail.to]},
                Content={"Simple": {"Subject": {"Data": mail.subject, "Charset": "UTF-8"}, "Body": body}},
            )

    def publish(self, topic: str, message: JsonObject) -> None:
        text = to_json(message, MESSAGE_LIMIT_BYTES)
        with translated():
            self._sns.publish(TopicArn=topic, Message=text)

    def push(self, connection_id: str, message: JsonObject) -> None:
        text = to_json(message, PUSH_LIMIT_BYTES)
        with translated(_CLOSED):
            self._live.post_to_connection(ConnectionId=connection_id, Data=text.encode())

    @cached_property
    def _ses(self) -> "SESV2Client":
        return session().client("sesv2", config=CONFIG)

    @cached_property
    def _sns(self) -> "SNSClient":
        return session().client("sns", config=CONFIG)

    @cached_property
    def _live(self) -> "ApiGatewayManagementApiClient":
        return session().client("apigatewaymanagementapi", endpoint_url=self._live_url, config=CONFIG)
