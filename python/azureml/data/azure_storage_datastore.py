"""Datastores that are a container or a share of a storage account."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Optional

from .._surface.missing import Public, module_getattr, not_built
from .data_reference import DataReference

if TYPE_CHECKING:
    from .._wire.blob import Container
    from ..core.workspace import Workspace


class AbstractDatastore(Public):
    """A registered place for data."""

    def __init__(self, workspace: "Workspace", name: str, datastore_type: str) -> None:
        self.workspace = workspace
        self.name = name
        self.datastore_type = datastore_type

    def set_as_default(self) -> None:
        """Makes this the workspace's default datastore."""
        self.workspace._services.datastores.set_default(self.name)

    def unregister(self) -> None:
        """Forgets the datastore; what is stored there stays."""
        self.workspace._services.datastores.delete(self.name)

    def path(self, path: Optional[str] = None, data_reference_name: Optional[str] = None) -> DataReference:
        """A reference to a place here, or to all of it."""
        return DataReference(self, data_reference_name, path)

    def as_mount(self) -> DataReference:
        return self.path().as_mount()

    def as_download(self, path_on_compute: Optional[str] = None) -> DataReference:
        return self.path().as_download(path_on_compute)

    def as_upload(self, path_on_compute: Optional[str] = None) -> DataReference:
        return self.path().as_upload(path_on_compute)


class AbstractAzureStorageDatastore(AbstractDatastore):
    """A datastore with an account, a container and a credential."""

    def __init__(self, workspace: "Workspace", name: str, datastore_type: str, container_name: str,
                 account_name: str, sas_token: Optional[str] = None, account_key: Optional[str] = None,
                 protocol: Optional[str] = None, endpoint: Optional[str] = None) -> None:
        super().__init__(workspace, name, datastore_type)
        self.container_name = container_name
        self.account_name = account_name
        self.sas_token = sas_token
        self.account_key = account_key
        self.protocol = protocol or "https"
        self.endpoint = endpoint or "core.windows.net"

    @property
    def is_sas(self) -> bool:
        return bool(self.sas_token)

    @property
    def credential_type(self) -> str:
        return "Sas" if self.sas_token else "AccountKey" if self.account_key else "None"

    def __repr__(self) -> str:
        return (f"{type(self).__name__}(name={self.name!r}, container_name={self.container_name!r}, "
                f"account_name={self.account_name!r}, protocol={self.protocol!r}, endpoint={self.endpoint!r})")

    def upload(self, src_dir: str, target_path: Optional[str] = None, overwrite: bool = False,
               show_progress: bool = True) -> DataReference:
        """Copies a folder's files here, below `target_path`; answers a reference to that."""
        from .._local.transfer import files_below, upload_files

        upload_files(self._container(), files_below(src_dir, target_path), overwrite, show_progress)
        return DataReference(self, path_on_datastore=target_path)

    def upload_files(self, files: List[str], relative_root: Optional[str] = None, target_path: Optional[str] = None,
                     overwrite: bool = False, show_progress: bool = True) -> DataReference:
        """Copies the files here; what of their paths lies below `relative_root` (default: their common folder) is kept."""
        from .._local.transfer import files_given, upload_files

        upload_files(self._container(), files_given(files, relative_root, target_path), overwrite, show_progress)
        return DataReference(self, path_on_datastore=target_path)

    def download(self, target_path: str, prefix: Optional[str] = None, overwrite: bool = False,
                 show_progress: bool = True) -> int:
        """Copies what is here (below `prefix`) into a folder; answers the number of files copied."""
        from .._local.transfer import download_files

        return download_files(self._container(), target_path, prefix, overwrite, show_progress)

    def _container(self) -> "Container":
        raise not_built(f"azureml.data.azure_storage_datastore.{type(self).__name__}.upload and download")


class AzureBlobDatastore(AbstractAzureStorageDatastore):
    """A blob container."""

    def __init__(self, workspace: "Workspace", name: str, container_name: str, account_name: str,
                 sas_token: Optional[str] = None, account_key: Optional[str] = None, protocol: Optional[str] = None,
                 endpoint: Optional[str] = None, request_session: Any = None,
                 workspace_msi_has_access: bool = False, subscription_id: Optional[str] = None,
                 resource_group: Optional[str] = None, service_data_access_auth_identity: Any = None) -> None:
        super().__init__(workspace, name, "AzureBlob", container_name, account_name, sas_token, account_key,
                         protocol, endpoint)
        self.subscription_id = subscription_id
        self.resource_group = resource_group

    def _container(self) -> "Container":
        from .._wire.blob import Container, container_url

        url = container_url(self.protocol, self.endpoint, self.account_name, self.container_name)
        return Container(url, self.account_name, self.account_key, self.sas_token)


class AzureFileDatastore(AbstractAzureStorageDatastore):
    """A file share. It can be mounted in runs; copying from here is not built yet."""

    def __init__(self, workspace: "Workspace", name: str, container_name: str, account_name: str,
                 sas_token: Optional[str] = None, account_key: Optional[str] = None, protocol: Optional[str] = None,
                 endpoint: str = "core.windows.net", request_session: Any = None) -> None:
        super().__init__(workspace, name, "AzureFile", container_name, account_name, sas_token, account_key,
                         protocol, endpoint)


__getattr__ = module_getattr(__name__)
