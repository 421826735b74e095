"""The routes of the WebSocket API: $connect, $disconnect and ping."""

import json
from typing import Any

from diorama.errors import NotSignedIn
from diorama.platform import connect
from diorama.studio import live
from journal import journal


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Lambda's entry. A connection that is not let in is told so by its status alone."""
    context = event["requestContext"]
    route, connection_id = context["routeKey"], context["connectionId"]
    if route == "$connect":
        status = _connect(event, connection_id)
        journal().info("live", route=route, connection=connection_id, status=status)
        return {"statusCode": status}
    if route == "$disconnect":
        live.disconnect(connect(), connection_id)
        return {"statusCode": 200}
    return {"statusCode": 200, "body": json.dumps({"type": "pong"})}


def _connect(event: dict[str, Any], connection_id: str) -> int:
    ticket = (event.get("queryStringParameters") or {}).get("ticket") or ""
    try:
        live.connect(connect(), ticket, connection_id)
    except NotSignedIn as error:
        return error.status
    return 200
