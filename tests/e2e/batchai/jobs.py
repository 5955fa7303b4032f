"""Clusters and jobs in few words, with the client of 2019."""
import uuid
from collections import namedtuple

from server import wait_for

SHARE, MOUNT = 'batchaitests', '$AZ_BATCHAI_JOB_MOUNT_ROOT/afs'
ENDED = ('succeeded', 'failed')

Place = namedtuple('Place', 'client cfg group workspace experiment')


def of(place):
    """The three names that every call for a job begins with."""
    return place.group, place.workspace, place.experiment


def cluster_parameters(cfg, count, **more):
    from azure.mgmt.batchai import models
    return models.ClusterCreateParameters(**{
        'vm_size': 'STANDARD_D2_V2',
        'scale_settings': models.ScaleSettings(manual=models.ManualScaleSettings(target_node_count=count)),
        'user_account_settings': models.UserAccountSettings(admin_user_name=cfg.admin, admin_user_password=cfg.admin_password), **more})


def make_cluster(place, name, count, **more):
    """The cluster with all its nodes idle; one that is there already is taken as it is."""
    from msrestazure.azure_exceptions import CloudError
    clusters = place.client.clusters
    try:
        clusters.get(place.group, place.workspace, name)
    except CloudError:
        clusters.create(place.group, place.workspace, name, cluster_parameters(place.cfg, count, **more)).result()
    return wait_for(lambda: ready_cluster(place, name, count), 'the nodes of ' + name, 60)


def ready_cluster(place, name, count):
    cluster = place.client.clusters.get(place.group, place.workspace, name)
    return cluster if cluster.node_state_counts.idle_node_count >= count else None


def share_mount(cfg, path='afs', share=SHARE):
    from azure.mgmt.batchai import models
    return models.AzureFileShareReference(
        account_name=cfg.storage_account_name, credentials=models.AzureStorageCredentialsInfo(account_key=cfg.storage_account_key),
        azure_file_url='https://%s.file.core.windows.net/%s' % (cfg.storage_account_name, share), relative_mount_path=path)


def container_mount(cfg, container, path='bfs'):
    from azure.mgmt.batchai import models
    return models.AzureBlobFileSystemReference(
        account_name=cfg.storage_account_name, credentials=models.AzureStorageCredentialsInfo(account_key=cfg.storage_account_key),
        container_name=container, relative_mount_path=path)


def make_share(cfg, name=SHARE):
    from azure.storage.file import FileService
    FileService(cfg.storage_account_name, cfg.storage_account_key).create_share(name, fail_on_exist=False)


def job_parameters(place, cluster, command, nodes=1, **more):
    """A custom toolkit's job with its output on a share; `more` are fields of JobCreateParameters."""
    from azure.mgmt.batchai import models
    make_share(place.cfg)
    return models.JobCreateParameters(**{
        'cluster': models.ResourceId(id=cluster.id), 'node_count': nodes, 'std_out_err_path_prefix': MOUNT,
        'mount_volumes': models.MountVolumes(azure_file_shares=[share_mount(place.cfg)]),
        'custom_toolkit_settings': models.CustomToolkitSettings(command_line=command), **more})


def submit(place, cluster, command, name=None, **more):
    name = name or 'j-' + uuid.uuid4().hex[:10]
    return place.client.jobs.create(*of(place), name, job_parameters(place, cluster, command, **more)).result()


def text_of(state):
    return str(getattr(state, 'value', state))


def state_of(place, name):
    return text_of(place.client.jobs.get(*of(place), name).execution_state)


def ended(place, name, seconds=60):
    """The job when it has ended, well or not."""
    wait_for(lambda: state_of(place, name) in ENDED, 'the end of job ' + name, seconds)
    return place.client.jobs.get(*of(place), name)


def run_job(place, cluster, command, **more):
    return ended(place, submit(place, cluster, command, **more).name)


def output_files(place, name, output_directory='stdouterr', **more):
    from azure.mgmt.batchai import models
    options = models.JobsListOutputFilesOptions(outputdirectoryid=output_directory, **more)
    return list(place.client.jobs.list_output_files(*of(place), name, options))


def read_output(place, name, file='stdout.txt', output_directory='stdouterr'):
    """The text of a file of the job's output, by the link that the service gives."""
    import requests
    found = {each.name: each for each in output_files(place, name, output_directory)}
    assert file in found, '%s among %s' % (file, sorted(found))
    reply = requests.get(found[file].download_url, timeout=30)
    reply.raise_for_status()
    return reply.text
