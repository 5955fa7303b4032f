"""The configuration file of a program, and the clients made from it."""
from __future__ import annotations

import json
import os
from typing import Any, Dict, Optional

from azure.mgmt.batchai import BatchAIManagementClient
from msrestazure.azure_active_directory import ServicePrincipalCredentials

from ._arm import ResourceManager

# Where a file that a program names is missing, this one is read: programs come with the path of a file that nobody has.
FILE_VARIABLE = "HOMEPORT_BATCHAI_CONFIG"


def encode(value: Any) -> Any:
    """A str as it is; anything else as its UTF-8 bytes."""
    return value if isinstance(value, str) else value.encode("utf-8")


class Configuration:
    """What the JSON file says, as attributes. ValueError without a file, AttributeError naming a value that it lacks."""

    def __init__(self, file_name: str) -> None:
        values = _read(file_name)
        self.subscription_id: str = _required(values, "subscription_id")
        self.aad_client_id: str = _required(values, "aad_client_id")
        self.aad_secret_key: str = _required(values, "aad_secret")
        self.aad_tenant: str = _required(values, "aad_tenant")
        self.location: str = _required(values, "location")
        self.url: str = _required(values, "base_url")
        self.resource_group: str = _required(values, "resource_group")
        self.workspace: str = _required(values, "workspace")
        self.storage_account_name: str = _required(values, "storage_account", "name")
        self.storage_account_key: str = _required(values, "storage_account", "key")
        self.admin: str = _required(values, "admin_user", "name")
        self.admin_password = _optional(values, "admin_user", "password")
        self.admin_ssh_key = _optional(values, "admin_user", "ssh_public_key")
        if not self.admin_password and not self.admin_ssh_key:
            raise AttributeError("Please provide admin user password or public ssh key")
        self.container_registry_user = _optional(values, "container_registry", "user")
        self.container_registry_password = _optional(values, "container_registry", "password")
        self.container_registry_secret_url = _optional(values, "container_registry", "secret_url")
        self.keyvault_id = _optional(values, "keyvault_id")


def create_batchai_client(configuration: Configuration) -> BatchAIManagementClient:
    """A client of the service at the configuration's address; asks for a token at once."""
    return BatchAIManagementClient(
        _credentials(configuration), configuration.subscription_id, base_url=configuration.url)


def create_resource_group(configuration: Configuration) -> None:
    """Creates the resource group; one that is there already stays as it is."""
    manager = ResourceManager(_credentials(configuration), configuration.url, configuration.subscription_id)
    manager.put_resource_group(configuration.resource_group, configuration.location)


def _credentials(configuration: Configuration) -> ServicePrincipalCredentials:
    return ServicePrincipalCredentials(
        client_id=configuration.aad_client_id, secret=configuration.aad_secret_key, tenant=configuration.aad_tenant)


def _read(file_name: str) -> Dict[str, Any]:
    if not os.path.exists(file_name):
        instead = os.environ.get(FILE_VARIABLE)
        if not instead or not os.path.exists(instead):
            raise ValueError(f'Cannot find configuration file "{file_name}"')
        file_name = instead
    with open(file_name, encoding="utf-8") as file:
        content = json.load(file)
    if not isinstance(content, dict):
        raise ValueError(f'"{file_name}" does not hold a JSON object')
    return content


def _find(values: Dict[str, Any], *path: str) -> Any:
    found: Any = values
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _required(values: Dict[str, Any], *path: str) -> str:
    found = _find(values, *path)
    if found is None or found == "":
        raise AttributeError(f'Please provide a value for "{".".join(path)}" configuration key')
    return str(found)


def _optional(values: Dict[str, Any], *path: str) -> Optional[str]:
    found = _find(values, *path)
    return None if found is None else str(found)
