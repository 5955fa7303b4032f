"""The file `.azureml/config.json`, and the details of a workspace under the SDK's names."""
from __future__ import annotations

import json
import os
from typing import Any, Dict, NamedTuple, Optional

from .._wire.endpoint import CONFIG_FOLDERS, find_config_file
from .._wire.scope import Scope
from ..exceptions import UserErrorException


class WorkspaceConfig(NamedTuple):
    """What a config.json says."""

    subscription_id: str
    resource_group: str
    workspace_name: str
    homeport_url: Optional[str]


def read_config(path: Optional[str], file_name: Optional[str] = None) -> WorkspaceConfig:
    """Reads the file that `path` is, or the one found from there upwards. Raises UserErrorException naming what is wrong."""
    start = os.path.abspath(path or os.getcwd())
    name = file_name or "config.json"
    found = start if os.path.isfile(start) else find_config_file(start, name)
    if not found:
        raise UserErrorException(
            f"We could not find {name} in: {start} or in its parent directories. Please provide the full path to the "
            f"config file or ensure that {name} exists in the parent directories. (`homeport up`, typed in a folder, "
            f"writes .azureml/{name} there.)")
    try:
        with open(found, encoding="utf-8") as file:
            content = json.load(file)
    except (OSError, ValueError) as problem:
        raise UserErrorException(f"{found} cannot be read: {problem}", problem) from problem
    if not isinstance(content, dict):
        raise UserErrorException(f"{found} is not a JSON object.")
    for key in ("subscription_id", "resource_group", "workspace_name"):
        if not isinstance(content.get(key), str) or not content[key]:
            raise UserErrorException(f"{found} has no {key}.", target=key)
    homeport = content.get("homeport")
    url = homeport.get("url") if isinstance(homeport, dict) else None
    return WorkspaceConfig(content["subscription_id"], content["resource_group"], content["workspace_name"], url)


def write_config(scope: Scope, url: str, path: str, file_name: str) -> str:
    """Writes the file into `path` or, when that is no configuration folder, into its `.azureml`; answers where."""
    folder = path if os.path.basename(os.path.abspath(path)) in CONFIG_FOLDERS[:2] else os.path.join(path, ".azureml")
    os.makedirs(folder, exist_ok=True)
    target = os.path.join(folder, file_name)
    content = {"subscription_id": scope.subscription_id, "resource_group": scope.resource_group,
               "workspace_name": scope.workspace_name, "homeport": {"url": url}}
    with open(target, "w", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=4) + "\n")
    return target


def details_of(arm: Dict[str, Any]) -> Dict[str, Any]:
    """`Workspace.get_details()` from the ARM resource."""
    properties = arm.get("properties") or {}
    identity = arm.get("identity") or {}
    return {
        "id": arm.get("id"),
        "name": arm.get("name"),
        "identityPrincipalId": identity.get("principalId"),
        "identityTenantId": identity.get("tenantId"),
        "identityType": identity.get("type"),
        "location": arm.get("location"),
        "type": arm.get("type"),
        "tags": arm.get("tags") or {},
        "sku": (arm.get("sku") or {}).get("name", "Basic"),
        "workspaceid": properties.get("workspaceId"),
        "description": properties.get("description"),
        "friendlyName": properties.get("friendlyName"),
        "creationTime": properties.get("creationTime"),
        "containerRegistry": properties.get("containerRegistry"),
        "keyVault": properties.get("keyVault"),
        "applicationInsights": properties.get("applicationInsights"),
        "storageAccount": properties.get("storageAccount"),
        "discoveryUrl": properties.get("discoveryUrl"),
    }
