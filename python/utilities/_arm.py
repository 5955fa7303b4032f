"""Requests to the resource manager that the Batch AI client has no method for, with its address and its credentials."""
from __future__ import annotations

from typing import Any, Dict, Optional

from msrest.service_client import ServiceClient
from msrestazure import AzureConfiguration
from msrestazure.azure_exceptions import CloudError

RESOURCES_VERSION = "2018-05-01"
STORAGE_VERSION = "2018-07-01"


class ResourceManager:
    """One subscription at one address."""

    def __init__(self, credentials: Any, base_url: str, subscription_id: str) -> None:
        config = AzureConfiguration(base_url)
        config.credentials = credentials
        self._client = ServiceClient(None, config)
        self._subscription = f"/subscriptions/{subscription_id}"

    def put_resource_group(self, name: str, location: str) -> None:
        self._send("PUT", f"{self._subscription}/resourcegroups/{name}", RESOURCES_VERSION, {"location": location})

    def storage_account_key(self, account_name: str) -> str:
        """The first key of the account, wherever in the subscription it is; ValueError when there is none of that name."""
        found = self._send("GET", f"{self._subscription}/providers/Microsoft.Storage/storageAccounts", STORAGE_VERSION)
        for account in found.get("value") or []:
            if account["name"].lower() == account_name.lower():
                keys = self._send("POST", account["id"] + "/listKeys", STORAGE_VERSION)
                return str(keys["keys"][0]["value"])
        raise ValueError(f'Cannot find "{account_name}" storage account.')

    def _send(self, method: str, path: str, api_version: str, body: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        make = {"GET": self._client.get, "PUT": self._client.put, "POST": self._client.post}[method]
        request = make(path, {"api-version": api_version})
        response = self._client.send(request, {"Content-Type": "application/json; charset=utf-8"}, body)
        if response.status_code not in (200, 201):
            raise CloudError(response)
        content: Dict[str, Any] = response.json()
        return content
