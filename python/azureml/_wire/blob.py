"""Blob storage: one container opened with a key or a SAS, or one blob opened by its URL."""
from __future__ import annotations

import re
from typing import IO, Any, Dict, Iterator, List, NamedTuple, Optional
from urllib.parse import quote, urlencode

from .http import HttpClient, Response, path_of

API_VERSION = "2019-12-12"
BLOCK_BYTES = 4 << 20
PARALLEL_BLOCKS = 4
_ADDRESS = re.compile(r"^(localhost|\d+\.\d+\.\d+\.\d+|\[.*\])$")


class BlobItem(NamedTuple):
    """One blob of a listing."""

    name: str
    size: int


def container_url(protocol: str, endpoint: str, account: str, container: str) -> str:
    """Path style for a server's own address (it has a port, or is an IP or localhost), else a host per account."""
    if ":" in endpoint or _ADDRESS.match(endpoint):
        return f"{protocol}://{endpoint}/{account}/{container}"
    return f"{protocol}://{account}.blob.{endpoint}/{container}"


class Container:
    """A container and the way in. Any thread may use it."""

    def __init__(self, url: str, account: str, account_key: Optional[str] = None,
                 sas_token: Optional[str] = None, http: Optional[HttpClient] = None) -> None:
        self._url = url
        self._account = account
        self._key = account_key
        self._sas = (sas_token or "").lstrip("?")
        self._http = http or HttpClient(token_source="the datastore's credential")

    def size_of(self, name: str) -> Optional[int]:
        """The blob's length; None if there is no such blob."""
        reply = self._send("HEAD", name)
        if reply.status == 404:
            return None
        _check(reply, f"HEAD {name}")
        return int(reply.headers.get("content-length", "0"))

    def put(self, name: str, file: IO[bytes], size: int) -> None:
        """Stores the file's content: in one request when it is small, else in blocks, several at once, that become the
        blob at the end."""
        if size <= BLOCK_BYTES:
            self._checked("PUT", name, body=file.read(), headers={"x-ms-blob-type": "BlockBlob"})
            return
        ids = self._put_blocks(name, file)
        latest = "".join(f"<Latest>{block_id}</Latest>" for block_id in ids)
        text = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{latest}</BlockList>'
        self._checked("PUT", name, {"comp": "blocklist"}, text.encode("ascii"))

    def _put_blocks(self, name: str, file: IO[bytes]) -> List[str]:
        """The ids of the blocks in order. At most 4 are in memory: reading waits for the oldest to be stored."""
        from concurrent.futures import Future, ThreadPoolExecutor

        ids: List[str] = []
        waiting: List["Future[Response]"] = []
        with ThreadPoolExecutor(max_workers=PARALLEL_BLOCKS) as pool:
            while True:
                block = file.read(BLOCK_BYTES)
                if not block:
                    break
                ids.append(_block_id(len(ids)))
                query = {"comp": "block", "blockid": ids[-1]}
                waiting.append(pool.submit(self._checked, "PUT", name, query, block))
                if len(waiting) >= PARALLEL_BLOCKS:
                    waiting.pop(0).result()
            for future in waiting:
                future.result()
        return ids

    def get(self, name: str, into: IO[bytes], size: int) -> None:
        """Writes the blob's content, asked for in ranges."""
        start = 0
        while start < size:
            last = min(start + BLOCK_BYTES, size) - 1
            body = self._checked("GET", name, headers={"x-ms-range": f"bytes={start}-{last}"}).body
            if not body:
                break
            into.write(body)
            start += len(body)

    def list(self, prefix: str = "") -> Iterator[BlobItem]:
        """The blobs whose names start with `prefix`, in name order."""
        from xml.etree import ElementTree

        marker = ""
        while True:
            query = {"restype": "container", "comp": "list", "prefix": prefix, "marker": marker}
            reply = self._checked("GET", "", {key: value for key, value in query.items() if value})
            root = ElementTree.fromstring(reply.body.decode("utf-8-sig"))
            for blob in root.iter("Blob"):
                yield BlobItem(blob.findtext("Name") or "", int(blob.findtext("Properties/Content-Length") or 0))
            marker = root.findtext("NextMarker") or ""
            if not marker:
                return

    def _checked(self, method: str, name: str, query: Optional[Dict[str, str]] = None, body: Any = None,
                 headers: Optional[Dict[str, str]] = None) -> Response:
        reply = self._send(method, name, query, body, headers)
        _check(reply, f"{method} {self._url}/{name}")
        return reply

    def _send(self, method: str, name: str, query: Optional[Dict[str, str]] = None, body: Optional[bytes] = None,
              headers: Optional[Dict[str, str]] = None) -> Response:
        url = self._url + (f"/{path_of(name)}" if name else "")
        text = "&".join(part for part in (urlencode(query or {}, quote_via=quote), self._sas) if part)
        url += f"?{text}" if text else ""
        sent = {"x-ms-version": API_VERSION, "x-ms-date": _http_date(), **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/octet-stream"
            sent["Content-Length"] = str(len(body))
        if self._key and not self._sas:
            from .shared_key import authorization

            sent["Authorization"] = authorization(self._account, self._key, method, url, sent)
        return self._http.send(method, url, body=body, headers=sent, authorize=False)


class SignedUrl:
    """One blob, by a URL that carries its own permission."""

    def __init__(self, http: HttpClient, url: str) -> None:
        self._http = http
        self._url = url

    def put(self, file: IO[bytes], size: int) -> None:
        base, _, sas = self._url.partition("?")
        folder, _, name = base.rpartition("/")
        from urllib.parse import unquote

        Container(folder, "", sas_token=sas or "sv=none", http=self._http).put(unquote(name), file, size)

    def read_from(self, offset: int) -> bytes:
        """Some bytes from `offset` on: empty at the end of the blob, and while there is no blob."""
        headers = {"Range": f"bytes={offset}-{offset + BLOCK_BYTES - 1}"}
        reply = self._http.send("GET", self._url, headers=headers, authorize=False)
        if reply.status in (404, 416):
            return b""
        _check(reply, f"GET {self._url.partition('?')[0]}")
        return reply.body if reply.status == 206 else reply.body[offset:]

    def tail(self, count: int) -> bytes:
        """The last `count` bytes; fewer when there are no more, none while there is no blob."""
        reply = self._http.send("GET", self._url, headers={"Range": "bytes=0-0"}, authorize=False)
        total = reply.headers.get("content-range", "").rpartition("/")[2]
        if reply.status != 206 or not total.isdigit():
            return b"" if reply.status >= 400 else reply.body[-count:]
        return self.read_from(max(int(total) - count, 0))

    def download(self, into: IO[bytes]) -> None:
        """Writes the whole blob, asked for in ranges; a blob that is not there raises ServiceException."""
        offset = 0
        while True:
            headers = {"Range": f"bytes={offset}-{offset + BLOCK_BYTES - 1}"}
            reply = self._http.send("GET", self._url, headers=headers, authorize=False)
            if reply.status == 416:
                return
            _check(reply, f"GET {self._url.partition('?')[0]}")
            into.write(reply.body)
            offset += len(reply.body)
            total = reply.headers.get("content-range", "").rpartition("/")[2]
            if reply.status != 206 or not reply.body or total.isdigit() and offset >= int(total):
                return


def _check(reply: Response, what: str) -> None:
    if reply.status < 400:
        return
    from ..exceptions import AuthenticationException, ServiceException

    code = reply.headers.get("x-ms-error-code", "")
    found = re.search(rb"<Message>(.*?)</Message>", reply.body, re.DOTALL)
    text = found.group(1).decode("utf-8", "replace").strip() if found else code or "no reason given"
    if reply.status in (401, 403):
        raise AuthenticationException(f"Storage refused the key or signature: {text} ({reply.status} of {what})")
    raise ServiceException(f"Storage: {text} ({reply.status} of {what})", reply.status, code)


def _block_id(index: int) -> str:
    import base64

    return base64.b64encode(f"{index:08d}".encode("ascii")).decode("ascii")


def _http_date() -> str:
    from email.utils import formatdate

    return formatdate(usegmt=True)
