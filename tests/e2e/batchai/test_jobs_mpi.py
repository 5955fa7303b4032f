"""MPI with real Open MPI: ranks run on the job's nodes, whoever calls mpirun, and nothing of them outlives the job."""
import json
import pathlib
import time
import uuid

import pytest

from jobs import SHARE, MOUNT, ended, of, output_files, read_output, submit, text_of
from server import command_line, wait_for

PROGRAMS = pathlib.Path(__file__).parent / 'programs'
INTERPRETER = '/usr/bin/python3'  # Debian's, for which mpi4py is installed
MPIRUN = 'mpirun --hostfile $AZ_BATCHAI_MPI_HOST_FILE '


@pytest.fixture
def program(place):
    """Puts a program on the share that the jobs mount; its path on a node."""
    from azure.storage.file import FileService

    def put(name, text=None):
        service = FileService(place.cfg.storage_account_name, place.cfg.storage_account_key)
        service.create_share(SHARE, fail_on_exist=False)
        service.create_file_from_text(SHARE, None, name, text or (PROGRAMS / name).read_text())
        return '%s/%s' % (MOUNT, name)
    return put


def custom_mpi(command, processes):
    from azure.mgmt.batchai import models
    return dict(custom_toolkit_settings=None, custom_mpi_settings=models.CustomMpiSettings(command_line=command, process_count=processes))


def run(place, nodes, command, node_count=2, **more):
    job = ended(place, submit(place, nodes, command, nodes=node_count, **more).name, 120)
    read = {file.name for file in output_files(place, job.name)}
    errors = read_output(place, job.name, 'stderr.txt') if 'stderr.txt' in read else ''
    return job, read_output(place, job.name) if 'stdout.txt' in read else '', errors


def ranks_of(output):
    ranks = sorted((json.loads(line) for line in output.splitlines() if line.startswith('{')), key=lambda each: each['rank'])
    assert [each['rank'] for each in ranks] == [0, 1, 2, 3], output
    assert all(each['size'] == 4 and each['sum'] == 10 for each in ranks)
    return ranks


def assert_ranks_are_on_their_nodes(ranks, node_of_rank):
    """Each is on the node that mpirun says, in all that tells nodes apart."""
    hosts = sorted({each['host'] for each in ranks})
    assert [each['host'] for each in ranks] == [hosts[node_of_rank(each['rank'])] for each in ranks]
    for each in ranks:
        assert each['processor'] == each['host'] and each['mine'] == 'from the job'
        assert each['files'] == ['on-' + each['host']], 'the work directory is the node\'s own, where its preparation was'
        variables = each['variables']
        assert each['node'].startswith(variables['AZ_BATCH_NODE_ID'] + '.'), 'the agent of the node started it'
        assert variables['AZ_BATCHAI_JOB_WORK_DIR'] == each['work'] and variables['AZ_BATCHAI_INPUT_IN'].endswith('/afs')
    own = [{(each['variables']['AZ_BATCH_NODE_ID'], each['cgroup']) for each in ranks if each['host'] == host} for host in hosts]
    assert [len(each) for each in own] == [1, 1] and not {node for node, _ in own[0]} & {node for node, _ in own[1]}
    common = [{name: value for name, value in each['variables'].items() if name != 'AZ_BATCH_NODE_ID'} for each in ranks]
    assert all(each == common[0] for each in common), 'the rest is the job\'s'
    assert len(common[0]['AZ_BATCH_HOST_LIST'].split(',')) == 2


def fields():
    from azure.mgmt.batchai import models
    return dict(environment_variables=[models.EnvironmentVariable(name='MINE', value='from the job')],
                input_directories=[models.InputDirectory(id='IN', path=MOUNT)],
                job_preparation=models.JobPreparation(command_line='touch on-$(hostname)'))


def test_ranks_of_custom_mpi_run_on_the_nodes(place, nodes, program):
    line = '%s %s' % (INTERPRETER, program('mpi_ranks.py'))
    job, output, errors = run(place, nodes, None, **custom_mpi(line, 4), **fields())
    assert text_of(job.execution_state) == 'succeeded', errors
    assert_ranks_are_on_their_nodes(ranks_of(output), lambda rank: rank % 2)


def test_a_users_own_mpirun_over_the_host_file(place, nodes, program):
    line = 'cat $AZ_BATCHAI_MPI_HOST_FILE; %s -n 4 %s %s' % (MPIRUN, INTERPRETER, program('mpi_ranks.py'))
    job, output, errors = run(place, nodes, line, **fields())
    assert text_of(job.execution_state) == 'succeeded', errors
    ranks = ranks_of(output)
    assert output.splitlines()[:2] == ['%s slots=1' % host for host in sorted({each['host'] for each in ranks})]
    assert_ranks_are_on_their_nodes(ranks, lambda rank: ranks[rank]['host'] == ranks[-1]['host'])
    assert sum(each['host'] == ranks[0]['host'] for each in ranks) == 2


def test_a_users_own_mpirun_over_addresses_with_a_variable_of_its_own(place, nodes, program):
    line = 'export LATE=said; mpirun -n 2 --host $AZ_BATCH_HOST_LIST -x LATE --mca btl_tcp_if_exclude docker0 /bin/sh -c \'echo "$(hostname) $LATE"\''
    job, output, errors = run(place, nodes, line)
    assert text_of(job.execution_state) == 'succeeded', errors
    hosts = output.splitlines()
    assert len(set(hosts)) == 2 and all(host.endswith(' said') for host in hosts)


def test_horovod_and_chainer_are_ranks_too(place, nodes, program):
    from azure.mgmt.batchai import models
    script = program('who.py', 'import os, socket, sys\nsys.stdout.write(" ".join([socket.gethostname(), os.environ["OMPI_COMM_WORLD_RANK"], '
                               'os.environ["OMPI_COMM_WORLD_LOCAL_RANK"]]) + "\\n")\n')
    for settings in ({'horovod_settings': models.HorovodSettings(python_script_file_path=script, python_interpreter_path=INTERPRETER)},
                     {'chainer_settings': models.ChainerSettings(python_script_file_path=script, python_interpreter_path=INTERPRETER)}):
        job, output, errors = run(place, nodes, None, custom_toolkit_settings=None, **settings)
        assert text_of(job.execution_state) == 'succeeded', errors
        said = sorted(line.split() for line in output.splitlines())
        assert [words[1:] for words in said] == [['0', '0'], ['1', '0']] and said[0][0] != said[1][0]


def test_one_node_needs_no_other(place, nodes, program):
    job, output, errors = run(place, nodes, None, node_count=1, **custom_mpi('%s %s' % (INTERPRETER, program('mpi_ranks.py')), 4), **fields())
    assert text_of(job.execution_state) == 'succeeded', errors
    assert len({each['host'] for each in ranks_of(output)}) == 1


def test_a_training_by_allreduce_learns(place, nodes, program):
    job, output, errors = run(place, nodes, None, **custom_mpi('%s %s 1200 25' % (INTERPRETER, program('mpi_training.py')), 4))
    assert text_of(job.execution_state) == 'succeeded', errors
    before, after = (line.split() for line in output.splitlines())
    assert float(before[1]) <= 0.2 and float(after[1]) >= 0.65
    assert after[2:] == 'on 4 ranks, spread 0'.split()


def test_a_rank_that_dies_fails_the_job(place, nodes):
    number = '9%d' % time.monotonic_ns()
    line = 'if [ $OMPI_COMM_WORLD_RANK = 3 ]; then sleep 1; kill -9 $$; fi; sleep %s' % number
    job, _, errors = run(place, nodes, None, **custom_mpi(line, 4))
    assert text_of(job.execution_state) == 'failed' and job.execution_info.exit_code == 137
    assert 'signal 9' in errors
    assert not sleepers(number)


def test_a_ranks_exit_code_is_the_jobs(place, nodes):
    job, _, errors = run(place, nodes, None, **custom_mpi('exit $((OMPI_COMM_WORLD_RANK * 7))', 2))
    assert text_of(job.execution_state) == 'failed' and job.execution_info.exit_code == 7


def test_a_job_that_is_terminated_leaves_no_process(homeport, place, nodes):
    number = '9%d' % time.monotonic_ns()
    job = submit(place, nodes, None, nodes=2, **custom_mpi("trap '' TERM; sleep %s; sleep %s" % (number, number), 4))
    wait_for(lambda: len(sleepers(number)) == 4, 'four ranks', 60)
    place.client.jobs.terminate(*of(place), job.name).result()
    over = ended(place, job.name)
    assert text_of(over.execution_state) == 'failed'
    assert not sleepers(number)
    left = [line for line in map(command_line, homeport.processes()) if any(word in line for word in ('orted', 'mpirun', 'homeport-start'))]
    assert not left


def test_a_job_without_mpirun_fails_in_its_own_log(place, nodes):
    from azure.mgmt.batchai import models
    nowhere = [models.EnvironmentVariable(name='PATH', value='/nowhere-' + uuid.uuid4().hex)]
    job, output, errors = run(place, nodes, None, **custom_mpi('true', 2), environment_variables=nowhere)
    assert text_of(job.execution_state) == 'failed' and job.execution_info.exit_code == 127
    assert 'mpirun: not found' in errors


def sleepers(number):
    pids = [int(entry.name) for entry in pathlib.Path('/proc').iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if command_line(pid) == 'sleep ' + number]
