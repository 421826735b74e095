"""Requests to addresses that other people name, without becoming their way into our own network.

The name is resolved once, every address of it is judged, and the connection goes to the judged address: a name that
changes its mind in between changes nothing. No redirects, little time, and the answer's body is not read.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from diorama.errors import Refused

TIMEOUT_S = 5.0
USER_AGENT = "Diorama-Webhooks/1"

Resolve = Callable[[str, int], list[str]]


def addresses_of(host: str, port: int) -> list[str]:
    """Where a name leads. Raises `OSError`."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    anywhere: bool = False,
    resolve: Resolve = addresses_of,
) -> int:
    """POSTs and gives the answer's status. `anywhere`: private addresses and plain HTTP too, on one's own machine.

    Raises `Refused` for an address that is not sent to, and `OSError` where nobody answers.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme != "https" and not anywhere:
        raise Refused("Only https is sent to.", "Give the webhook an https address.", "bad_url")
    address = _judged(host, resolve(host, port), anywhere=anywhere)
    connection = _connection(parts.scheme, host, port, address)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        connection.request("POST", target, body, {"Host": parts.netloc, "User-Agent": USER_AGENT, **headers})
        return connection.getresponse().status
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP: {type(error).__name__}") from error
    finally:
        connection.close()


def _judged(host: str, addresses: list[str], *, anywhere: bool) -> str:
    """One of the addresses, if all of them are the world's: one that is not shows what the name is for."""
    if not addresses:
        raise OSError("the name leads nowhere")
    if not anywhere and not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise Refused(
            f"{host} leads into a private network.", "Only public addresses are sent to.", "private_address"
        )
    return addresses[0]


def _connection(scheme: str, host: str, port: int, address: str) -> http.client.HTTPConnection:
    """To that address, as that host: its certificate is checked by the name."""
    if scheme == "http":
        return http.client.HTTPConnection(address, port, timeout=TIMEOUT_S)
    return _Pinned(host, port, address)


class _Pinned(http.client.HTTPSConnection):
    """HTTPS whose peer is chosen before, whatever the name leads to by now."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(host, port, timeout=TIMEOUT_S, context=self._tls)
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), TIMEOUT_S)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
