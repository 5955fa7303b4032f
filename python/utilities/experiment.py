"""Many jobs of one experiment: submitted together, waited for, measured, run again, deleted."""
from __future__ import annotations

import hashlib
import json
import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

from msrest.exceptions import ClientRequestError
from msrestazure.azure_exceptions import CloudError
from msrestazure.polling.arm_polling import ARMPolling

from ._states import text_of
from .job import ENDED, MetricExtractor, convert_job_to_jcp, missing_secrets

NUM_THREADS = 30
RETRY_WAIT_SECS = 5
JOB_NAME_HASH_LENGTH = 16
NUM_RETRIES = 5
PROGRESS_WAIT_SECS = 3
DOTS_PER_LINE = 15


class CustomPolling(ARMPolling):
    """Asks for a long operation's state every second, whatever the service advises."""

    def _delay(self) -> None:
        time.sleep(1)


class _StandardOutput(logging.Handler):
    """Writes to what is standard output at the time: a notebook or a test may have put something else there."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), flush=True)


class _Submission(NamedTuple):
    name: str
    parameters: Any


class ExperimentUtils:
    """The jobs of one experiment, which must exist."""

    def __init__(self, client: Any, resource_group_name: str, workspace_name: str, experiment_name: str,
                 log_to_stdout: bool = True) -> None:
        self.client = client
        self.resource_group_name = resource_group_name
        self.workspace_name = workspace_name
        self.experiment_name = experiment_name
        self.logger = logging.getLogger("ExperimentUtils")
        if log_to_stdout:
            self.log_to_stdout()
        self._scope = (resource_group_name, workspace_name, experiment_name)
        self.experiment = client.experiments.get(*self._scope)
        self.logger.info("Initialized JobSubmitter in resource group: %s | workspace: %s | experiment: %s", *self._scope)

    def log_to_stdout(self) -> None:
        """What is logged appears on standard output, once however often this is called."""
        self.logger.setLevel(logging.INFO)
        self.logger.handlers = [_StandardOutput()]

    def submit_jobs(self, jcp_list: Sequence[Any], job_name_prefix: str, max_retries: int = NUM_RETRIES,
                    num_threads: int = NUM_THREADS) -> "Future[List[Any]]":
        """A Future of the jobs in the order of their parameters. A job is named after its parameters, so equal ones are one
        job. A job that the service fails to take (5xx) is tried again `max_retries` times and then left out; another error
        is raised when all others have been submitted."""
        submissions = [_Submission(f"{job_name_prefix}_{_hash(parameters)}", parameters) for parameters in jcp_list]
        pool = ThreadPoolExecutor(max_workers=1)
        try:
            return pool.submit(self._submit_all, submissions, max_retries, num_threads)
        finally:
            pool.shutdown(wait=False)

    def wait_all_jobs(self, job_names: Optional[Sequence[str]] = None, on_progress: Optional[Callable[[List[Any]], Any]] = None,
                      timeout: Optional[float] = None) -> List[Any]:
        """Returns the jobs when all have ended. `on_progress` is called with them at each look. ValueError for names that the
        experiment does not have, TimeoutError after `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        dots = 0
        while True:
            jobs = self._jobs(job_names)
            states = [text_of(job.execution_state) for job in jobs]
            succeeded, failed = states.count("succeeded"), states.count("failed")
            if on_progress:
                on_progress(jobs)
            ended = succeeded + failed == len(jobs)
            if dots % DOTS_PER_LINE == 0 or ended:
                print("\n" if dots else "", end="")
                print(f"{succeeded + failed}/{len(jobs)} jobs completed ({succeeded} succeeded, {failed} failed)", end="", flush=True)
            if ended:
                print("\nAll jobs completed.", flush=True)
                return jobs
            if deadline is not None and time.monotonic() >= deadline:
                print(flush=True)
                raise TimeoutError(f"{len(jobs) - succeeded - failed} of {len(jobs)} jobs had not ended after {timeout} s")
            print(".", end="", flush=True)
            dots += 1
            time.sleep(PROGRESS_WAIT_SECS)

    def resubmit_failed_jobs(self, job_names: Optional[Sequence[str]] = None, max_retries: int = NUM_RETRIES,
                             num_threads: int = NUM_THREADS, secrets: Optional[Dict[str, str]] = None) -> List[Any]:
        """Deletes the failed jobs and submits them anew under their names; returns the new ones. Their secrets, which the service
        does not return, are in `secrets` as convert_job_to_jcp takes them. ValueError, before anything is deleted, if one is not."""
        failed = [job for job in self._jobs(job_names) if text_of(job.execution_state) == "failed"]
        if not failed:
            self.logger.info("There are no failed jobs in the experiment %s.", self.experiment_name)
            return []
        submissions = [_Submission(job.name, convert_job_to_jcp(job, self.client, secrets)) for job in failed]
        for submission in submissions:
            missing = missing_secrets(submission.parameters)
            if missing:
                raise ValueError(f"The job {submission.name} has secrets that the service does not return: "
                                 f"resubmit_failed_jobs(secrets={{...}}) with {', '.join(missing)}")
        self.delete_jobs_in_experiment(job_names=[job.name for job in failed], num_threads=num_threads)
        return self._submit_all(submissions, max_retries, num_threads)

    def get_metrics_for_jobs(self, jobs: Sequence[Any], metric_extractor: MetricExtractor) -> List[Dict[str, Any]]:
        """For each job a dictionary of job_name, job and metric_value."""

        def measure(job: Any) -> Dict[str, Any]:
            value = metric_extractor.get_metric(job.name, *self._scope, self.client)
            return {"job_name": job.name, "job": job, "metric_value": value}

        with ThreadPoolExecutor(max_workers=NUM_THREADS) as pool:
            return list(pool.map(measure, jobs))

    def delete_jobs_in_experiment(self, execution_state: Any = None, job_names: Optional[Sequence[str]] = None,
                                  num_threads: int = NUM_THREADS) -> None:
        """Deletes the jobs of these names and in this state; without either, all jobs."""
        jobs = [job for job in self._jobs(job_names)
                if execution_state is None or text_of(job.execution_state) == text_of(execution_state)]
        if not jobs:
            print(f"There are no jobs to delete in the experiment {self.experiment_name}.", flush=True)
            return

        def delete(job: Any) -> None:
            self.client.jobs.delete(*self._scope, job.name, polling=CustomPolling()).result()
            self.logger.info("Deleted Job: %s", job.name)

        with ThreadPoolExecutor(max_workers=num_threads) as pool:
            list(pool.map(delete, jobs))

    def _jobs(self, names: Optional[Sequence[str]]) -> List[Any]:
        """The experiment's jobs, or those of these names. The service does not mind the case of a name."""
        jobs = list(self.client.jobs.list_by_experiment(*self._scope))
        if names is None:
            return jobs
        by_name = {job.name.lower(): job for job in jobs}
        missing = [name for name in names if name.lower() not in by_name]
        if missing:
            raise ValueError(f"The experiment {self.experiment_name} has no job {', '.join(missing)}")
        return [by_name[name.lower()] for name in names]

    def _submit_all(self, submissions: Sequence[_Submission], max_retries: int, num_threads: int) -> List[Any]:
        order = [submission.name for submission in submissions]
        waiting = {submission.name: submission for submission in submissions}
        created: Dict[str, Any] = {}
        refused: List[Exception] = []
        for attempts_left in range(max_retries, -1, -1):
            failed: List[str] = []
            with ThreadPoolExecutor(max_workers=num_threads) as pool:
                futures = {name: pool.submit(self._submit, submission) for name, submission in waiting.items()}
            for name, future in futures.items():
                error = future.exception()
                if error is None:
                    created[name] = future.result()
                elif _may_pass(error):
                    failed.append(name)
                elif isinstance(error, Exception):
                    refused.append(error)
            waiting = {name: waiting[name] for name in failed}
            if not waiting or attempts_left == 0:
                break
            for name in waiting:
                self.logger.warning("Job %s failed to submit. Retrying (%d attempts remaining)...", name, attempts_left)
            self.logger.info("Waiting %d seconds...", RETRY_WAIT_SECS)
            time.sleep(RETRY_WAIT_SECS)
        if waiting:
            self.logger.error("%d jobs failed to submit.", len(waiting))
        if refused:
            raise refused[0]
        return [created[name] for name in order if name in created]

    def _submit(self, submission: _Submission) -> Any:
        job = self.client.jobs.create(*self._scope, submission.name, submission.parameters, polling=CustomPolling()).result()
        variables = {"$" + each.name: each.value for each in submission.parameters.environment_variables or []}
        self.logger.info('Created job "%s" with parameters %s', job.name, json.dumps(variables))
        return job


def _may_pass(error: BaseException) -> bool:
    """Whether the service may take the same job later: it failed or was away; what it says it cannot do it will not do."""
    if isinstance(error, CloudError):
        return bool(error.status_code >= 500 and error.status_code != 501)
    return isinstance(error, ClientRequestError)  # What is left when the client's own patience ends.


def _hash(parameters: Any) -> str:
    text = json.dumps(parameters.serialize(), sort_keys=True)
    return hashlib.sha1(text.encode("utf-8")).hexdigest()[:JOB_NAME_HASH_LENGTH]
