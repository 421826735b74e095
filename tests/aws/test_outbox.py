from typing import Any

import pytest

from diorama.aws.outbox import AwsOutbox
from diorama.ports import Mail


@pytest.fixture(scope="module")
def outbox(aws: None) -> AwsOutbox:
    outbox = AwsOutbox("studio@example.com", "")
    outbox._ses.create_email_identity(EmailIdentity="studio@example.com")
    return outbox


def test_a_letter_in_two_forms_has_both(outbox: AwsOutbox) -> None:
    sent: list[dict[str, Any]] = []
    outbox._ses.meta.events.register(
        "before-parameter-build.sesv2.SendEmail", lambda params, **_: sent.append(params)
    )
    outbox.mail(Mail("ada@example.com", "Ready", "plain words", "<p>fine words</p>"))
    body = sent[0]["Content"]["Simple"]["Body"]
    assert {form: body[form]["Data"] for form in body} == {"Text": "plain words", "Html": "<p>fine words</p>"}
