"""One core beneath both columns: what one makes, the other lists, reads and uses."""
import uuid

import pytest

from jobs import ended, of, read_output, submit, text_of
from sdk import make_cluster as make_aml_cluster
from sdk import plain_environment, script_config
from server import wait_for


@pytest.fixture
def ws(cfg):
    from azureml.core import Workspace
    return Workspace.from_config()


def test_a_batch_ai_cluster_is_a_compute_target(place, nodes, ws, project, homeport):
    from azureml.core import Experiment
    from azureml.core.compute import AmlCompute, ComputeTarget
    target = ComputeTarget(workspace=ws, name='nodes')
    assert type(target) is AmlCompute and 'nodes' in ws.compute_targets
    assert target.get_status().current_node_count == 4 and target.vm_size == 'STANDARD_D2_V2'
    run = Experiment(ws, place.experiment).submit(script_config(project(train='print("on the other\'s cluster")'), target))
    run.wait_for_completion()
    assert run.get_status() == 'Completed'
    assert 'nodes' in [cluster['name'] for cluster in homeport.json('cluster', 'list')]


def test_an_amlcompute_cluster_is_a_batch_ai_cluster(place, ws):
    make_aml_cluster(ws, 'fromaml', min_nodes=1, max_nodes=2)
    cluster = wait_for(lambda: with_nodes(place, 'fromaml'), 'a node', 60)
    assert cluster.vm_size == 'STANDARD_D2_V2' and text_of(cluster.provisioning_state) == 'succeeded'
    assert (cluster.scale_settings.auto_scale.minimum_node_count, cluster.scale_settings.auto_scale.maximum_node_count) == (1, 2)
    assert 'fromaml' in [each.name for each in place.client.clusters.list_by_workspace(place.group, place.workspace)]
    job = ended(place, submit(place, cluster, 'echo on the other cluster', nodes=2).name)
    assert text_of(job.execution_state) == 'succeeded' and read_output(place, job.name) == 'on the other cluster\n'
    place.client.clusters.delete(place.group, place.workspace, 'fromaml').result()
    from azureml.core.compute import ComputeTarget
    from azureml.exceptions import ComputeTargetException
    with pytest.raises(ComputeTargetException):
        ComputeTarget(workspace=ws, name='fromaml')


def with_nodes(place, name):
    cluster = place.client.clusters.get(place.group, place.workspace, name)
    return cluster if cluster.node_state_counts.idle_node_count else None


def test_a_batch_ai_job_is_a_run(place, nodes, ws, tmp_path):
    from azureml.core import Experiment, Run
    name = submit(place, nodes, 'echo said by the job; exit 0').name
    ended(place, name)
    experiment = Experiment(ws, place.experiment)
    run = next(iter(experiment.get_runs()))
    same = Run(experiment, run.id)
    assert same.get_status() == 'Completed' and same.get_details()['target'] == 'nodes'
    logs = [file for file in same.get_file_names() if file.endswith('stdout.txt')]
    same.download_file(logs[0], output_file_path=str(tmp_path / 'log'))
    assert (tmp_path / 'log').read_text() == 'said by the job\n'


def test_what_a_share_keeps_is_not_uploaded_as_a_blob(place, nodes, ws, tmp_path):
    from azureml.core import Experiment, Run
    name = submit(place, nodes, 'echo said by the job').name
    ended(place, name)
    run = Run(Experiment(ws, place.experiment), name)
    more = tmp_path / 'more.txt'
    more.write_text('more\n')
    with pytest.raises(Exception, match='stdouterr/more.txt.*share'):
        run.upload_file('stdouterr/more.txt', str(more))
    run.upload_file('notes/more.txt', str(more))
    assert 'notes/more.txt' in run.get_file_names() and 'stdouterr/more.txt' not in run.get_file_names()


def test_a_failed_job_is_a_failed_run_with_the_reason(place, nodes, ws):
    from azureml.core import Experiment
    name = submit(place, nodes, 'exit 3').name
    job = ended(place, name)
    assert job.execution_info.exit_code == 3 and job.execution_info.errors[0].code == 'JobFailed'
    run = next(iter(Experiment(ws, place.experiment).get_runs()))
    assert run.get_status() == 'Failed'


def test_one_list_has_the_runs_of_both_and_follows_either(place, nodes, ws, project, homeport):
    from azureml.core import Experiment
    from azureml.core.compute import ComputeTarget
    word = uuid.uuid4().hex
    job = submit(place, nodes, 'for i in 1 2 3; do echo job %s $i; sleep 0.3; done' % word)
    run = Experiment(ws, place.experiment).submit(script_config(
        project(train='import time\nfor i in (1, 2, 3): print("run %s", i, flush=True); time.sleep(0.3)' % word),
        ComputeTarget(workspace=ws, name='nodes'), environment=plain_environment()))
    listed = homeport.json('run', 'list', '-e', place.experiment)
    assert len(listed) == 2 and run.id in [each['id'] for each in listed]
    of_job = next(each['id'] for each in listed if each['id'] != run.id)
    for identity, kind in ((of_job, 'job'), (run.id, 'run')):
        said = homeport.cli('run', 'logs', '-f', identity, timeout=90).stdout
        assert ['%s %s %d' % (kind, word, number) in said for number in (1, 2, 3)] == [True] * 3, said
        shown = homeport.json('run', 'show', identity)
        assert shown['status'] == 'Completed'
    assert text_of(ended(place, job.name).execution_state) == 'succeeded'


def test_cancelling_the_run_terminates_the_job(place, nodes, ws):
    from azureml.core import Experiment
    job = submit(place, nodes, 'sleep 600')
    wait_for(lambda: text_of(place.client.jobs.get(*of(place), job.name).execution_state) == 'running', 'the job to run')
    next(iter(Experiment(ws, place.experiment).get_runs())).cancel()
    over = ended(place, job.name)
    assert text_of(over.execution_state) == 'failed' and over.execution_info.errors[0].code == 'JobTerminated'
