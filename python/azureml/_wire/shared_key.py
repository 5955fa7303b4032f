"""SharedKey: the signature of a Blob request made with an account key."""
from __future__ import annotations

from typing import Dict, List, Mapping
from urllib.parse import parse_qsl, urlsplit

_SIGNED_HEADERS = ("content-encoding", "content-language", "content-length", "content-md5", "content-type", "date",
                   "if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range")


def authorization(account: str, key: str, method: str, url: str, headers: Mapping[str, str]) -> str:
    """The Authorization header's value. `headers` are all that will be sent; `x-ms-date` must be among them."""
    import base64
    import hashlib
    import hmac

    text = string_to_sign(account, method, url, headers)
    digest = hmac.new(base64.b64decode(key), text.encode("utf-8"), hashlib.sha256).digest()
    return f"SharedKey {account}:{base64.b64encode(digest).decode('ascii')}"


def string_to_sign(account: str, method: str, url: str, headers: Mapping[str, str]) -> str:
    """A URL in path style names the account itself, so that it stands twice in the canonical resource."""
    given: Dict[str, str] = {name.lower(): str(value) for name, value in headers.items()}
    lines: List[str] = [method]
    for name in _SIGNED_HEADERS:
        value = given.get(name, "")
        if name == "content-length" and value == "0" or name == "date" and "x-ms-date" in given:
            value = ""
        lines.append(value)
    lines += [f"{name}:{given[name].strip()}" for name in sorted(given) if name.startswith("x-ms-")]
    parts = urlsplit(url)
    lines.append(f"/{account}{parts.path}")
    query: Dict[str, List[str]] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        query.setdefault(name.lower(), []).append(value)
    lines += [f"{name}:{','.join(sorted(query[name]))}" for name in sorted(query)]
    return "\n".join(lines)
