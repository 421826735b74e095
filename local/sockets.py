"""Plays API Gateway's WebSocket API: opening, messages and closing become events for functions.

A page is let in when the function of `$connect` says 200. What is pushed to it waits in the outbox until sent.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from anyio import CancelScope
from starlette.concurrency import run_in_threadpool
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from diorama.errors import DioramaError
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
    postman = _Postman(outbox)

    async def serve(socket: WebSocket) -> None:
        await _Connection(sockets, invoke, postman, socket).serve()

    return WebSocketRoute(sockets.path, serve)


class _Postman:
    """Brings what is pushed to the pages that are open: one look for all of them, however many they are."""

    def __init__(self, outbox: LocalOutbox) -> None:
        self._outbox = outbox
        self._boxes: dict[str, asyncio.Queue[str]] = {}
        self._round: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def box(self, connection_id: str) -> AsyncIterator[asyncio.Queue[str]]:
        """Where a page's messages arrive while it is open."""
        box = self._boxes[connection_id] = asyncio.Queue()
        await run_in_threadpool(self._outbox.open_connection, connection_id)
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._go_round())
        try:
            yield box
        finally:
            del self._boxes[connection_id]
            with CancelScope(shield=True):  # also when the studio ends
                await run_in_threadpool(self._outbox.close_connection, connection_id)

    async def _go_round(self) -> None:
        while self._boxes:
            try:
                for push in await run_in_threadpool(self._outbox.take_pushes):
                    if push.connection_id in self._boxes:
                        self._boxes[push.connection_id].put_nowait(push.text)
            except DioramaError:
                _log.exception("pushes can't be taken; trying again")
            await asyncio.sleep(POLL_S)


@dataclass
class _Connection:
    sockets: Sockets
    invoke: Callable[[str, Json], Json]
    postman: _Postman
    socket: WebSocket
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def serve(self) -> None:
        answer = await self._call("$connect", "CONNECT", queryStringParameters=dict(self.socket.query_params))
        if not isinstance(answer, dict) or answer.get("statusCode") != 200:
            await self.socket.close()  # before it is accepted: the page gets 403
            return
        try:
            async with self.postman.box(self.id) as box:
                await self.socket.accept()
                await self._both_ways(box)
        finally:
            with CancelScope(shield=True):
                await self._call("$disconnect", "DISCONNECT")

    async def _both_ways(self, box: asyncio.Queue[str]) -> None:
        """Until the page goes, or can't be reached any more."""
        ways = [asyncio.ensure_future(self._listen()), asyncio.ensure_future(self._speak(box))]
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

    async def _speak(self, box: asyncio.Queue[str]) -> None:
        while True:
            await self.socket.send_text(await box.get())

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
