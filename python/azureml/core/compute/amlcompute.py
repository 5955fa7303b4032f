"""Clusters that the service scales itself."""
from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

from ..._local.notices import warn
from ..._wire.errors import refused_as
from ...exceptions import ComputeTargetException
from .provisioning import AmlComputeProvisioningConfiguration, idle_text, node_count
from .status import AmlComputeStatus, ScaleSettings
from .target import POLL_S, ComputeTarget, StateLine, errors_text

if TYPE_CHECKING:
    from ..run import Run
    from ..workspace import Workspace


class AmlCompute(ComputeTarget):
    """A cluster of equal nodes between a least and a greatest number."""

    _compute_type = "AmlCompute"

    @staticmethod
    def provisioning_configuration(
        vm_size: str = "", vm_priority: str = "dedicated", min_nodes: int = 0, max_nodes: Optional[int] = None,
        idle_seconds_before_scaledown: Any = 1800, admin_username: Optional[str] = None,
        admin_user_password: Optional[str] = None, admin_user_ssh_key: Optional[str] = None,
        vnet_resourcegroup_name: Optional[str] = None, vnet_name: Optional[str] = None,
        subnet_name: Optional[str] = None, tags: Optional[Dict[str, str]] = None, description: Optional[str] = None,
        remote_login_port_public_access: str = "NotSpecified", identity_type: Optional[str] = None,
        identity_id: Optional[List[str]] = None, location: Optional[str] = None,
        enable_node_public_ip: bool = True,
    ) -> AmlComputeProvisioningConfiguration:
        """What a cluster is to be; checked here, sent by create."""
        return AmlComputeProvisioningConfiguration(
            vm_size, vm_priority, min_nodes, max_nodes, idle_seconds_before_scaledown, admin_username,
            admin_user_password, admin_user_ssh_key, vnet_resourcegroup_name, vnet_name, subnet_name, tags,
            description, remote_login_port_public_access, identity_type, identity_id, location,
            enable_node_public_ip)

    @staticmethod
    def supported_vmsizes(workspace: "Workspace", location: Optional[str] = None) -> List[Dict[str, Any]]:
        """The sizes that a cluster can have."""
        wanted = ("name", "vCPUs", "gpus", "memoryGB", "maxResourceVolumeMB")
        sizes = workspace._services.arm.vm_sizes(workspace.subscription_id, location or workspace.location)
        return [{key: size.get(key) for key in wanted} for size in sizes]

    @staticmethod
    def list_usages(workspace: "Workspace", show_all: bool = False, location: Optional[str] = None) -> List[Dict[str, Any]]:
        """How many cores are in use, and how many there may be."""
        usages = workspace._services.arm.usages(workspace.subscription_id, location or workspace.location)
        return [usage for usage in usages if show_all or usage.get("limit")]

    def wait_for_completion(self, show_output: bool = False,  # type: ignore[override]  # the SDK's own order
                            min_node_count: Optional[int] = None, timeout_in_minutes: float = 25, is_delete_operation: bool = False) -> None:
        """Waits until the cluster is made and has its least number of nodes, at most `timeout_in_minutes`.

        Running out of time is printed, not raised; a cluster that could not be made raises ComputeTargetException.
        """
        if is_delete_operation:
            self._wait_until_gone(show_output)
            return
        fresh = self.provisioning_state != "Succeeded"
        deadline = time.monotonic() + timeout_in_minutes * 60
        shown = StateLine(show_output)
        said: Optional[str] = None
        ending = "Minimum number of nodes requested have been provisioned"
        while True:
            status = self.get_status()
            shown.show(status.provisioning_state)
            if status.provisioning_state in ("Failed", "Canceled"):
                shown.end()
                raise ComputeTargetException(
                    f"Cluster {self.name} is {status.provisioning_state}: "
                    f"{errors_text(self.provisioning_errors) or errors_text(status.errors) or 'no reason given'}")
            wanted = status.scale_settings.minimum_node_count if min_node_count is None else min_node_count
            if status.provisioning_state == "Succeeded" and status.node_state_counts.ready >= wanted:
                break
            troubles = errors_text(status.errors)
            if troubles and troubles != said:
                shown.end()
                warn(f"cluster {self.name}: {troubles}")
                said = troubles
            if time.monotonic() >= deadline:
                ending = (f"Wait timeout has been reached\nCurrent provisioning state of AmlCompute is "
                          f"\"{status.provisioning_state}\" and current node count is "
                          f"\"{status.current_node_count}\"")
                break
            time.sleep(POLL_S)
        shown.end()
        if show_output:
            print("AmlCompute wait for completion finished")
            print(("\n" if fresh else "") + ending)

    def get_status(self) -> AmlComputeStatus:
        """How the cluster is now."""
        self.refresh_state()
        return AmlComputeStatus._from_arm(self._arm)

    def update(self, min_nodes: Optional[int] = None, max_nodes: Optional[int] = None,
               idle_seconds_before_scaledown: Any = None, **fixed: Any) -> None:
        """Changes the scale settings that are given. What else a cluster has is fixed: naming it is an error."""
        if fixed:
            names = ", ".join(sorted(fixed))
            raise ComputeTargetException(
                f"{names} of the cluster {self.name} cannot be changed: update takes min_nodes, max_nodes and "
                "idle_seconds_before_scaledown. Another size needs another cluster.", target=names)
        self.refresh_state()
        now = self.scale_settings
        least = node_count("min_nodes", now.minimum_node_count if min_nodes is None else min_nodes)
        most = node_count("max_nodes", now.maximum_node_count if max_nodes is None else max_nodes)
        if most < least:
            raise ComputeTargetException(f"max_nodes ({most}) is less than min_nodes ({least}).", target="max_nodes")
        settings: Dict[str, Any] = {"minNodeCount": least, "maxNodeCount": most}
        if idle_seconds_before_scaledown is not None:
            settings["nodeIdleTimeBeforeScaleDown"] = idle_text(idle_seconds_before_scaledown)
        elif now.node_idle_time_before_scale_down:
            settings["nodeIdleTimeBeforeScaleDown"] = now.node_idle_time_before_scale_down
        with refused_as(ComputeTargetException):
            operation = self.workspace._services.arm.patch_compute(
                self.workspace._scope, self.name, {"properties": {"scaleSettings": settings}})
        operation.wait()
        if operation.status.lower() == "failed":
            raise ComputeTargetException(f"Updating the cluster {self.name} failed: {operation.error}")
        self.refresh_state()

    def list_nodes(self) -> List[Dict[str, Any]]:
        """One dictionary per node: nodeId, addresses, port, nodeState, and the run it serves or None."""
        keys = ("nodeId", "port", "publicIpAddress", "privateIpAddress", "nodeState", "runId")
        nodes = self.workspace._services.arm.list_nodes(self.workspace._scope, self.name)
        return [{key: node.get(key) for key in keys} for node in nodes]

    def get_active_runs(self, type: Optional[str] = None, tags: Any = None, properties: Any = None,
                        status: Optional[str] = None) -> Iterator["Run"]:
        """The runs of this cluster that have not ended."""
        from ..run import Run
        from ..run_list import ENDED

        for run in Run.list_by_compute(self, type=type, tags=tags, properties=properties, status=status):
            if run.status not in ENDED:
                yield run

    def get(self) -> Dict[str, Any]:
        """The cluster as the server describes it, read now."""
        self.refresh_state()
        return self.serialize()

    def _fill(self, workspace: "Workspace", arm: Dict[str, Any]) -> None:
        super()._fill(workspace, arm)
        own = (arm.get("properties") or {}).get("properties") or {}
        account = own.get("userAccountCredentials") or {}
        self.vm_size = own.get("vmSize")
        self.vm_priority = own.get("vmPriority")
        self.scale_settings = ScaleSettings._from_arm(own.get("scaleSettings") or {})
        self.admin_username = account.get("adminUserName")
        self.admin_user_password = None
        self.admin_user_ssh_key = account.get("adminUserSshPublicKey")
        self.subnet_id = (own.get("subnet") or {}).get("id")
        self.vnet_resourcegroup_name = self._subnet_part("resourceGroups")
        self.vnet_name = self._subnet_part("virtualNetworks")
        self.subnet_name = self._subnet_part("subnets")
        self.remote_login_port_public_access = own.get("remoteLoginPortPublicAccess")

    def _subnet_part(self, kind: str) -> Optional[str]:
        found = re.search(f"/{kind}/([^/]+)", self.subnet_id or "", re.IGNORECASE)
        return found.group(1) if found else None
