"""The datastores of a workspace: finding and registering them."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

from .._local.notices import warn_not_honoured
from .._surface.missing import Public, module_getattr
from .._wire.errors import is_not_found, refused_as
from ..data.azure_storage_datastore import AbstractDatastore, AzureBlobDatastore, AzureFileDatastore
from ..exceptions import UserErrorException

if TYPE_CHECKING:
    from .workspace import Workspace


class Datastore(Public):
    """`Datastore(workspace, name)` answers an object of the class of the store's type; without a name, the default one."""

    def __new__(cls, workspace: "Workspace", name: Optional[str] = None) -> Any:
        return Datastore.get(workspace, name) if name else Datastore.get_default(workspace)

    def __init__(self, workspace: "Workspace", name: Optional[str] = None) -> None:
        """Never reached: __new__ answers an object of another class."""

    @staticmethod
    def get(workspace: "Workspace", datastore_name: str) -> AbstractDatastore:
        """The datastore of that name; raises UserErrorException if there is none."""
        try:
            body = workspace._services.datastores.get(datastore_name)
        except Exception as problem:
            if is_not_found(problem):
                raise UserErrorException(
                    f"Datastore {datastore_name} was not found in the workspace {workspace.name}; "
                    f"workspace.datastores has those there are.", target="datastore_name") from None
            raise
        return _from_wire(workspace, body)

    @staticmethod
    def get_default(workspace: "Workspace") -> AbstractDatastore:
        return _from_wire(workspace, workspace._services.datastores.get_default())

    @staticmethod
    def _all(workspace: "Workspace") -> Dict[str, AbstractDatastore]:
        found = (_from_wire(workspace, body) for body in workspace._services.datastores.list())
        return {datastore.name: datastore for datastore in found}

    @staticmethod
    def register_azure_blob_container(
        workspace: "Workspace", datastore_name: str, container_name: str, account_name: str,
        sas_token: Optional[str] = None, account_key: Optional[str] = None, protocol: Optional[str] = None,
        endpoint: Optional[str] = None, overwrite: bool = False, create_if_not_exists: bool = False,
        skip_validation: bool = False, blob_cache_timeout: Optional[int] = None,
        grant_workspace_access: bool = False, subscription_id: Optional[str] = None,
        resource_group: Optional[str] = None,
    ) -> AzureBlobDatastore:
        """Registers a blob container; an existing name is an error unless `overwrite`."""
        warn_not_honoured("Datastore.register_azure_blob_container", {
            "blob_cache_timeout": blob_cache_timeout, "grant_workspace_access": grant_workspace_access})
        section = _section(account_name, container_name, sas_token, account_key, protocol, endpoint)
        section.update({"subscriptionId": subscription_id, "resourceGroup": resource_group})
        _register(workspace, datastore_name, "AzureBlob", section, overwrite, create_if_not_exists, skip_validation)
        found = Datastore.get(workspace, datastore_name)
        assert isinstance(found, AzureBlobDatastore)
        return found

    @staticmethod
    def register_azure_file_share(
        workspace: "Workspace", datastore_name: str, file_share_name: str, account_name: str,
        sas_token: Optional[str] = None, account_key: Optional[str] = None, protocol: Optional[str] = None,
        endpoint: Optional[str] = None, overwrite: bool = False, create_if_not_exists: bool = False,
        skip_validation: bool = False,
    ) -> AzureFileDatastore:
        """Registers a file share; an existing name is an error unless `overwrite`."""
        section = _section(account_name, file_share_name, sas_token, account_key, protocol, endpoint)
        _register(workspace, datastore_name, "AzureFile", section, overwrite, create_if_not_exists, skip_validation)
        found = Datastore.get(workspace, datastore_name)
        assert isinstance(found, AzureFileDatastore)
        return found


def _section(account: str, container: str, sas_token: Optional[str], account_key: Optional[str],
             protocol: Optional[str], endpoint: Optional[str]) -> Dict[str, Any]:
    kind = "Sas" if sas_token else "AccountKey" if account_key else "None"
    return {"accountName": account, "containerName": container, "endpoint": endpoint or "core.windows.net",
            "protocol": protocol or "https", "credentialType": kind, "credential": sas_token or account_key,
            "isSas": bool(sas_token), "accountKey": account_key, "sasToken": sas_token}


def _register(workspace: "Workspace", name: str, kind: str, section: Dict[str, Any], overwrite: bool,
              create_if_not_exists: bool, skip_validation: bool) -> None:
    body = {"name": name, "dataStoreType": kind, "azureStorageSection": section}
    service = workspace._services.datastores
    if overwrite:
        try:
            service.replace(name, body, create_if_not_exists, skip_validation)
            return
        except Exception as problem:
            if not is_not_found(problem):
                raise
    with refused_as(UserErrorException):
        service.create(body, create_if_not_exists, skip_validation)


def _from_wire(workspace: "Workspace", body: Dict[str, Any]) -> AbstractDatastore:
    """The object of a DataStore body; a type that cannot be used from here is an AbstractDatastore."""
    kind = str(body.get("dataStoreType"))
    name = str(body.get("name"))
    section = body.get("azureStorageSection") or {}
    credential = section.get("credential")
    is_sas = section.get("isSas") or section.get("credentialType") == "Sas"
    sas_token = section.get("sasToken") or (credential if is_sas else None)
    account_key = section.get("accountKey") or (None if is_sas else credential)
    protocol, endpoint = section.get("protocol"), section.get("endpoint")
    account, container = str(section.get("accountName")), str(section.get("containerName"))
    if kind == "AzureBlob":
        return AzureBlobDatastore(workspace, name, container, account, sas_token, account_key, protocol, endpoint,
                                  subscription_id=section.get("subscriptionId"),
                                  resource_group=section.get("resourceGroup"))
    if kind == "AzureFile":
        return AzureFileDatastore(workspace, name, container, account, sas_token, account_key, protocol,
                                  endpoint or "core.windows.net")
    return AbstractDatastore(workspace, name, kind)


__getattr__ = module_getattr(__name__)
