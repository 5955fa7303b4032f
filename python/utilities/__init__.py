"""What programs of the Batch AI years import as `import utilities as utils`: reading a configuration file, showing the state of
clusters and jobs, following a job's output, uploading sample data, sweeping parameters.

It speaks with the service through the published clients of 2019 and knows no other server than the one that they do.
"""
try:
    from . import cluster, config, dataset, experiment, job, job_factory
except ImportError as error:
    raise ImportError(
        f"{error}. The package `utilities` needs the clients of 2019: "
        "pip install azure-mgmt-batchai==2.0.0 azure-storage-blob==1.5.0 azure-storage-file==1.4.0") from error

__all__ = ["cluster", "config", "dataset", "experiment", "job", "job_factory"]
