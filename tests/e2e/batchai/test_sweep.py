"""Sweeps: sixteen jobs on four nodes, made by `utilities` as its users make them."""
import itertools

import pytest

from jobs import MOUNT, job_parameters, of, output_files

PROGRAM = 'echo "metric = {0}%" > $AZ_BATCHAI_OUTPUT_ALL/progress.log; echo {1} is $PARAM_SIZE'


@pytest.fixture
def experiment(place):
    import utilities
    return utilities.experiment.ExperimentUtils(place.client, place.group, place.workspace, place.experiment)


def template(place, cluster, sweep):
    from azure.mgmt.batchai import models
    return job_parameters(place, cluster, PROGRAM.format(sweep['RATE'], sweep['SIZE']),
                          output_directories=[models.OutputDirectory(id='ALL', path_prefix=MOUNT)])


def extractor():
    import utilities
    return utilities.job.MetricExtractor(output_dir_id='ALL', logfile='progress.log', regex=r'metric =(.*?)\%')


def test_a_grid_of_sixteen_jobs_on_four_nodes(place, nodes, experiment, capsys):
    from utilities.job_factory import DiscreteParameter, NumericParameter, ParameterSweep
    sweep = ParameterSweep([
        NumericParameter(parameter_name='RATE', data_type='REAL', start=1e-4, end=1e-1, scale='LOG', num_values=4),
        DiscreteParameter(parameter_name='SIZE', values=[100, 200, 300, 400])])
    parameters, values = sweep.generate_jobs(template(place, nodes, sweep))
    assert [(each['RATE'], each['SIZE']) for each in values] == list(itertools.product([1e-4, 1e-3, 1e-2, 1e-1], [100, 200, 300, 400]))
    jobs = experiment.submit_jobs(parameters, 'grid').result(60)
    most_running = []

    def watch(found):
        counts = place.client.clusters.get(place.group, place.workspace, 'nodes').node_state_counts
        most_running.append(counts.running_node_count)
    ended = experiment.wait_all_jobs(on_progress=watch, timeout=120)
    assert len(ended) == 16 and max(most_running) <= 4
    assert capsys.readouterr().out.endswith('16/16 jobs completed (16 succeeded, 0 failed)\nAll jobs completed.\n')

    found = experiment.get_metrics_for_jobs(jobs, extractor())
    assert [each['metric_value'] for each in found] == [each['RATE'] for each in values], 'in the order of their submission'
    best = min(found, key=lambda each: each['metric_value'])['job']
    assert {each.name: each.value for each in best.environment_variables} == {'PARAM_RATE': '0.0001', 'PARAM_SIZE': '100'}


def test_a_random_search_of_sixteen_jobs(place, nodes, experiment):
    from utilities.job_factory import NumericParameter, ParameterSweep
    sweep = ParameterSweep([NumericParameter('RATE', 'REAL', 1e-3, 10, 'LOG'), NumericParameter('SIZE', 'INTEGER', 1, 1000, 'LINEAR')])
    parameters, values = sweep.generate_jobs_random_search(template(place, nodes, sweep), 16)
    jobs = experiment.submit_jobs(parameters, 'random').result(60)
    experiment.wait_all_jobs(job_names=[job.name for job in jobs], timeout=120)
    found = experiment.get_metrics_for_jobs(jobs, extractor())
    assert [each['metric_value'] for each in found] == pytest.approx([each['RATE'] for each in values])


def test_failed_jobs_are_made_anew_and_all_deleted(place, nodes, experiment, capsys):
    from utilities.job_factory import DiscreteParameter, ParameterSweep
    sweep = ParameterSweep([DiscreteParameter('CODE', [0, 1])])
    parameters, _ = sweep.generate_jobs(job_parameters(place, nodes, 'mkdir $AZ_BATCHAI_JOB_MOUNT_ROOT/afs/%s-{0}; exit {0}'.format(sweep['CODE'])
                                                       % place.experiment))
    good, bad = experiment.submit_jobs(parameters, 'codes').result(60)
    states = {job.name: job for job in experiment.wait_all_jobs(timeout=60)}
    assert states[good.name].execution_info.exit_code == 0 and states[bad.name].execution_info.exit_code == 1
    again = experiment.resubmit_failed_jobs()
    assert [job.name for job in again] == [bad.name]
    assert again[0].job_output_directory_path_segment != bad.job_output_directory_path_segment, 'nothing is written over'
    experiment.wait_all_jobs(timeout=60)
    experiment.delete_jobs_in_experiment()
    assert list(place.client.jobs.list_by_experiment(*of(place))) == []


def test_a_job_for_each_file(place, nodes, experiment, cfg):
    from azure.mgmt.batchai import models
    from azure.storage.blob import BlockBlobService
    from azure.storage.file import FileService
    from jobs import container_mount, make_share, share_mount
    from utilities.job_factory import FileParameter, ParameterSweep
    account = (cfg.storage_account_name, cfg.storage_account_key)
    blobs, files = BlockBlobService(*account), FileService(*account)
    blobs.create_container('perfile', fail_on_exist=False)
    make_share(cfg)
    files.create_directory('batchaitests', 'inputs', fail_on_exist=False)
    for name in ('one', 'two'):
        blobs.create_blob_from_text('perfile', 'texts/%s.txt' % name, 'blob ' + name)
        files.create_file_from_text('batchaitests', 'inputs', name + '.txt', 'file ' + name)
    common = {'parameter_name': 'PATH_OF_FILE', 'storage_account_name': account[0], 'storage_account_key': account[1], 'mount_method': 'JOB'}
    said = []
    for source in (FileParameter(storage_type='BLOB', mount_path='bfs', container='perfile', filter_str='texts/.+', **common),
                   FileParameter(storage_type='FILE', mount_path='afs', fileshare='batchaitests', directory='inputs', **common)):
        sweep = ParameterSweep([source])
        mounts = models.MountVolumes(azure_file_shares=[share_mount(cfg)], azure_blob_file_systems=[container_mount(cfg, 'perfile')])
        parameters, _ = sweep.generate_jobs(job_parameters(place, nodes, 'cat {0}'.format(sweep['PATH_OF_FILE']), mount_volumes=mounts))
        jobs = experiment.submit_jobs(parameters, 'file').result(60)
        experiment.wait_all_jobs(job_names=[job.name for job in jobs], timeout=60)
        said += [read(place, job) for job in jobs]
    assert said == ['blob one', 'blob two', 'file one', 'file two']


def read(place, job):
    from jobs import read_output
    assert output_files(place, job.name)
    return read_output(place, job.name)
