"""Plays API Gateway's WebSocket API: opening, messages and closing become events for functions.

A page is let in when the function of `$connect` says 200. What is pushed to it waits in the outbox until sent.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from anyio import CancelScope
from starlette.concurrency import run_in_threadpool
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from diorama.ports import JsonObject
from local.expressions import Json
from local.functions import FunctionError
from local.outbox import LocalOutbox
from local.socket_routes import Sockets

LONGEST_MESSAGE = 128 * 1024
POLL_S = 0.05
_log = logging.getLogger("local.sockets")


def socket_route(
    sockets: Sockets, invoke: Callable[[str, Json], Json], outbox: LocalOutbox
) -> WebSocketRoute:
    """The route at which pages open their WebSockets."""

    async def serve(socket: WebSocket) -> None:
        await _Connection(sockets, invoke, outbox, socket).serve()

    return WebSocketRoute(sockets.path, serve)


@dataclass
class _Connection:
    sockets: Sockets
    invoke: Callable[[str, Json], Json]
    outbox: LocalOutbox
    socket: WebSocket
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def serve(self) -> None:
        answer = await self._call("$connect", "CONNECT", queryStringParameters=dict(self.socket.query_params))
        if not isinstance(answer, dict) or answer.get("statusCode") != 200:
            await self.socket.close()  # before it is accepted: the page gets 403
            return
        await run_in_threadpool(self.outbox.open_connection, self.id)
        try:
            await self.socket.accept()
            await self._both_ways()
        finally:
            with CancelScope(shield=True):  # also when the studio ends
                await run_in_threadpool(self.outbox.close_connection, self.id)
                await self._call("$disconnect", "DISCONNECT")

    async def _both_ways(self) -> None:
        """Until the page goes, or can't be reached any more."""
        ways = [asyncio.ensure_future(self._listen()), asyncio.ensure_future(self._speak())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            with suppress(WebSocketDisconnect, RuntimeError, asyncio.CancelledError):
                await asyncio.gather(*ways)

    async def _listen(self) -> None:
        async for text in self.socket.iter_text():
            if len(text.encode()) > LONGEST_MESSAGE:
                return
            await self._take(text)

    async def _take(self, text: str) -> None:
        key = _action(text)
        route = self.sockets.routes.get(key)
        if route is None or key.startswith("$"):
            refusal = {"message": "Forbidden", "connectionId": self.id, "requestId": uuid.uuid4().hex}
            await self.socket.send_text(json.dumps(refusal))
            return
        answer = await self._call(key, "MESSAGE", body=text)
        if route.is_answered and isinstance(answer, dict) and answer.get("body"):
            await self.socket.send_text(str(answer["body"]))

    async def _speak(self) -> None:
        while True:
            for message in await run_in_threadpool(self.outbox.take_pushes, self.id):
                await self.socket.send_json(message)
            await asyncio.sleep(POLL_S)

    async def _call(self, key: str, event_type: str, **more: Any) -> Json:
        event = {**self._event(key, event_type), **more}
        try:
            return await run_in_threadpool(self.invoke, self.sockets.routes[key].function, event)
        except FunctionError:
            _log.exception("%s of connection %s", key, self.id)
            return None

    def _event(self, key: str, event_type: str) -> JsonObject:
        return {
            "headers": dict(self.socket.headers),
            "requestContext": {
                "routeKey": key,
                "eventType": event_type,
                "connectionId": self.id,
                "requestId": uuid.uuid4().hex,
                "stage": self.sockets.path.strip("/"),
                "apiId": "local",
            },
            "isBase64Encoded": False,
        }


def _action(text: str) -> str:
    """What a message asks for; empty where it does not say."""
    try:
        message = json.loads(text)
    except ValueError:
        return ""
    action = message.get("action") if isinstance(message, dict) else None
    return action if isinstance(action, str) else ""
