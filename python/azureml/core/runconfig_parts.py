"""The sections of a run configuration: plain values, and their JSON on the wire."""
from __future__ import annotations

from typing import Any, Dict, List, Optional

from .._surface.missing import Public
from ..exceptions import RunConfigurationException


class DataReferenceConfiguration(Public):
    """A place on a datastore and how the run gets at it."""

    def __init__(self, datastore_name: Optional[str] = None, mode: str = "mount",
                 path_on_datastore: Optional[str] = None, path_on_compute: Optional[str] = None,
                 overwrite: bool = False) -> None:
        self.datastore_name = datastore_name
        self.mode = mode
        self.path_on_datastore = path_on_datastore
        self.path_on_compute = path_on_compute
        self.overwrite = overwrite

    def _to_wire(self) -> Dict[str, Any]:
        return {"dataStoreName": self.datastore_name, "mode": str(self.mode).capitalize(),
                "pathOnDataStore": self.path_on_datastore, "pathOnCompute": self.path_on_compute,
                "overwrite": self.overwrite}


class TensorflowConfiguration(Public):
    """Parameter servers and workers."""

    def __init__(self, worker_count: int = 1, parameter_server_count: int = 1) -> None:
        self.worker_count = worker_count
        self.parameter_server_count = parameter_server_count

    def _to_wire(self) -> Dict[str, Any]:
        return {"workerCount": self.worker_count, "parameterServerCount": self.parameter_server_count}


class MpiConfiguration(Public):
    """Processes per node of an MPI run; `node_count` counts when this is a ScriptRunConfig's distributed_job_config."""

    def __init__(self, process_count_per_node: int = 1, node_count: int = 1) -> None:
        self.process_count_per_node = process_count_per_node
        self.node_count = node_count

    def _to_wire(self) -> Dict[str, Any]:
        return {"processCountPerNode": self.process_count_per_node, "nodeCount": self.node_count}


class PyTorchConfiguration(Public):
    """Processes of a PyTorch run: `process_count` in all, one per node when not given."""

    def __init__(self, communication_backend: str = "Nccl", process_count: Optional[int] = None,
                 node_count: int = 1) -> None:
        self.communication_backend = communication_backend
        self.process_count = process_count
        self.node_count = node_count

    def _to_wire(self) -> Dict[str, Any]:
        return {"communicationBackend": self.communication_backend, "processCount": self.process_count,
                "nodeCount": self.node_count}


class HistoryConfiguration(Public):
    """What is kept of a run."""

    def __init__(self) -> None:
        self.output_collection = True
        self.snapshot_project = True
        self.directories_to_watch: List[str] = ["logs"]

    def _to_wire(self) -> Dict[str, Any]:
        return {"outputCollection": self.output_collection, "directoriesToWatch": list(self.directories_to_watch),
                "snapshotProject": self.snapshot_project, "enableMLflowTracking": True}


class AmlComputeConfiguration(Public):
    """A cluster that is made for the run."""

    def __init__(self) -> None:
        self.vm_size: Optional[str] = None
        self.vm_priority: Optional[str] = None
        self._name: Optional[str] = None
        self._retain_cluster = False
        self._cluster_max_node_count: Optional[int] = None

    def _to_wire(self) -> Dict[str, Any]:
        return {"name": self._name, "vmSize": self.vm_size, "vmPriority": self.vm_priority,
                "retainCluster": self._retain_cluster, "clusterMaxNodeCount": self._cluster_max_node_count}


class SparkConfiguration(Public):
    """Spark settings."""

    def __init__(self) -> None:
        self.configuration: Dict[str, str] = {}

    def _to_wire(self) -> Dict[str, Any]:
        return {"configuration": dict(self.configuration)}


class HdiConfiguration(Public):
    """HDInsight settings."""

    def __init__(self) -> None:
        self.yarn_deploy_mode = "cluster"

    def _to_wire(self) -> Dict[str, Any]:
        return {"yarnDeployMode": str(self.yarn_deploy_mode).capitalize()}


class ParallelTaskConfiguration(Public):
    """Settings of a parallel task."""

    def __init__(self) -> None:
        self.max_retries_per_worker = 0
        self.worker_count_per_node = 1
        self.terminal_exit_codes: Optional[List[int]] = None

    def _to_wire(self) -> Dict[str, Any]:
        return {"maxRetriesPerWorker": self.max_retries_per_worker, "workerCountPerNode": self.worker_count_per_node,
                "terminalExitCodes": self.terminal_exit_codes}


class DockerConfiguration(Public):
    """Whether and how a run uses a container."""

    def __init__(self, use_docker: bool = False, shared_volumes: bool = True,
                 arguments: Optional[List[str]] = None, shm_size: str = "2g") -> None:
        self.use_docker = use_docker
        self.shared_volumes = shared_volumes
        self.arguments = list(arguments or [])
        self.shm_size = shm_size

    def _to_wire(self) -> Dict[str, Any]:
        return {"useDocker": self.use_docker, "sharedVolumes": self.shared_volumes,
                "arguments": list(self.arguments), "shmSize": self.shm_size}


FRAMEWORKS = {name.lower(): name for name in ("Python", "PySpark", "Cntk", "TensorFlow", "PyTorch")}
COMMUNICATORS = {name.lower(): name
                 for name in ("None", "ParameterServer", "Gloo", "Mpi", "Nccl", "OpenMpi", "IntelMpi")}


def known(kind: str, value: Optional[str], names: Dict[str, str]) -> str:
    """The wire's spelling of a framework or communicator; another word is an error that lists the known ones."""
    found = names.get(str(value).lower())
    if not found:
        raise RunConfigurationException(f"{kind} is {value!r}; it can be {', '.join(sorted(names.values()))}.",
                                        target=kind)
    return found
