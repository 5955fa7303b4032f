"""Clusters: what is sent comes back, nodes are set up and explained, the scale follows what is asked for."""
import time
import uuid

import pytest

from jobs import (cluster_parameters, container_mount, ended, make_cluster, make_share, read_output, run_job, share_mount, state_of, submit,
                  text_of)
from server import wait_for


@pytest.fixture
def own_name(place):
    from msrestazure.azure_exceptions import CloudError
    name = 'c-' + uuid.uuid4().hex[:10]
    yield name
    try:
        place.client.clusters.delete(place.group, place.workspace, name).result()
    except CloudError:
        pass


def names(place, name):
    return place.group, place.workspace, name


def create(place, name, count=1, **more):
    return place.client.clusters.create(*names(place, name), cluster_parameters(place.cfg, count, **more)).result()


def manual(count, option=None):
    from azure.mgmt.batchai import models
    return models.ScaleSettings(manual=models.ManualScaleSettings(target_node_count=count, **({'node_deallocation_option': option} if option else {})))


def automatic(least, most, first=0):
    from azure.mgmt.batchai import models
    return models.ScaleSettings(auto_scale=models.AutoScaleSettings(minimum_node_count=least, maximum_node_count=most, initial_node_count=first))


def steady(place, name, count):
    def look():
        cluster = place.client.clusters.get(*names(place, name))
        return cluster if text_of(cluster.allocation_state) == 'steady' and cluster.current_node_count == count else None
    return wait_for(look, '%d steady nodes of %s' % (count, name), 60)


def setup_task(command, prefix='$AZ_BATCHAI_MOUNT_ROOT/afs', **more):
    from azure.mgmt.batchai import models
    return models.SetupTask(command_line=command, std_out_err_path_prefix=prefix, **more)


def node_setup(place, command=None, **more):
    from azure.mgmt.batchai import models
    make_share(place.cfg)
    return models.NodeSetup(setup_task=command and setup_task(command, **more), mount_volumes=models.MountVolumes(
        azure_file_shares=[share_mount(place.cfg)]))


def test_every_field_comes_back(place, own_name):
    from azure.mgmt.batchai import models
    setup = node_setup(place, 'true', environment_variables=[models.EnvironmentVariable(name='A', value='1')],
                       secrets=[models.EnvironmentVariableWithSecretValue(name='S', value='geheim')])
    setup.performance_counters_settings = models.PerformanceCountersSettings(app_insights_reference=models.AppInsightsReference(
        component=models.ResourceId(id='/component'), instrumentation_key='geheim'))
    cluster = create(place, own_name, vm_size='standard_nc6', vm_priority='lowpriority', scale_settings=automatic(0, 3, 0), node_setup=setup,
                     subnet=models.ResourceId(id='/subnet'), virtual_machine_configuration=models.VirtualMachineConfiguration(
                         image_reference=models.ImageReference(publisher='p', offer='o', sku='s', virtual_machine_image_id='/image')),
                     user_account_settings=models.UserAccountSettings(admin_user_name='admin', admin_user_password='geheim',
                                                                      admin_user_ssh_public_key='ssh-rsa AAAA'))
    assert 'geheim' not in str(cluster.as_dict()) and place.cfg.storage_account_key not in str(cluster.as_dict())
    assert cluster.vm_size == 'STANDARD_NC6' and text_of(cluster.vm_priority) == 'lowpriority' and cluster.subnet.id == '/subnet'
    scale = cluster.scale_settings.auto_scale
    assert (scale.minimum_node_count, scale.maximum_node_count, scale.initial_node_count) == (0, 3, 0) and cluster.scale_settings.manual is None
    image = cluster.virtual_machine_configuration.image_reference
    assert (image.publisher, image.offer, image.sku, image.version, image.virtual_machine_image_id) == ('p', 'o', 's', 'latest', '/image')
    account = cluster.user_account_settings
    assert (account.admin_user_name, account.admin_user_password, account.admin_user_ssh_public_key) == ('admin', None, 'ssh-rsa AAAA')
    task = cluster.node_setup.setup_task
    assert (task.command_line, task.std_out_err_path_prefix) == ('true', '$AZ_BATCHAI_MOUNT_ROOT/afs')
    assert task.std_out_err_path_suffix.startswith('%s/%s/workspaces/%s/clusters/%s/' % (
        place.cfg.subscription_id, place.group, place.workspace, own_name))
    assert [(each.name, each.value) for each in task.secrets] == [('S', None)]
    assert cluster.node_setup.mount_volumes.azure_file_shares[0].file_mode == '0777'
    assert cluster.node_setup.performance_counters_settings.app_insights_reference.component.id == '/component'
    assert cluster.creation_time and cluster.allocation_state_transition_time and cluster.provisioning_state_transition_time


def test_a_setup_task_leaves_its_output_on_the_share(place, own_name):
    from azure.mgmt.batchai import models
    from azure.storage.file import FileService
    create(place, own_name, 2, node_setup=node_setup(
        place, 'echo $GREETING $SECRET_GREETING; id -u; echo made >$HOME/made', environment_variables=[models.EnvironmentVariable(
            name='GREETING', value='setup task')], secrets=[models.EnvironmentVariableWithSecretValue(name='SECRET_GREETING', value='has a secret')]))
    cluster = steady(place, own_name, 2)
    assert cluster.node_state_counts.idle_node_count == 2 and not cluster.errors
    nodes = list(place.client.clusters.list_remote_login_information(*names(place, own_name)))
    files = FileService(place.cfg.storage_account_name, place.cfg.storage_account_key)
    folder = cluster.node_setup.setup_task.std_out_err_path_suffix
    assert sorted(file.name for file in files.list_directories_and_files('batchaitests', folder)) == sorted(
        '%s-%s.txt' % (stream, node.node_id) for stream in ('stdout', 'stderr') for node in nodes)
    for node in nodes:
        said = files.get_file_to_text('batchaitests', folder, 'stdout-%s.txt' % node.node_id).content
        assert said.splitlines()[0] == 'setup task has a secret'
    job = run_job(place, cluster, 'cat $HOME/made')
    assert read_output(place, job.name) == 'made\n'


def test_a_failed_setup_task_is_an_error_of_the_cluster(place, own_name, homeport):
    create(place, own_name, node_setup=node_setup(place, 'echo the reason >&2; exit 5'))

    def look():
        cluster = place.client.clusters.get(*names(place, own_name))
        return cluster if cluster.errors else None
    cluster = wait_for(look, 'an error', 60)
    error = cluster.errors[0]
    assert error.code == 'NodeSetupTaskFailed', error.as_dict()
    details = {detail.name: detail.value for detail in error.details}
    assert '5' in details['Info'], details
    assert cluster.node_state_counts.idle_node_count == 0
    # The same in the other dialect, and in words.
    shown = homeport.json('cluster', 'show', own_name)['errors'][0]['error']
    assert shown['code'] == 'SetupFailed' and 'exit code 5' in shown['message'] and 'the reason' in shown['message'], shown
    assert 'SetupFailed: ' in homeport.cli('cluster', 'show', own_name).stdout


def test_a_mount_that_fails_is_an_error_of_the_cluster(place, own_name):
    from azure.mgmt.batchai import models
    create(place, own_name, node_setup=models.NodeSetup(mount_volumes=models.MountVolumes(
        azure_blob_file_systems=[container_mount(place.cfg, 'nosuchcontainer')])))
    cluster = wait_for(lambda: (lambda found: found if found.errors else None)(place.client.clusters.get(*names(place, own_name))), 'an error', 60)
    assert cluster.errors[0].code == 'BFSMountError'


def test_volumes_of_a_cluster_are_seen_by_its_jobs(place, own_name):
    from azure.mgmt.batchai import models
    create(place, own_name, node_setup=node_setup(place))
    cluster = steady(place, own_name, 1)
    job = run_job(place, cluster, 'echo $AZ_BATCHAI_INPUT_X >$AZ_BATCHAI_OUTPUT_OUT/out.txt', mount_volumes=None,
                  std_out_err_path_prefix='$AZ_BATCHAI_MOUNT_ROOT/afs',
                  input_directories=[models.InputDirectory(id='X', path='$AZ_BATCHAI_MOUNT_ROOT/afs')],
                  output_directories=[models.OutputDirectory(id='OUT', path_prefix='$AZ_BATCHAI_MOUNT_ROOT/afs')])
    assert text_of(job.execution_state) == 'succeeded', job.execution_info.as_dict()
    assert read_output(place, job.name, 'out.txt', 'OUT').endswith('/mounts/afs\n')


def test_a_manual_scale_is_followed(place, own_name):
    create(place, own_name, 1)
    steady(place, own_name, 1)
    changed = place.client.clusters.update(*names(place, own_name), manual(2))
    assert changed.scale_settings.manual.target_node_count == 2
    steady(place, own_name, 2)
    place.client.clusters.update(*names(place, own_name), manual(0))
    cluster = steady(place, own_name, 0)
    assert list(place.client.clusters.list_remote_login_information(*names(place, own_name))) == []
    assert cluster.allocation_state_transition_time > cluster.creation_time


def test_an_automatic_scale_follows_the_jobs(place, own_name):
    cluster = create(place, own_name, scale_settings=automatic(0, 2))
    assert cluster.current_node_count == 0
    job = ended(place, submit(place, cluster, 'true', nodes=2).name)
    assert text_of(job.execution_state) == 'succeeded'
    changed = place.client.clusters.update(*names(place, own_name), automatic(1, 1, 1))
    assert changed.scale_settings.auto_scale.initial_node_count == 1
    steady(place, own_name, 1)
    assert place.client.clusters.update(*names(place, own_name), manual(0)).scale_settings.auto_scale is None
    steady(place, own_name, 0)


@pytest.mark.parametrize('option', ['requeue', 'terminate', 'waitforjobcompletion'])
def test_what_becomes_of_jobs_when_nodes_go(place, own_name, option):
    cluster = make_cluster(place, own_name, 1)
    job = submit(place, cluster, 'sleep %d' % (4 if option == 'waitforjobcompletion' else 600))
    wait_for(lambda: state_of(place, job.name) == 'running', 'the job to run')
    changed = place.client.clusters.update(*names(place, own_name), manual(0, option))
    assert text_of(changed.scale_settings.manual.node_deallocation_option) == option
    if option == 'requeue':
        wait_for(lambda: state_of(place, job.name) == 'queued', 'the job to wait again', 30)
    else:
        state = ended(place, job.name).execution_state
        assert text_of(state) == ('succeeded' if option == 'waitforjobcompletion' else 'failed')
    steady(place, own_name, 0)


def test_a_put_of_a_cluster_that_is_there(place, own_name):
    from msrestazure.azure_exceptions import CloudError
    create(place, own_name, 1)
    assert create(place, own_name, 2).scale_settings.manual.target_node_count == 2
    for more, status in (({'vm_size': 'STANDARD_NC12'}, 400), ({'vm_priority': 'lowpriority'}, 409)):
        with pytest.raises(CloudError) as caught:
            create(place, own_name, 2, **more)
        assert caught.value.status_code == status, caught.value
    assert place.client.clusters.get(*names(place, own_name)).vm_size == 'STANDARD_D2_V2'


def test_a_deleted_cluster_can_be_made_again(place, own_name):
    make_cluster(place, own_name, 1)
    began = time.monotonic()
    place.client.clusters.delete(*names(place, own_name)).result()
    assert time.monotonic() - began < 30
    make_cluster(place, own_name, 1)
