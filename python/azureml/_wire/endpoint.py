"""Where the server is, and with which token to speak to it."""
from __future__ import annotations

import os
from typing import Any, Dict, Mapping, NamedTuple, Optional

AGENT_SOURCE = "AZUREML_SERVICE_ENDPOINT"
CONFIG_FOLDERS = (".azureml", "aml_config", "")


class Endpoint(NamedTuple):
    """A server's base URL without a final slash, the bearer token, and where each was found (for error texts)."""

    url: str
    token: Optional[str]
    source: str
    token_source: str


def find_endpoint(config_url: Optional[str] = None, token: Optional[str] = None, start: str = ".") -> Endpoint:
    """The first that applies: environment, the run this code is in, `config_url`, a config.json upwards of `start`, profile.

    An explicit `token` wins over a found one. Raises UserErrorException that says what to do when nothing names a server.
    """
    env = os.environ
    if env.get("HOMEPORT_URL"):
        return _with_token(env["HOMEPORT_URL"], token, "HOMEPORT_URL")
    if env.get("AZUREML_RUN_ID") and env.get(AGENT_SOURCE):
        return Endpoint(_trim(env[AGENT_SOURCE]), token or env.get("AZUREML_RUN_TOKEN"), AGENT_SOURCE,
                        "the given auth" if token else "AZUREML_RUN_TOKEN")
    found = config_url or _config_url(start)
    if found:
        return _with_token(found, token, ".azureml/config.json")
    default = read_profiles().get("default")
    if default:
        return _with_token(default, token, profiles_path())
    from ..exceptions import UserErrorException

    raise UserErrorException(
        "No Homeport server is known here. Start one with `homeport up`, which also writes .azureml/config.json, "
        "or set HOMEPORT_URL and HOMEPORT_TOKEN.")


def _with_token(url: str, token: Optional[str], source: str) -> Endpoint:
    url = _trim(url)
    if token:
        return Endpoint(url, token, source, "the given auth")
    if os.environ.get("HOMEPORT_TOKEN"):
        return Endpoint(url, os.environ["HOMEPORT_TOKEN"], source, "HOMEPORT_TOKEN")
    return Endpoint(url, profile_token(url), source, profiles_path())


def profiles_path() -> str:
    """The file of tokens, by server URL; it follows XDG_CONFIG_HOME."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(home, "homeport", "profiles.json")


def read_profiles() -> Dict[str, Any]:
    """The content of the token file; empty if there is none. A broken file raises UserErrorException naming it."""
    import json

    try:
        with open(profiles_path(), encoding="utf-8") as file:
            content = json.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as problem:
        from ..exceptions import UserErrorException

        raise UserErrorException(f"{profiles_path()} cannot be read: {problem}", problem) from problem
    return content if isinstance(content, dict) else {}


def profile_token(url: str) -> Optional[str]:
    profile = read_profiles().get("profiles", {}).get(_trim(url))
    return profile.get("token") if isinstance(profile, Mapping) else None


def find_config_file(start: str, file_name: str = "config.json") -> Optional[str]:
    """The workspace configuration in `start`, its .azureml or aml_config, or the same of a folder above it."""
    folder = os.path.abspath(start)
    while True:
        for inner in CONFIG_FOLDERS:
            candidate = os.path.join(folder, inner, file_name)
            if os.path.isfile(candidate) and _is_workspace_config(candidate):
                return candidate
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _is_workspace_config(path: str) -> bool:
    """A bare config.json in a project folder can be anything: only one that names a workspace counts."""
    if os.path.basename(os.path.dirname(path)) in CONFIG_FOLDERS[:2]:
        return True
    import json

    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and "workspace_name" in content


def _config_url(start: str) -> Optional[str]:
    path = find_config_file(start)
    if not path:
        return None
    import json

    try:
        with open(path, encoding="utf-8") as file:
            homeport = json.load(file).get("homeport")
    except (OSError, ValueError, AttributeError):
        return None
    return homeport.get("url") if isinstance(homeport, dict) else None


def _trim(url: str) -> str:
    return url.rstrip("/")
