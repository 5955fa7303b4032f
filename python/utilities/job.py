"""Following one job: its state, the output that it writes, the metric in its log; and the request that would make it again."""
from __future__ import annotations

import codecs
import re
import statistics
import time
from typing import Any, Callable, Dict, List, Optional

import requests
from azure.mgmt.batchai import models

from ._arm import ResourceManager
from ._states import text_of
from .cluster import print_cluster_status

POLLING_INTERVAL_SEC = 5
TAIL_INTERVAL_SEC = 1
TIMEOUT_SEC = 60
ENDED = ("succeeded", "failed")


class OutputStreamer:
    """Prints a file of a job's output directory as it grows. Without a directory or a file name it prints nothing."""

    def __init__(self, client: Any, resource_group: str, workspace: str, experiment: str, job: str,
                 output_directory_id: Optional[str], file_name: Optional[str]) -> None:
        self._client = client
        self._place = (resource_group, workspace, experiment, job, output_directory_id or "")
        self._file_name = file_name if output_directory_id else None
        self._session = requests.Session()
        self._url: Optional[str] = None
        self._printed = 0
        # A chunk may end within a character.
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def tail(self) -> None:
        """Prints what the file has gained since the last call. It need not be there yet."""
        if self._file_name is None:
            return
        reply = self._read()
        if reply is not None and reply.status_code == 403:
            self._url = None  # The link has expired; the service gives another.
            reply = self._read()
        if reply is not None and reply.ok:
            gained = reply.content if reply.status_code == 206 else reply.content[self._printed:]
            self._printed += len(gained)
            print(self._decoder.decode(gained), end="", flush=True)

    def _read(self) -> Optional[requests.Response]:
        """The service's answer for what was not printed yet; None while there is no such file."""
        if self._url is None:
            self._url = download_url_of(list_files(self._client, *self._place), str(self._file_name))
        if self._url is None:
            return None
        return self._session.get(self._url, headers={"Range": f"bytes={self._printed}-"}, timeout=TIMEOUT_SEC)


class MetricExtractor:
    """Finds a number in a file of a job's output directory: `regex` has one group, `calculate_method` says what to make of
    several matches: last, mean, min or max."""

    METHODS: Dict[str, Callable[[List[float]], float]] = {
        "last": lambda values: values[-1], "mean": statistics.mean, "min": min, "max": max}

    def __init__(self, output_dir_id: str, logfile: str, regex: str, calculate_method: str = "last") -> None:
        if calculate_method not in self.METHODS:
            raise ValueError(f'calculate_method is one of {", ".join(self.METHODS)}, not "{calculate_method}"')
        self.output_dir_id = output_dir_id
        self.logfile = logfile
        self.regex = regex
        self.calculate_method = calculate_method

    def get_metric(self, job_name: str, resource_group: str, workspace: str, experiment: str, client: Any) -> float:
        """The number; infinity where there is no such file, or nothing in it that matches."""
        files = list_files(client, resource_group, workspace, experiment, job_name, self.output_dir_id)
        url = download_url_of(files, self.logfile)
        if url is None:
            return float("inf")
        reply = requests.get(url, timeout=TIMEOUT_SEC)
        reply.raise_for_status()
        found = re.findall(self.regex, reply.content.decode("utf-8", "replace"), re.DOTALL)
        return self.METHODS[self.calculate_method]([float(each) for each in found]) if found else float("inf")


def list_files(client: Any, resource_group: str, workspace: str, experiment: str, job: str, output_directory_id: str) -> List[Any]:
    """The files and folders right below an output directory."""
    options = models.JobsListOutputFilesOptions(outputdirectoryid=output_directory_id)
    return list(client.jobs.list_output_files(resource_group, workspace, experiment, job, options))


def download_url_of(files: List[Any], name: str) -> Optional[str]:
    return next((file.download_url for file in files if file.name == name and file.download_url), None)


def print_job_status(job: Any) -> None:
    """One line on the job's state, and what made it fail, if it did."""
    info = job.execution_info
    print(f"Job state: {text_of(job.execution_state)} ExitCode: {info.exit_code if info else None}", flush=True)
    if text_of(job.execution_state) != "failed" or info is None:
        return
    for error in info.errors or []:
        message = f"\nErrorCode:{error.code}\nErrorMessage:{error.message}\n"
        if error.details:
            message += "Details:\n" + "".join(f"{detail.name}:{detail.value}\n" for detail in error.details)
        print(f"FailureDetails: {message}")


def wait_for_job_completion(client: Any, resource_group: str, workspace: str, experiment: str, job_name: str, cluster_name: str,
                            output_directory_id: Optional[str] = None, file_name: Optional[str] = None) -> None:
    """Returns when the job has ended, well or not. Shows cluster and job while the job waits, then the file as it grows."""

    def get_job() -> Any:
        return client.jobs.get(resource_group, workspace, experiment, job_name)

    while True:
        print_cluster_status(client.clusters.get(resource_group, workspace, cluster_name))
        job = get_job()
        print_job_status(job)
        if text_of(job.execution_state) != "queued":
            break
        time.sleep(POLLING_INTERVAL_SEC)

    print("Waiting for job output to become available...", flush=True)
    streamer = OutputStreamer(client, resource_group, workspace, experiment, job_name, output_directory_id, file_name)
    while text_of(get_job().execution_state) not in ENDED:
        streamer.tail()
        time.sleep(TAIL_INTERVAL_SEC)
    streamer.tail()
    print_job_status(get_job())


def convert_job_to_jcp(job: Any, client: Any, secrets: Optional[Dict[str, str]] = None) -> Any:
    """The parameters that would create the same job again. Constraints are left out. The service never returns a secret: keys
    of storage accounts are asked for anew; `secrets` has the values of secret variables by their names, and the password of a
    container registry by its user name. What it does not have is the caller's to fill in: see missing_secrets."""
    names = [name for name in models.JobCreateParameters._attribute_map if name != "constraints"]
    parameters = models.JobCreateParameters(**{name: getattr(job, name) for name in names})
    volumes = parameters.mount_volumes
    if volumes:
        for reference in [*(volumes.azure_file_shares or []), *(volumes.azure_blob_file_systems or [])]:
            reference.credentials = models.AzureStorageCredentialsInfo(
                account_key=_get_storage_account_key(reference.account_name, client))
    known = secrets or {}
    for variable in parameters.secrets or []:
        variable.value = known.get(variable.name, variable.value)
    registry = _registry_credentials(parameters)
    if registry:
        registry.password = known.get(registry.username, registry.password)
    return parameters


def missing_secrets(parameters: Any) -> List[str]:
    """The secret variables of these parameters that have no value, by name, and the registry's user if it has no password."""
    missing = [variable.name for variable in parameters.secrets or []
               if variable.value is None and variable.value_secret_reference is None]
    registry = _registry_credentials(parameters)
    if registry and registry.password is None and registry.password_secret_reference is None:
        missing.append(registry.username)
    return missing


def _registry_credentials(parameters: Any) -> Any:
    container = parameters.container_settings
    return container.image_source_registry.credentials if container else None


def _get_storage_account_key(account_name: str, client: Any) -> str:
    config = client.config
    return ResourceManager(config.credentials, config.base_url, config.subscription_id).storage_account_key(account_name)
