"""What runs on a node has the same gateway: a job, its preparation and a cluster's setup task use published names, unchanged."""
import shlex
import uuid

import pytest

from clients import client_sets
from jobs import MOUNT, cluster_parameters, ended, make_share, read_output, share_mount, submit, text_of
from server import wait_for

PROGRAM = '''
import os
from azure.storage.blob import BlockBlobService
service = BlockBlobService(os.environ["ACCOUNT"], os.environ["KEY"])
service.create_container("fromnodes", fail_on_exist=False)
service.create_blob_from_text("fromnodes", os.environ["NAME"], "written on a node")
'''


@pytest.fixture
def blob(cfg):
    """The name of a blob and the words of a program that makes it, with its environment."""
    from azure.mgmt.batchai import models
    name = uuid.uuid4().hex
    words = ' '.join(map(shlex.quote, map(str, [client_sets.python_of('batchai-2019'), '-W', 'ignore', '-c', PROGRAM])))
    variables = [models.EnvironmentVariable(name=key, value=value) for key, value in (('ACCOUNT', cfg.storage_account_name), ('NAME', name))]
    secrets = [models.EnvironmentVariableWithSecretValue(name='KEY', value=cfg.storage_account_key)]
    return name, words, {'environment_variables': variables, 'secrets': secrets}


def written(cfg, name):
    from azure.storage.blob import BlockBlobService
    return BlockBlobService(cfg.storage_account_name, cfg.storage_account_key).get_blob_to_text('fromnodes', name).content


def test_a_job_uses_the_storage_account_by_its_name(place, nodes, blob):
    name, words, environment = blob
    job = submit(place, nodes, words, **environment)
    over = ended(place, job.name)
    assert text_of(over.execution_state) == 'succeeded', read_output(place, job.name, 'stderr.txt')
    assert written(place.cfg, name) == 'written on a node'


def test_a_preparation_does_and_pip_finds_the_way_out(place, nodes, blob):
    from azure.mgmt.batchai import models
    name, words, environment = blob
    install = '/usr/bin/python3 -m pip install -q --target $AZ_BATCHAI_JOB_TEMP/lib --no-cache-dir six==1.17.0 && ' + words
    job = submit(place, nodes, 'PYTHONPATH=$AZ_BATCHAI_JOB_TEMP/lib /usr/bin/python3 -c "import six; print(six.__version__)"',
                 job_preparation=models.JobPreparation(command_line=install), **environment)
    over = ended(place, job.name)
    assert text_of(over.execution_state) == 'succeeded', over.execution_info.errors
    assert read_output(place, job.name) == '1.17.0\n' and written(place.cfg, name) == 'written on a node'


def test_a_setup_task_does(place, blob, cfg):
    from azure.mgmt.batchai import models
    name, words, environment = blob
    make_share(cfg)
    task = models.SetupTask(command_line=words + ' && echo set up', std_out_err_path_prefix='$AZ_BATCHAI_MOUNT_ROOT/afs', **environment)
    setup = models.NodeSetup(setup_task=task, mount_volumes=models.MountVolumes(azure_file_shares=[share_mount(cfg)]))
    place.client.clusters.create(place.group, place.workspace, 'setup', cluster_parameters(cfg, 1, node_setup=setup)).result()

    def idle_or_broken():
        counts = place.client.clusters.get(place.group, place.workspace, 'setup').node_state_counts
        return counts.idle_node_count or counts.unusable_node_count
    wait_for(idle_or_broken, 'the node', 60)
    cluster = place.client.clusters.get(place.group, place.workspace, 'setup')
    assert cluster.node_state_counts.idle_node_count == 1, cluster.errors and cluster.errors[0].message
    assert written(cfg, name) == 'written on a node'
    suffix = cluster.node_setup.setup_task.std_out_err_path_suffix
    node = list(place.client.clusters.list_remote_login_information(place.group, place.workspace, 'setup'))[0].node_id
    from azure.storage.file import FileService
    files = FileService(cfg.storage_account_name, cfg.storage_account_key)
    assert files.get_file_to_text('batchaitests', suffix, 'stdout-%s.txt' % node).content == 'set up\n'
    place.client.clusters.delete(place.group, place.workspace, 'setup').result()


def test_what_a_job_writes_on_a_mount_is_at_once_in_the_share(place, nodes, cfg):
    from azure.storage.file import FileService
    name = uuid.uuid4().hex
    files = FileService(cfg.storage_account_name, cfg.storage_account_key)
    job = submit(place, nodes, 'echo live > %s/%s; while [ ! -e %s/%s-go ]; do sleep 0.1; done; cat %s/%s-go' % (MOUNT, name, MOUNT, name, MOUNT, name))
    wait_for(lambda: files.exists('batchaitests', None, name), 'the file that the job writes')
    assert files.get_file_to_text('batchaitests', None, name).content == 'live\n'
    files.create_file_from_text('batchaitests', None, name + '-go', 'sent')
    assert text_of(ended(place, job.name).execution_state) == 'succeeded' and read_output(place, job.name) == 'sent'
