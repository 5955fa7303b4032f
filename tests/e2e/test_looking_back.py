"""Finding again what ran before."""
import pytest

from sdk import make_cluster, script_config


@pytest.fixture
def finished(ws, cluster, project):
    from azureml.core import Experiment
    run = Experiment(ws, name='history').submit(script_config(project(train='print("done")\n'), cluster, arguments=['--seed', 7]))
    run.wait_for_completion()
    return run


def test_experiments_and_runs_are_found_by_name(ws, finished):
    from azureml.core import Experiment, Run
    assert 'history' in ws.experiments
    assert 'history' in [experiment.name for experiment in Experiment.list(ws)]
    again = next(iter(ws.experiments['history'].get_runs()))
    assert again.id == finished.id, 'newest first'
    same = Run(ws.experiments['history'], finished.id)
    assert same.get_status() == 'Completed'


def test_details_tell_what_ran_and_when(finished):
    details = finished.get_details()
    assert details['runId'] == finished.id and details['target'] == 'cpu'
    assert details['startTimeUtc'] <= details['endTimeUtc']
    assert details['runDefinition']['script'] == 'train.py'
    assert details['runDefinition']['arguments'] == ['--seed', '7']
    assert any('70_driver_log' in name for name in details['logFiles'])


def test_a_run_driven_by_its_own_client_has_children(ws):
    from azureml.core import Experiment
    parent = Experiment(ws, name='family').start_logging()
    children = [parent.child_run(name='child-%d' % i) for i in range(3)]
    for value, child in enumerate(children):
        child.log('value', value)
        child.complete()
    parent.complete()
    found = list(parent.get_children())
    assert {child.id for child in found} == {child.id for child in children}
    assert sorted(child.get_metrics()['value'] for child in found) == [0, 1, 2]
    assert parent.get_status() == 'Completed'


def test_a_file_can_be_uploaded_and_downloaded(ws, tmp_path):
    from azureml.core import Experiment
    run = Experiment(ws, name='files').start_logging()
    (tmp_path / 'note.txt').write_text('a note')
    run.upload_file('outputs/note.txt', str(tmp_path / 'note.txt'))
    run.complete()
    assert 'outputs/note.txt' in run.get_file_names()
    run.download_file('outputs/note.txt', output_file_path=str(tmp_path / 'back.txt'))
    assert (tmp_path / 'back.txt').read_text() == 'a note'


def test_a_cluster_updates_its_scale_but_not_its_size(homeport, ws):
    from azureml.core.compute import ComputeTarget
    cluster = make_cluster(ws, 'scaled', max_nodes=1)
    cluster.update(min_nodes=0, max_nodes=3, idle_seconds_before_scaledown=900)
    again = ComputeTarget(workspace=ws, name='scaled')
    settings = again.get_status().serialize()['scaleSettings']
    assert settings == {'minNodeCount': 0, 'maxNodeCount': 3, 'nodeIdleTimeBeforeScaleDown': 'PT900S'}
    scope = '/subscriptions/%s/resourceGroups/%s/providers/Microsoft.MachineLearningServices/workspaces/%s/computes/scaled' % (
        ws.subscription_id, ws.resource_group, ws.name)
    body = homeport.request('GET', scope + '?api-version=2019-06-01').json()
    body['properties']['properties']['vmSize'] = 'STANDARD_D3_V2'
    refused = homeport.request('PUT', scope + '?api-version=2019-06-01', body)
    assert refused.status in (400, 409) and 'vmSize' in refused.text
    again.delete()


def test_a_cluster_shows_its_state_in_the_shape_of_the_sdk(cluster):
    status = cluster.get_status().serialize()
    assert status['vmSize'] == 'STANDARD_D2_V2' and status['vmPriority'] == 'Dedicated'
    assert status['allocationState'] in ('Steady', 'Resizing')
    assert set(status['nodeStateCounts']) == {'preparingNodeCount', 'runningNodeCount', 'idleNodeCount', 'unusableNodeCount',
                                              'leavingNodeCount', 'preemptedNodeCount'}


def test_an_argument_that_is_not_honoured_warns_by_name(ws, caplog, capfd):
    from azureml.core.compute import AmlCompute
    AmlCompute.provisioning_configuration(vm_size='STANDARD_D2_V2', max_nodes=1, admin_username='me', admin_user_password='secret')
    said = capfd.readouterr()
    text = said.out + said.err + caplog.text
    assert 'admin_username' in text and 'secret' not in text
