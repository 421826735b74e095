"""Answers that lead to a file of the store."""

from aws_lambda_powertools.event_handler import Response

from diorama.studio.views import LINK_LASTS_S


def leading_to(url: str) -> Response[str]:
    """Sends a browser of any page on to a link of a few minutes, which it may remember for almost as long."""
    headers = {
        "Location": url,
        "Cache-Control": f"private, max-age={LINK_LASTS_S - 60}",
        "Access-Control-Allow-Origin": "*",
    }
    return Response(302, "text/plain", "", headers)
