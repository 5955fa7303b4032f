"""Reading a run configuration back, from what `save` writes and from the SDK's own files."""
from __future__ import annotations

from typing import Any, Dict

from .environment import _from_wire as environment_from_wire
from .runconfig import DataReferenceConfiguration, DockerConfiguration, RunConfiguration


def from_wire(body: Dict[str, Any]) -> RunConfiguration:
    """Unknown keys are ignored, as the service does."""
    fields = {key.lower(): value for key, value in body.items() if value is not None}
    made = RunConfiguration(fields.get("script"), fields.get("arguments"), fields.get("framework"),
                            fields.get("communicator"), command=fields.get("command") or None)
    made.target = fields.get("target")
    made.node_count = int(fields.get("nodecount") or 1)
    made.max_run_duration_seconds = fields.get("maxrundurationseconds")
    made.priority = fields.get("priority")
    made.source_directory_data_store = fields.get("sourcedirectorydatastore")
    if fields.get("environment"):
        made.environment = environment_from_wire(fields["environment"])
    for name, entry in (fields.get("datareferences") or {}).items():
        made.data_references[name] = _data_reference(entry)
    _take(made.tensorflow, fields.get("tensorflow"), "worker_count", "parameter_server_count")
    _take(made.mpi, fields.get("mpi"), "process_count_per_node", "node_count")
    _take(made.pytorch, fields.get("pytorch"), "communication_backend", "process_count", "node_count")
    _take(made.history, fields.get("history"), "output_collection", "directories_to_watch", "snapshot_project")
    _take(made.amlcompute, fields.get("amlcompute"), "vm_size", "vm_priority")
    if fields.get("docker"):
        made.docker = DockerConfiguration()
        _take(made.docker, fields["docker"], "use_docker", "shared_volumes", "arguments", "shm_size")
    return made


def _data_reference(entry: Dict[str, Any]) -> DataReferenceConfiguration:
    made = DataReferenceConfiguration()
    _take(made, entry, "datastore_name", "mode", "path_on_datastore", "path_on_compute", "overwrite")
    made.mode = str(made.mode).lower()
    return made


def _take(section: Any, body: Any, *names: str) -> None:
    """Sets the attributes that the body has, whatever the case of its keys."""
    given = {key.lower(): value for key, value in (body or {}).items()}
    for name in names:
        value = given.get(name.replace("_", ""))
        if value is not None:
            setattr(section, name, value)
