"""How a cluster is at one moment."""
from __future__ import annotations

from typing import Any, Dict, Optional

from ..._wire.times import iso_text


class ScaleSettings:
    """The bounds of a cluster, and how long a node may idle (ISO 8601, `PT300S`)."""

    def __init__(self, minimum_node_count: int = 0, maximum_node_count: int = 0,
                 node_idle_time_before_scale_down: Optional[str] = None) -> None:
        self.minimum_node_count = minimum_node_count
        self.maximum_node_count = maximum_node_count
        self.node_idle_time_before_scale_down = node_idle_time_before_scale_down

    @classmethod
    def _from_arm(cls, arm: Dict[str, Any]) -> "ScaleSettings":
        return cls(int(arm.get("minNodeCount") or 0), int(arm.get("maxNodeCount") or 0),
                   arm.get("nodeIdleTimeBeforeScaleDown"))

    def serialize(self) -> Dict[str, Any]:
        return {"minNodeCount": self.minimum_node_count, "maxNodeCount": self.maximum_node_count,
                "nodeIdleTimeBeforeScaleDown": self.node_idle_time_before_scale_down}


class NodeStateCounts:
    """How many nodes are in each state."""

    def __init__(self, arm: Dict[str, Any]) -> None:
        self.preparing_node_count = int(arm.get("preparingNodeCount") or 0)
        self.running_node_count = int(arm.get("runningNodeCount") or 0)
        self.idle_node_count = int(arm.get("idleNodeCount") or 0)
        self.unusable_node_count = int(arm.get("unusableNodeCount") or 0)
        self.leaving_node_count = int(arm.get("leavingNodeCount") or 0)
        self.preempted_node_count = int(arm.get("preemptedNodeCount") or 0)

    @property
    def ready(self) -> int:
        """The nodes that serve runs or could."""
        return self.running_node_count + self.idle_node_count

    def serialize(self) -> Dict[str, int]:
        return {"preparingNodeCount": self.preparing_node_count, "runningNodeCount": self.running_node_count,
                "idleNodeCount": self.idle_node_count, "unusableNodeCount": self.unusable_node_count,
                "leavingNodeCount": self.leaving_node_count, "preemptedNodeCount": self.preempted_node_count}


class AmlComputeStatus:
    """What `AmlCompute.get_status()` answers; `serialize()` has the keys and order that users know."""

    def __init__(self, arm: Dict[str, Any]) -> None:
        properties = arm.get("properties") or {}
        own = properties.get("properties") or {}
        self.current_node_count = int(own.get("currentNodeCount") or 0)
        self.target_node_count = int(own.get("targetNodeCount") or 0)
        self.node_state_counts = NodeStateCounts(own.get("nodeStateCounts") or {})
        self.allocation_state = own.get("allocationState")
        self.allocation_state_transition_time = iso_text(own.get("allocationStateTransitionTime"))
        self.errors = own.get("errors") or None
        self.creation_time = iso_text(properties.get("createdOn"))
        self.modified_time = iso_text(properties.get("modifiedOn"))
        self.provisioning_state = str(properties.get("provisioningState"))
        self.provisioning_state_transition_time = iso_text(properties.get("provisioningStateTransitionTime"))
        self.provisioning_errors = properties.get("provisioningErrors")
        self.scale_settings = ScaleSettings._from_arm(own.get("scaleSettings") or {})
        self.vm_priority = own.get("vmPriority")
        self.vm_size = str(own.get("vmSize") or "").upper()

    @classmethod
    def _from_arm(cls, arm: Dict[str, Any]) -> "AmlComputeStatus":
        return cls(arm)

    def serialize(self) -> Dict[str, Any]:
        return {
            "currentNodeCount": self.current_node_count,
            "targetNodeCount": self.target_node_count,
            "nodeStateCounts": self.node_state_counts.serialize(),
            "allocationState": self.allocation_state,
            "allocationStateTransitionTime": self.allocation_state_transition_time,
            "errors": self.errors,
            "creationTime": self.creation_time,
            "modifiedTime": self.modified_time,
            "provisioningState": self.provisioning_state,
            "provisioningStateTransitionTime": self.provisioning_state_transition_time,
            "scaleSettings": self.scale_settings.serialize(),
            "vmPriority": self.vm_priority,
            "vmSize": self.vm_size,
        }

    def __repr__(self) -> str:
        return str(self.serialize())
