"""What a cluster is to be, checked before it is sent."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ..._local.notices import warn_not_honoured
from ...exceptions import ComputeTargetException

if TYPE_CHECKING:
    from ..workspace import Workspace

DEFAULT_VM_SIZE = "STANDARD_NC6"
DEFAULT_MAX_NODES = 4
_PRIORITIES = {"dedicated": "Dedicated", "lowpriority": "LowPriority"}


class AmlComputeProvisioningConfiguration:
    """The arguments of AmlCompute.provisioning_configuration. Wrong ones raise ComputeTargetException naming them; those
    that are not honoured are said."""

    def __init__(self, vm_size: str, vm_priority: str, min_nodes: Any, max_nodes: Any,
                 idle_seconds_before_scaledown: Any, admin_username: Optional[str],
                 admin_user_password: Optional[str], admin_user_ssh_key: Optional[str],
                 vnet_resourcegroup_name: Optional[str], vnet_name: Optional[str], subnet_name: Optional[str],
                 tags: Optional[Dict[str, str]], description: Optional[str], remote_login_port_public_access: str,
                 identity_type: Optional[str], identity_id: Optional[List[str]], location: Optional[str],
                 enable_node_public_ip: bool) -> None:
        self.vm_size = vm_size or DEFAULT_VM_SIZE
        self.vm_priority = _priority(vm_priority)
        self.min_nodes = node_count("min_nodes", 0 if min_nodes is None else min_nodes)
        self.max_nodes = node_count("max_nodes", DEFAULT_MAX_NODES if max_nodes is None else max_nodes)
        if self.max_nodes < self.min_nodes:
            raise ComputeTargetException(f"max_nodes ({self.max_nodes}) is less than min_nodes ({self.min_nodes}).",
                                         target="max_nodes")
        self.idle_seconds_before_scaledown = idle_seconds_before_scaledown
        self._idle = None if idle_seconds_before_scaledown is None else idle_text(idle_seconds_before_scaledown)
        self.admin_username = admin_username
        self.admin_user_password = admin_user_password
        self.admin_user_ssh_key = admin_user_ssh_key
        self.vnet_resourcegroup_name = vnet_resourcegroup_name
        self.vnet_name = vnet_name
        self.subnet_name = subnet_name
        self.tags = tags
        self.description = description
        self.remote_login_port_public_access = remote_login_port_public_access
        self.identity_type = identity_type
        self.identity_id = identity_id
        self.location = location
        self.enable_node_public_ip = enable_node_public_ip
        self._check_vnet()
        self._warn()

    def _check_vnet(self) -> None:
        names = {"vnet_resourcegroup_name": self.vnet_resourcegroup_name, "vnet_name": self.vnet_name,
                 "subnet_name": self.subnet_name}
        missing = [name for name, value in names.items() if not value]
        if missing and len(missing) < len(names):
            raise ComputeTargetException(f"A virtual network needs all three names; missing: {', '.join(missing)}.",
                                         target=missing[0])

    def _arm_body(self, workspace: "Workspace") -> Dict[str, Any]:
        """The body of the PUT."""
        settings: Dict[str, Any] = {"minNodeCount": self.min_nodes, "maxNodeCount": self.max_nodes}
        if self._idle:
            settings["nodeIdleTimeBeforeScaleDown"] = self._idle
        own: Dict[str, Any] = {"vmSize": self.vm_size, "vmPriority": self.vm_priority, "scaleSettings": settings,
                               "remoteLoginPortPublicAccess": self.remote_login_port_public_access}
        if self.admin_username:
            own["userAccountCredentials"] = {"adminUserName": self.admin_username,
                                             "adminUserPassword": self.admin_user_password,
                                             "adminUserSshPublicKey": self.admin_user_ssh_key}
        if self.vnet_name:
            own["subnet"] = {"id": f"/subscriptions/{workspace.subscription_id}/resourceGroups/"
                                   f"{self.vnet_resourcegroup_name}/providers/Microsoft.Network/virtualNetworks/"
                                   f"{self.vnet_name}/subnets/{self.subnet_name}"}
        return {"location": self.location or workspace.location, "tags": self.tags or {},
                "properties": {"computeType": "AmlCompute", "description": self.description, "properties": own}}

    def _warn(self) -> None:
        call = "AmlCompute.provisioning_configuration"
        warn_not_honoured(call, {"vnet_resourcegroup_name": self.vnet_resourcegroup_name, "vnet_name": self.vnet_name,
                                 "subnet_name": self.subnet_name},
                          "nodes use the network of the machine they are on")
        warn_not_honoured(call, {"admin_username": self.admin_username, "admin_user_password": self.admin_user_password,
                                 "admin_user_ssh_key": self.admin_user_ssh_key, "identity_type": self.identity_type,
                                 "identity_id": self.identity_id,
                                 "enable_node_public_ip": not self.enable_node_public_ip})


def node_count(name: str, value: Any) -> int:
    """A number of nodes, given as a number or as its text."""
    try:
        count = int(value)
    except (TypeError, ValueError):
        count = -1
    if count < 0:
        raise ComputeTargetException(f"{name} is {value!r}, not a number of nodes.", target=name)
    return count


def idle_text(seconds: Any) -> str:
    """Seconds, given as a number or as its text, as an ISO 8601 duration."""
    try:
        count = int(seconds)
    except (TypeError, ValueError):
        count = -1
    if count < 0:
        raise ComputeTargetException(f"idle_seconds_before_scaledown is {seconds!r}, not a number of seconds.",
                                     target="idle_seconds_before_scaledown")
    return f"PT{count}S"


def _priority(value: str) -> str:
    found = _PRIORITIES.get(str(value or "dedicated").lower())
    if not found:
        raise ComputeTargetException(f"vm_priority is {value!r}; it can be 'dedicated' or 'lowpriority'.",
                                     target="vm_priority")
    return found
