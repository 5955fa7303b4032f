"""What a cluster looks like at a glance."""
from __future__ import annotations

from typing import Any

from ._states import text_of


def print_cluster_status(cluster: Any) -> None:
    """One line on the cluster's size and nodes, and what is wrong with it, if anything."""
    scale, nodes = cluster.scale_settings, cluster.node_state_counts
    if scale.manual:
        wanted = f"Target: {scale.manual.target_node_count}"
    else:
        auto = scale.auto_scale
        wanted = f"Min: {auto.minimum_node_count}; Max: {auto.maximum_node_count}; Initial: {auto.initial_node_count}"
    print(f"Cluster state: {text_of(cluster.allocation_state)} {wanted}; Allocated: {cluster.current_node_count}; "
          f"Idle: {nodes.idle_node_count}; Unusable: {nodes.unusable_node_count}; Running: {nodes.running_node_count}; "
          f"Preparing: {nodes.preparing_node_count}; Leaving: {nodes.leaving_node_count}", flush=True)
    for error in cluster.errors or []:
        print(f"Cluster error: {error.code}: {error.message}")
        if error.details:
            print("Details:")
            for detail in error.details:
                print(f"{detail.name}: {detail.value}")
