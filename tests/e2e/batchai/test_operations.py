"""Every operation of the service with the client of 2019, through the gateway and with an explicit endpoint."""
import uuid

import pytest

from jobs import MOUNT, cluster_parameters, ended, job_parameters, make_cluster, of, output_files, read_output, submit, text_of
from server import wait_for


@pytest.fixture
def there(either, place):
    """The place of this test, seen through either way."""
    return place._replace(client=either)


@pytest.fixture
def own_name():
    return 'n-' + uuid.uuid4().hex[:10]


def gone(get, *names):
    from msrestazure.azure_exceptions import CloudError
    with pytest.raises(CloudError) as caught:
        get(*names)
    return caught.value.status_code == 404 and caught.value.error.error


def test_workspaces(there, cfg, own_name):
    workspaces = there.client.workspaces
    made = workspaces.create(there.group, own_name, cfg.location, tags={'a': 'b'}).result()
    assert (made.name, made.location, made.tags, made.type) == (own_name, cfg.location, {'a': 'b'}, 'Microsoft.BatchAI/workspaces')
    assert text_of(made.provisioning_state) == 'succeeded' and made.creation_time
    assert workspaces.update(there.group, own_name, tags={'c': 'd'}).tags == {'c': 'd'}
    assert workspaces.get(there.group, own_name.upper()).id.lower() == made.id.lower(), 'names have no case'
    assert own_name in [each.name for each in workspaces.list()]
    assert own_name in [each.name for each in workspaces.list_by_resource_group(there.group)]
    workspaces.delete(there.group, own_name).result()
    assert gone(workspaces.get, there.group, own_name) == 'WorkspaceNotFound'


def test_experiments(there, own_name):
    experiments = there.client.experiments
    made = experiments.create(there.group, there.workspace, own_name).result()
    again = experiments.create(there.group, there.workspace, own_name).result()
    assert made.name == own_name and again.creation_time == made.creation_time, 'a second time it is the same'
    assert own_name in [each.name for each in experiments.list_by_workspace(there.group, there.workspace)]
    experiments.delete(there.group, there.workspace, own_name).result()
    assert gone(experiments.get, there.group, there.workspace, own_name) == 'ExperimentNotFound'


def test_clusters(there, own_name):
    from azure.mgmt.batchai import models
    clusters, names = there.client.clusters, (there.group, there.workspace, own_name)
    made = clusters.create(*names, cluster_parameters(there.cfg, 1, vm_priority='lowpriority')).result()
    assert (made.name, made.vm_size, text_of(made.vm_priority)) == (own_name, 'STANDARD_D2_V2', 'lowpriority')
    assert made.scale_settings.manual.target_node_count == 1 and text_of(made.scale_settings.manual.node_deallocation_option) == 'requeue'
    assert made.user_account_settings.admin_user_password is None, 'a secret never comes back'
    wait_for(lambda: clusters.get(*names).node_state_counts.idle_node_count == 1, 'the node')
    wait_for(lambda: text_of(clusters.get(*names).allocation_state) == 'steady', 'a steady cluster')
    ready = clusters.get(*names)
    counts = ready.node_state_counts
    assert (counts.idle_node_count, counts.running_node_count, counts.preparing_node_count, counts.leaving_node_count,
            counts.unusable_node_count, ready.current_node_count) == (1, 0, 0, 0, 0, 1)
    logins = list(clusters.list_remote_login_information(*names))
    assert len(logins) == 1 and logins[0].node_id and logins[0].ip_address and logins[0].port is not None

    auto = models.AutoScaleSettings(minimum_node_count=0, maximum_node_count=2)
    changed = clusters.update(*names, scale_settings=models.ScaleSettings(auto_scale=auto))
    assert changed.scale_settings.manual is None and changed.scale_settings.auto_scale.maximum_node_count == 2
    clusters.update(*names, scale_settings=models.ScaleSettings(manual=models.ManualScaleSettings(target_node_count=0)))
    wait_for(lambda: clusters.get(*names).current_node_count == 0, 'the node to be given back')
    assert own_name in [each.name for each in clusters.list_by_workspace(there.group, there.workspace)]
    clusters.delete(*names).result()
    assert gone(clusters.get, *names) == 'ClusterNotFound'


def test_jobs(there, nodes, own_name):
    from azure.mgmt.batchai import models
    jobs = there.client.jobs
    parameters = job_parameters(
        there, nodes, 'echo out; echo err >&2; echo $GREETING > $AZ_BATCHAI_OUTPUT_RESULT/deep/hi.txt',
        job_preparation=models.JobPreparation(command_line='mkdir -p $AZ_BATCHAI_OUTPUT_RESULT/deep'),
        environment_variables=[models.EnvironmentVariable(name='GREETING', value='hello')],
        secrets=[models.EnvironmentVariableWithSecretValue(name='SECRET', value='word')],
        output_directories=[models.OutputDirectory(id='RESULT', path_prefix=MOUNT, path_suffix='res')])
    made = jobs.create(*of(there), own_name, parameters).result()
    assert made.name == own_name and made.node_count == 1 and text_of(made.scheduling_priority) == 'normal'
    assert made.cluster.id.lower() == nodes.id.lower() and text_of(made.tool_type) == 'custom'
    assert made.secrets[0].name == 'SECRET' and made.secrets[0].value is None
    assert made.mount_volumes.azure_file_shares[0].credentials.account_key is None
    assert own_name in made.job_output_directory_path_segment
    job = ended(there, own_name)
    assert text_of(job.execution_state) == 'succeeded' and job.execution_info.exit_code == 0
    assert job.execution_info.start_time <= job.execution_info.end_time
    assert [each.name for each in jobs.list_by_experiment(*of(there))] == [own_name]

    names = [each.name for each in output_files(there, own_name)]
    assert names == sorted(names) and {'stdout.txt', 'stderr.txt'} <= set(names)
    assert read_output(there, own_name) == 'out\n' and read_output(there, own_name, 'stderr.txt') == 'err\n'
    folder = output_files(there, own_name, 'RESULT')[0]
    assert (folder.name, text_of(folder.file_type), folder.download_url) == ('deep', 'directory', None)
    file = output_files(there, own_name, 'RESULT', directory='deep', linkexpiryinminutes=5)[0]
    assert (file.name, text_of(file.file_type), file.content_length) == ('hi.txt', 'file', 6) and file.last_modified
    jobs.delete(*of(there), own_name).result()
    assert gone(jobs.get, *of(there), own_name) == 'JobNotFound'


def test_a_running_job_is_reached_and_terminated(there, nodes):
    name = submit(there, nodes, 'echo begun; sleep 600', nodes=2).name
    wait_for(lambda: text_of(there.client.jobs.get(*of(there), name).execution_state) == 'running', 'the job to run')
    assert len(list(there.client.jobs.list_remote_login_information(*of(there), name))) == 2
    there.client.jobs.terminate(*of(there), name).result()
    job = ended(there, name)
    assert text_of(job.execution_state) == 'failed' and job.execution_info.errors[0].code == 'JobTerminated'
    there.client.jobs.terminate(*of(there), name).result()
    assert read_output(there, name) == 'begun\n', 'what it wrote is kept'


def test_usages_and_operations(there, cfg):
    usages = {each.name.value: each for each in there.client.usages.list(cfg.location)}
    assert usages and all(text_of(each.unit) == 'Count' and each.limit is not None for each in usages.values())
    assert all(each.name.localized_value == name and each.current_value >= 0 for name, each in usages.items())
    assert usages['Cluster Count'].current_value >= 0 and usages['Cluster Count'].limit == -1, 'no limit'
    operations = {each.name: each for each in there.client.operations.list()}
    names = sorted(operations)
    assert any(name.startswith('Microsoft.BatchAI/') and name.endswith('clusters/read') for name in names), names
    for name, each in operations.items():
        assert each.origin and each.display.provider and each.display.resource and each.display.operation and each.display.description, name


def test_lists_come_in_pages(there):
    from azure.mgmt.batchai import models
    names = ['page%02d' % number for number in range(5)]
    for name in names:
        there.client.experiments.create(there.group, there.workspace, name).result()
    pages = there.client.experiments.list_by_workspace(
        there.group, there.workspace, models.ExperimentsListByWorkspaceOptions(max_results=2))
    assert len(pages.advance_page()) == 2 and pages.next_link
    everything = [each.name for each in there.client.experiments.list_by_workspace(
        there.group, there.workspace, models.ExperimentsListByWorkspaceOptions(max_results=2))]
    assert set(names) <= set(everything) and len(everything) == len(set(everything))


def test_a_job_may_run_on_a_cluster_of_another_workspace(place, cfg, own_name):
    place.client.workspaces.create(place.group, own_name, cfg.location).result()
    elsewhere = place._replace(workspace=own_name)
    cluster = make_cluster(elsewhere, 'theirs', 1)
    assert '/workspaces/%s/' % own_name in cluster.id
    job = ended(place, submit(place, cluster, 'echo far away').name)
    assert text_of(job.execution_state) == 'succeeded' and read_output(place, job.name) == 'far away\n'
    place.client.workspaces.delete(place.group, own_name).result()
