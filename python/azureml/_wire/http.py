"""One HTTP client: pooled connections, retries, errors of the server as exceptions."""
from __future__ import annotations

import threading
from typing import IO, TYPE_CHECKING, Any, Dict, Mapping, Optional, Tuple, Type, Union
from urllib.parse import quote, urlencode, urlsplit

from .retry import Patience, answered

if TYPE_CHECKING:
    import http.client

Body = Union[bytes, IO[bytes], None]
CONNECT_TIMEOUT_S = 120.0


class Response:
    """A reply, read to its end. Header names are lower case."""

    def __init__(self, status: int, headers: Dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def json(self) -> Any:
        """The body as JSON (bare NaN and Infinity included); None if it is empty."""
        import json

        return json.loads(self.body) if self.body.strip() else None


class HttpClient:
    """Sends requests with one token. Any thread may use it; each has its own connections."""

    def __init__(self, token: Optional[str] = None, token_source: str = "", via_agent: bool = False) -> None:
        self.token = token
        self.token_source = token_source
        self._via_agent = via_agent
        self._local = threading.local()

    def send(self, method: str, url: str, *, query: Optional[Mapping[str, Any]] = None, json: Any = None,
             body: Body = None, headers: Optional[Mapping[str, str]] = None, authorize: bool = True) -> Response:
        """The reply, whatever its status. Unreachable servers and passing troubles are tried again first (retry.py).

        A file as `body` is sent from its start. Raises ServiceException when the server cannot be reached in time.
        """
        parts = urlsplit(url)
        target = (parts.path or "/") + _query_text(parts.query, query)
        sent = dict(headers or {})
        if json is not None:
            body = _json_bytes(json)
            sent.setdefault("Content-Type", "application/json")
        if authorize and self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        base_url = f"{parts.scheme}://{parts.netloc}"
        patience = Patience(base_url, self._via_agent)
        while True:
            try:
                response = self._send_once(method, parts.scheme, parts.netloc, target, body, sent)
            except _passing_errors() as problem:
                if patience.wait_after_failure(problem):
                    continue
                raise _unreachable(base_url, problem) from problem
            if not patience.wait_after_status(response.status, response.headers.get("retry-after")):
                answered(base_url)
                return response

    def request(self, method: str, url: str, **kwargs: Any) -> Response:
        """Like send, but a reply of status 400 and above raises (errors.py)."""
        response = self.send(method, url, **kwargs)
        if response.status >= 400:
            from .errors import error_of

            raise error_of(response, method, url, self.token_source, bool(self.token))
        return response

    def _send_once(self, method: str, scheme: str, netloc: str, target: str, body: Body,
                   headers: Dict[str, str]) -> Response:
        """A kept connection that the server has closed meanwhile is replaced by a new one, once."""
        pool: Dict[Tuple[str, str], http.client.HTTPConnection] = self._local.__dict__.setdefault("pool", {})
        key = (scheme, netloc)
        kept = pool.pop(key, None)
        if kept is not None:
            try:
                return self._exchange(pool, key, kept, method, target, body, headers)
            except (ConnectionError, _http_error()):
                kept.close()
        return self._exchange(pool, key, _connect(scheme, netloc), method, target, body, headers)

    @staticmethod
    def _exchange(pool: Dict[Tuple[str, str], "http.client.HTTPConnection"], key: Tuple[str, str],
                  connection: "http.client.HTTPConnection", method: str, target: str, body: Body,
                  headers: Dict[str, str]) -> Response:
        try:
            connection.request(method, target, body=_from_start(body), headers=_with_length(headers, method, body))
            reply = connection.getresponse()
            content = reply.read()
        except BaseException:
            connection.close()
            raise
        if reply.will_close:
            connection.close()
        else:
            pool[key] = connection
        return Response(reply.status, {k.lower(): v for k, v in reply.getheaders()}, content)


def path_segment(text: str) -> str:
    """`text` as one segment of a URL path."""
    return quote(text, safe="")


def path_of(text: str) -> str:
    """`text` as the rest of a URL path: its slashes stay."""
    return quote(text, safe="/")


def _query_text(existing: str, query: Optional[Mapping[str, Any]]) -> str:
    given = {key: value for key, value in (query or {}).items() if value is not None}
    text = "&".join(part for part in (existing, urlencode(given, quote_via=quote)) if part)
    return f"?{text}" if text else ""


def _json_bytes(value: Any) -> bytes:
    import json

    return json.dumps(value).encode("utf-8")


def _from_start(body: Body) -> Body:
    if body is not None and not isinstance(body, bytes):
        body.seek(0)
    return body


def _with_length(headers: Dict[str, str], method: str, body: Body) -> Dict[str, str]:
    if body is None or isinstance(body, bytes):
        size = len(body or b"")
    else:
        body.seek(0, 2)
        size = body.tell()
        body.seek(0)
    if size == 0 and method in ("GET", "HEAD", "DELETE"):
        return headers
    return {**headers, "Content-Length": str(size)}


def _connect(scheme: str, netloc: str) -> "http.client.HTTPConnection":
    import http.client
    import socket

    if scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(netloc, timeout=CONNECT_TIMEOUT_S)
    else:
        connection = http.client.HTTPConnection(netloc, timeout=CONNECT_TIMEOUT_S)
    connection.connect()
    if connection.sock is not None:
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _http_error() -> Type[Exception]:
    import http.client

    return http.client.HTTPException


def _passing_errors() -> Tuple[Type[BaseException], ...]:
    """Refused, reset, cut off and timed out pass; a name that does not resolve and a bad certificate do not."""
    import socket

    return (ConnectionError, TimeoutError, socket.timeout, _http_error())


def _unreachable(base_url: str, problem: BaseException) -> Exception:
    from ..exceptions import ServiceException

    return ServiceException(f"Homeport at {base_url} cannot be reached: {problem}. `homeport status` says whether it runs.",
                            inner_exception=problem)
