"""A server that answers what a test tells it to, over real HTTP."""
from __future__ import annotations

import http.server
import json
import re
import threading
import urllib.parse
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple


class Request(NamedTuple):
    method: str
    path: str
    query: Dict[str, str]
    headers: Dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


Answer = Tuple[int, Any, Dict[str, str]]


class ScriptedServer:
    """Answers what `on` was told to; every request is kept in `requests`. What nothing matches is 404."""

    def __init__(self) -> None:
        self.requests: List[Request] = []
        self._routes: List[Tuple[str, "re.Pattern[str]", Callable[..., Any]]] = []
        self._server: Optional[http.server.ThreadingHTTPServer] = None
        self.port = 0
        self.start()

    def start(self) -> None:
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                outer._serve(self)

            do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = do_HEAD = _serve

            def log_message(self, *args: Any) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128  # Of clients that come all at once.

        self._server = Server(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def on(self, method: str, pattern: str, answer: Any) -> None:
        """`answer`: a JSON value, bytes, a status number, (status, value, headers), or a function of the request that
        gives one of these. The newest match wins; the pattern is a regular expression of the whole path."""
        self._routes.insert(0, (method, re.compile(pattern), answer if callable(answer) else lambda request: answer))

    def asked(self, method: str, pattern: str = ".*") -> List[Request]:
        return [each for each in self.requests if each.method == method and re.fullmatch(pattern, each.path)]

    def _serve(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        parts = urllib.parse.urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        request = Request(handler.command, urllib.parse.unquote(parts.path),
                          dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True)),
                          {name.lower(): value for name, value in handler.headers.items()}, body)
        self.requests.append(request)
        status, content, headers = self._answer(request)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(data)

    def _answer(self, request: Request) -> Answer:
        for method, pattern, answer in self._routes:
            if method == request.method and pattern.fullmatch(request.path):
                given = answer(request)
                if isinstance(given, tuple):
                    return given
                return (given, {}, {}) if isinstance(given, int) else (200, given, {})
        return 404, {"error": {"code": "NotFound", "message": f"{request.path} is not here"}}, {}
