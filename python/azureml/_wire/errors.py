"""Replies that say no, as the SDK's exceptions."""
from __future__ import annotations

import contextlib
from typing import Any, Iterator, Tuple, Type

from ..exceptions import AuthenticationException, AzureMLException, ServiceException, UserErrorException
from .endpoint import profiles_path
from .http import Response


def error_of(response: Response, method: str, url: str, token_source: str = "",
             had_token: bool = True) -> AzureMLException:
    """The exception of a reply with status 400 or above; both the ARM and the data plane's envelopes are understood."""
    code, message = error_text(response)
    place = url.partition("?")[0]
    if response.status == 401 and not had_token:
        return AuthenticationException(
            f"There is no token for {_server(url)}: neither HOMEPORT_TOKEN nor {profiles_path()} has one. "
            "`homeport up` writes it there. (401)")
    if response.status == 401:
        return AuthenticationException(
            f"{message or 'The token was refused.'} (401 of {_server(url)}; token from {token_source or 'nowhere'})")
    if response.status == 403:
        return AuthenticationException(f"{message or f'{method} {place} is not allowed.'} (403)")
    if response.status == 501 or code == "NotImplemented":
        return UserErrorException(message or f"{method} {place} is not built in this Homeport.")
    text = message or f"{method} {place}: {response.body[:500].decode('utf-8', 'replace') or 'no reason given'}"
    return ServiceException(f"{text} ({response.status})", response.status, code)


def _server(url: str) -> str:
    return "/".join(url.split("/")[:3])


def error_text(response: Response) -> Tuple[str, str]:
    """The server's code and message, each empty when the body has none."""
    try:
        body: Any = response.json()
    except ValueError:
        return "", ""
    error = body.get("error", body) if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return "", ""
    return str(error.get("code") or ""), str(error.get("message") or "")


@contextlib.contextmanager
def refused_as(kind: Type[AzureMLException]) -> Iterator[None]:
    """What the server refuses inside of this block (statuses 400 to 499) is raised as `kind`, with the server's words."""
    try:
        yield
    except ServiceException as problem:
        if 400 <= problem.status_code < 500:
            raise kind(problem.message, inner_exception=problem) from None
        raise


def is_not_found(problem: BaseException) -> bool:
    return isinstance(problem, ServiceException) and problem.status_code == 404
