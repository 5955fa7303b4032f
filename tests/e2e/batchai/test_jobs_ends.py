"""How jobs end, in the shapes that the service gave: exit codes, errors, times, and what is left to read."""
import datetime
import time
import uuid

import pytest

from jobs import MOUNT, cluster_parameters, ended, job_parameters, make_cluster, of, output_files, read_output, run_job, share_mount, submit, state_of, text_of
from server import wait_for


@pytest.fixture
def own_name():
    return 'n-' + uuid.uuid4().hex[:10]


def shape(job):
    """What of executionInfo does not differ from one job to the next."""
    info = job.execution_info.as_dict()
    assert info['start_time'] <= info['end_time']
    return text_of(job.execution_state), info.get('exit_code'), [(error['code'], error['message']) for error in info.get('errors', [])]


def test_success(place, nodes):
    job = run_job(place, nodes, 'echo hi')
    assert shape(job) == ('succeeded', 0, [])
    assert job.execution_state_transition_time == job.execution_info.end_time


def test_an_exit_code(place, nodes):
    assert shape(run_job(place, nodes, 'exit 3')) == ('failed', 3, [('JobFailed', 'Job failed with non-zero exit code')])


def test_a_failed_preparation(place, nodes):
    from azure.mgmt.batchai import models
    job = run_job(place, nodes, 'echo never', job_preparation=models.JobPreparation(command_line='echo before; echo why >&2; sleep 1; exit 7'))
    assert job.execution_info.end_time - job.execution_info.start_time >= datetime.timedelta(seconds=1)
    assert shape(job) == ('failed', 7, [('JobPreparationFailed', 'Job preparation task failed with non-zero exit code')])
    assert read_output(place, job.name, 'stdout-job_prep.txt') == 'before\n'
    assert read_output(place, job.name, 'stderr-job_prep.txt') == 'why\n'
    assert 'stdout.txt' not in [file.name for file in output_files(place, job.name)]


def test_a_preparation_runs_once_on_every_node_before_the_job(place, nodes):
    from azure.mgmt.batchai import models
    job = run_job(place, nodes, 'cat $AZ_BATCHAI_SHARED_JOB_TEMP/* | sort | uniq -c | wc -l; cat $AZ_BATCHAI_JOB_TEMP/own', nodes=2,
                  job_preparation=models.JobPreparation(command_line='echo $AZ_BATCH_NODE_ID $GREETING | tee $AZ_BATCHAI_JOB_TEMP/own '
                                                                     '>$AZ_BATCHAI_SHARED_JOB_TEMP/prep-$AZ_BATCH_NODE_ID'),
                  environment_variables=[models.EnvironmentVariable(name='GREETING', value='hello')])
    assert shape(job)[0] == 'succeeded', read_output(place, job.name, 'stderr.txt')
    count, own = read_output(place, job.name).splitlines()
    assert count.strip() == '2' and own.endswith(' hello')


def test_a_running_job_that_is_terminated(place, nodes):
    job = submit(place, nodes, 'echo on; sleep 600')
    wait_for(lambda: state_of(place, job.name) == 'running', 'the job to run')
    wait_for(lambda: 'stdout.txt' in [file.name for file in output_files(place, job.name)], 'its output')
    assert job.execution_info is None
    place.client.jobs.terminate(*of(place), job.name).result()
    over = ended(place, job.name)
    assert shape(over) == ('failed', None, [('JobTerminated', 'The specified job has been terminated by the user')])
    assert read_output(place, job.name) == 'on\n'
    # A finished job: nothing happens, at once.
    place.client.jobs.terminate(*of(place), job.name).result()
    assert ended(place, job.name).execution_info == over.execution_info


def test_a_queued_job_that_is_terminated(place):
    empty = make_empty(place)
    job = submit(place, empty, 'echo never')
    assert state_of(place, job.name) == 'queued'
    place.client.jobs.terminate(*of(place), job.name).result()
    assert shape(ended(place, job.name)) == ('failed', None, [('JobTerminated', 'The specified job has been terminated by the user')])


def make_empty(place, name='empty'):
    """A cluster without nodes."""
    parameters = cluster_parameters(place.cfg, 0)
    return place.client.clusters.create(place.group, place.workspace, name, parameters).result()


def test_a_queued_job_starts_when_its_cluster_grows(place):
    from azure.mgmt.batchai import models
    small = make_empty(place, 'grows')
    job = submit(place, small, 'echo at last', nodes=2)
    time.sleep(1)
    assert state_of(place, job.name) == 'queued'
    for count in (2, 0):
        scale = models.ScaleSettings(manual=models.ManualScaleSettings(target_node_count=count))
        place.client.clusters.update(place.group, place.workspace, 'grows', scale)
        if count:
            assert shape(ended(place, job.name))[0] == 'succeeded'
    place.client.clusters.delete(place.group, place.workspace, 'grows').result()


def test_a_running_job_that_is_deleted(place, nodes):
    from msrestazure.azure_exceptions import CloudError
    job = submit(place, nodes, 'trap "" TERM; echo on; sleep 600')
    wait_for(lambda: state_of(place, job.name) == 'running', 'the job to run')
    place.client.jobs.delete(*of(place), job.name).result()
    with pytest.raises(CloudError) as caught:
        place.client.jobs.get(*of(place), job.name)
    assert caught.value.status_code == 404
    # The name is free again; the new job's files do not meet the old one's.
    again = run_job(place, nodes, 'echo second', name=job.name)
    assert read_output(place, again.name) == 'second\n'
    assert again.job_output_directory_path_segment != job.job_output_directory_path_segment


def test_output_of_a_deleted_job_stays_on_the_share(place, nodes):
    from azure.storage.file import FileService
    job = run_job(place, nodes, 'echo kept')
    place.client.jobs.delete(*of(place), job.name).result()
    files = FileService(place.cfg.storage_account_name, place.cfg.storage_account_key)
    text = files.get_file_to_text('batchaitests', job.job_output_directory_path_segment + '/stdouterr', 'stdout.txt').content
    assert text == 'kept\n'


def test_a_job_past_its_time(place, nodes):
    from azure.mgmt.batchai import models
    constraints = models.JobBasePropertiesConstraints(max_wall_clock_time=datetime.timedelta(seconds=2))
    job = submit(place, nodes, 'sleep 600', constraints=constraints)
    state, _, errors = shape(ended(place, job.name))
    assert state == 'failed' and [code for code, _ in errors] == ['JobMaxWallClockTimeExceeded']


def test_a_preparation_is_a_part_of_the_jobs_time(place, nodes):
    from azure.mgmt.batchai import models
    job = submit(place, nodes, 'echo never', job_preparation=models.JobPreparation(command_line='sleep 600'),
                 constraints=models.JobBasePropertiesConstraints(max_wall_clock_time=datetime.timedelta(seconds=2)))
    state, _, errors = shape(ended(place, job.name))
    assert state == 'failed' and [code for code, _ in errors] == ['JobMaxWallClockTimeExceeded']


def test_a_preparation_that_is_terminated_may_save_what_it_has(place, nodes):
    from azure.mgmt.batchai import models
    preparation = models.JobPreparation(command_line='trap "echo saved; exit 1" TERM; echo begun; sleep 600 & wait')
    job = submit(place, nodes, 'echo never', job_preparation=preparation)

    def said():
        names = [file.name for file in output_files(place, job.name)]
        return read_output(place, job.name, 'stdout-job_prep.txt') if 'stdout-job_prep.txt' in names else ''
    wait_for(lambda: said() == 'begun\n', 'the preparation to begin')
    place.client.jobs.terminate(*of(place), job.name).result()
    state, _, errors = shape(ended(place, job.name))
    assert state == 'failed' and [code for code, _ in errors] == ['JobTerminated']
    assert said() == 'begun\nsaved\n'


@pytest.mark.parametrize('kind, code, message', [
    ('share', 'AZFMountError', 'Unable to mount Azure File'),
    ('key', 'AZFMountError', 'Unable to mount Azure File'),
    ('container', 'BFSMountError', 'unable to mount blob fuse file system')])
def test_what_cannot_be_mounted(place, nodes, kind, code, message):
    from azure.mgmt.batchai import models
    from jobs import container_mount
    mounts = {'azure_file_shares': [share_mount(place.cfg)]}
    if kind == 'container':
        mounts['azure_blob_file_systems'] = [container_mount(place.cfg, 'nosuchcontainer')]
    else:
        mounts['azure_file_shares'].append(share_mount(place.cfg, 'other', 'nosuchshare' if kind == 'share' else 'batchaitests'))
    if kind == 'key':
        mounts['azure_file_shares'][1].credentials.account_key = 'd3Jvbmc='
    job = run_job(place, nodes, 'echo never', mount_volumes=models.MountVolumes(**mounts))
    assert shape(job) == ('failed', -1, [(code, message)])
    details = {detail.name: detail.value for detail in job.execution_info.errors[0].details}
    assert place.cfg.storage_account_name in details['Info']


def test_jobs_of_a_deleted_cluster_end_and_stay_listed(place):
    cluster = make_cluster(place, 'goes', 1)
    running = submit(place, cluster, 'sleep 600')
    wait_for(lambda: state_of(place, running.name) == 'running', 'the job to run')
    waiting = submit(place, cluster, 'echo never')
    place.client.clusters.delete(place.group, place.workspace, 'goes').result()
    for job in (running, waiting):
        state, _, errors = shape(ended(place, job.name))
        assert state == 'failed' and [code for code, _ in errors] == ['JobClusterDeleted']
    assert {running.name, waiting.name} <= {job.name for job in place.client.jobs.list_by_experiment(*of(place))}


def test_a_higher_priority_goes_first(place, own_name):
    from azure.mgmt.batchai import models
    cluster = make_cluster(place, own_name[:12], 1)
    first = submit(place, cluster, 'sleep 2')
    names = [submit(place, cluster, 'true', scheduling_priority=priority).name for priority in ('low', 'normal', 'high')]
    starts = [ended(place, name).execution_info.start_time for name in names]
    assert starts == sorted(starts, reverse=True), starts
    assert ended(place, first.name).execution_info.end_time <= starts[-1]
    place.client.clusters.delete(place.group, place.workspace, own_name[:12]).result()


def test_a_put_that_is_sent_again_is_the_same_job(place, nodes):
    parameters = job_parameters(place, nodes, 'echo once')
    first = place.client.jobs.create(*of(place), 'again', parameters).result()
    second = place.client.jobs.create(*of(place), 'again', parameters).result()
    assert first.job_output_directory_path_segment == second.job_output_directory_path_segment
    ended(place, 'again')
    assert [job.name for job in place.client.jobs.list_by_experiment(*of(place))].count('again') == 1
