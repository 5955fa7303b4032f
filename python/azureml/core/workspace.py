"""A workspace: the door to its clusters, datastores, experiments and runs."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .._local.names import check_workspace
from .._local.notices import warn_not_honoured
from .._surface.missing import Public, module_getattr
from .._version import SDK_VERSION as VERSION
from .._wire.errors import refused_as
from .._wire.scope import Scope
from ..exceptions import UserErrorException, WorkspaceException

if TYPE_CHECKING:
    from .._wire.services import Services
    from ..data.azure_storage_datastore import AbstractDatastore
    from .authentication import AbstractAuthentication
    from .compute import ComputeTarget
    from .environment import Environment
    from .experiment import Experiment
    from .run import Run

WORKSPACE_DEFAULT_BLOB_STORE_NAME = "workspaceblobstore"


class Workspace(Public):
    """A workspace that exists on the server; the constructor raises WorkspaceException if it does not."""

    DEFAULT_CPU_CLUSTER_NAME = "cpu-cluster"
    DEFAULT_GPU_CLUSTER_NAME = "gpu-cluster"

    def __init__(self, subscription_id: str, resource_group: str, workspace_name: str,
                 auth: Optional["AbstractAuthentication"] = None, _location: Optional[str] = None,
                 _disable_service_check: bool = False, _workspace_id: Optional[str] = None, sku: str = "basic",
                 tags: Optional[Dict[str, str]] = None, _cloud: str = "AzureCloud",
                 _homeport_url: Optional[str] = None) -> None:
        self._scope = Scope(subscription_id, resource_group, workspace_name)
        self._auth = auth
        self._services = _open_services(self._scope, auth, _homeport_url)
        self._arm: Optional[Dict[str, Any]] = None
        if not _disable_service_check:
            self._refresh()

    # Making and finding

    @staticmethod
    def from_config(path: Optional[str] = None, auth: Optional["AbstractAuthentication"] = None, _logger: Any = None,
                    _file_name: Optional[str] = None) -> "Workspace":
        """The workspace that a config.json in `path` (a file or a folder; default: here) or above it names.

        Under `homeport exec`, where there is no such file: the only workspace of the server that it leads to.
        """
        from .workspace_config import read_config

        only = None if path or _file_name else _only_workspace(auth)
        if only is not None:
            return only
        config = read_config(path, _file_name)
        return Workspace(config.subscription_id, config.resource_group, config.workspace_name, auth=auth,
                         _homeport_url=config.homeport_url)

    @staticmethod
    def get(name: str, auth: Optional["AbstractAuthentication"] = None, subscription_id: Optional[str] = None,
            resource_group: Optional[str] = None, location: Optional[str] = None, cloud: str = "AzureCloud",
            id: Optional[str] = None) -> "Workspace":
        """The workspace of that name; without a resource group it is looked for in the whole subscription."""
        subscription_id = subscription_id or _only_subscription(auth)
        if resource_group:
            return Workspace(subscription_id, resource_group, name, auth=auth)
        found = Workspace.list(subscription_id, auth=auth).get(name, [])
        if len(found) == 1:
            return found[0]
        if not found:
            raise WorkspaceException(f"No workspaces found with name={name} in subscription={subscription_id}")
        groups = ", ".join(sorted(workspace.resource_group for workspace in found))
        raise WorkspaceException(f"More than one workspace has the name {name}; say which resource_group=: {groups}")

    @staticmethod
    def list(subscription_id: str, auth: Optional["AbstractAuthentication"] = None,
             resource_group: Optional[str] = None) -> Dict[str, List["Workspace"]]:
        """The workspaces by name."""
        services = _open_services(Scope(subscription_id, resource_group or "", ""), auth, None)
        result: Dict[str, List[Workspace]] = {}
        for arm in services.arm.list_workspaces(subscription_id, resource_group):
            parts = str(arm["id"]).split("/")
            workspace = Workspace(parts[2], parts[4], str(arm["name"]), auth=auth, _disable_service_check=True)
            workspace._arm = arm
            result.setdefault(workspace.name, []).append(workspace)
        return result

    @staticmethod
    def create(name: str, auth: Optional["AbstractAuthentication"] = None, subscription_id: Optional[str] = None,
               resource_group: Optional[str] = None, location: Optional[str] = None,
               create_resource_group: bool = True, sku: str = "basic", tags: Optional[Dict[str, str]] = None,
               friendly_name: Optional[str] = None, storage_account: Optional[str] = None,
               key_vault: Optional[str] = None, app_insights: Optional[str] = None,
               container_registry: Optional[str] = None, adb_workspace: Optional[str] = None,
               primary_user_assigned_identity: Optional[str] = None, cmk_keyvault: Optional[str] = None,
               resource_cmk_uri: Optional[str] = None, hbi_workspace: bool = False,
               default_cpu_compute_target: Any = None, default_gpu_compute_target: Any = None,
               private_endpoint_config: Any = None, private_endpoint_auto_approval: bool = True,
               exist_ok: bool = False, show_output: bool = True,
               user_assigned_identity_for_cmk_encryption: Optional[str] = None,
               system_datastores_auth_mode: str = "accessKey",
               v1_legacy_mode: Optional[bool] = None) -> "Workspace":
        """Makes a workspace; with `exist_ok` an existing one is answered, else it is an error."""
        check_workspace(name)
        warn_not_honoured("Workspace.create", {
            "storage_account": storage_account, "key_vault": key_vault, "app_insights": app_insights,
            "container_registry": container_registry, "adb_workspace": adb_workspace,
            "primary_user_assigned_identity": primary_user_assigned_identity, "cmk_keyvault": cmk_keyvault,
            "resource_cmk_uri": resource_cmk_uri, "hbi_workspace": hbi_workspace,
            "default_cpu_compute_target": default_cpu_compute_target,
            "default_gpu_compute_target": default_gpu_compute_target,
            "private_endpoint_config": private_endpoint_config,
            "user_assigned_identity_for_cmk_encryption": user_assigned_identity_for_cmk_encryption,
            "v1_legacy_mode": v1_legacy_mode,
        })
        from .workspace_create import create_workspace

        subscription_id = subscription_id or _only_subscription(auth)
        scope = Scope(subscription_id, resource_group or name, name)
        services = _open_services(scope, auth, None)
        create_workspace(services, location, create_resource_group, tags, friendly_name, exist_ok, show_output)
        return Workspace(*scope, auth=auth)

    # What it is

    @property
    def name(self) -> str:
        return self._scope.workspace_name

    @property
    def subscription_id(self) -> str:
        return self._scope.subscription_id

    @property
    def resource_group(self) -> str:
        return self._scope.resource_group

    @property
    def location(self) -> str:
        return str(self._resource().get("location") or "")

    @property
    def tags(self) -> Dict[str, str]:
        return dict(self._resource().get("tags") or {})

    @property
    def sku(self) -> str:
        sku = self._resource().get("sku")
        return str(sku.get("name")) if isinstance(sku, dict) else "Basic"

    @property
    def discovery_url(self) -> str:
        return str(self._resource().get("properties", {}).get("discoveryUrl")
                   or f"{self._services.endpoint.url}/discovery")

    @property
    def _workspace_id(self) -> str:
        return str(self._resource().get("properties", {}).get("workspaceId") or "")

    def get_details(self) -> Dict[str, Any]:
        """What the server knows of the workspace, under the names the SDK uses."""
        from .workspace_config import details_of

        return details_of(self._refresh())

    # What it holds

    @property
    def compute_targets(self) -> Dict[str, "ComputeTarget"]:
        from .compute import ComputeTarget

        return {target.name: target for target in ComputeTarget.list(self)}

    @property
    def datastores(self) -> Dict[str, "AbstractDatastore"]:
        from .datastore import Datastore

        return Datastore._all(self)

    @property
    def experiments(self) -> Dict[str, "Experiment"]:
        from .experiment import Experiment

        return {experiment.name: experiment for experiment in Experiment.list(self)}

    @property
    def environments(self) -> Dict[str, "Environment"]:
        from .environment import Environment

        return Environment.list(self)

    def get_default_datastore(self) -> "AbstractDatastore":
        from .datastore import Datastore

        return Datastore.get_default(self)

    def set_default_datastore(self, name: str) -> None:
        self._services.datastores.set_default(name)

    def get_run(self, run_id: str) -> "Run":
        from .run import Run

        return Run.get(self, run_id)

    # Changing it

    def update(self, friendly_name: Optional[str] = None, description: Optional[str] = None,
               tags: Optional[Dict[str, str]] = None, image_build_compute: Optional[str] = None,
               service_managed_resources_settings: Any = None, primary_user_assigned_identity: Optional[str] = None,
               allow_public_access_when_behind_vnet: Optional[bool] = None,
               v1_legacy_mode: Optional[bool] = None) -> Dict[str, Any]:
        """Changes what is given and answers the new details."""
        warn_not_honoured("Workspace.update", {
            "image_build_compute": image_build_compute,
            "service_managed_resources_settings": service_managed_resources_settings,
            "primary_user_assigned_identity": primary_user_assigned_identity,
            "allow_public_access_when_behind_vnet": allow_public_access_when_behind_vnet,
            "v1_legacy_mode": v1_legacy_mode})
        given = {"friendlyName": friendly_name, "description": description}
        body: Dict[str, Any] = {"properties": {key: value for key, value in given.items() if value is not None}}
        if tags is not None:
            body["tags"] = tags
        with refused_as(WorkspaceException):
            self._services.arm.patch_workspace(self._scope, body)
        return self.get_details()

    def delete(self, delete_dependent_resources: bool = False, no_wait: bool = False) -> None:
        """Deletes the workspace and all it holds."""
        with refused_as(WorkspaceException):
            operation = self._services.arm.delete_workspace(self._scope)
        if no_wait:
            return
        operation.wait()
        if operation.status.lower() == "failed":
            raise WorkspaceException(f"Deleting the workspace {self.name} failed: {operation.error}")

    def sync_keys(self, no_wait: bool = False) -> None:
        self._services.arm.resync_keys(self._scope)

    def list_keys(self) -> Dict[str, Any]:
        return self._services.arm.list_keys(self._scope)

    def write_config(self, path: Optional[str] = None, file_name: Optional[str] = None) -> None:
        """Writes `.azureml/config.json` under `path` (default: here), for from_config; it names the server as well."""
        from .workspace_config import write_config

        write_config(self._scope, self._services.endpoint.url, path or os.getcwd(), file_name or "config.json")

    def __repr__(self) -> str:
        return (f"Workspace.create(name='{self.name}', subscription_id='{self.subscription_id}', "
                f"resource_group='{self.resource_group}')")

    # Inside the package

    def _resource(self) -> Dict[str, Any]:
        return self._arm if self._arm is not None else self._refresh()

    def _refresh(self) -> Dict[str, Any]:
        from .._wire.errors import is_not_found

        try:
            self._arm = self._services.arm.get_workspace(self._scope)
        except Exception as problem:
            if is_not_found(problem):
                raise WorkspaceException(
                    f"Workspace {self.name} was not found in subscription {self.subscription_id}, resource group "
                    f"{self.resource_group}. Workspace.list shows those there are, Workspace.create makes one.",
                    inner_exception=problem) from None
            raise
        return self._arm

    @classmethod
    def _of_services(cls, services: "Services") -> "Workspace":
        """The workspace that `services` already speaks to; nothing is asked."""
        workspace = cls.__new__(cls)
        workspace._scope = services.scope
        workspace._auth = None
        workspace._services = services
        workspace._arm = None
        return workspace


def _open_services(scope: Scope, auth: Optional["AbstractAuthentication"], url: Optional[str]) -> "Services":
    from .._wire.endpoint import AGENT_SOURCE, find_endpoint
    from .._wire.services import Services
    from .authentication import token_of

    endpoint = find_endpoint(config_url=url, token=token_of(auth))
    return Services(endpoint, scope, in_run=endpoint.source == AGENT_SOURCE)


def _only_workspace(auth: Optional["AbstractAuthentication"]) -> Optional["Workspace"]:
    """Where the environment names a server and no file names a workspace: that server's, if it has just one."""
    from .._wire.endpoint import find_config_file

    if not os.environ.get("HOMEPORT_URL") or find_config_file(os.getcwd()):
        return None
    subscriptions = _open_services(Scope("", "", ""), auth, None).arm.list_subscriptions()
    found = [workspace for each in subscriptions
             for named in Workspace.list(str(each["subscriptionId"]), auth=auth).values() for workspace in named]
    return found[0] if len(found) == 1 else None


def _only_subscription(auth: Optional["AbstractAuthentication"]) -> str:
    found = _open_services(Scope("", "", ""), auth, None).arm.list_subscriptions()
    if len(found) == 1:
        return str(found[0]["subscriptionId"])
    known = ", ".join(str(each["subscriptionId"]) for each in found) or "none"
    raise UserErrorException(f"Say which subscription_id=; the server has: {known}", target="subscription_id")


__getattr__ = module_getattr(__name__)
