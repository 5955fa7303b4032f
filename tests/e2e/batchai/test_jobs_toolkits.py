"""Every toolkit starts its documented command line. Interpreters that are not installed are stood in for by a script that prints
how it was called; what a job prints lies under the names that the service gave."""
import pytest

from jobs import MOUNT, ended, output_files, read_output, submit, text_of

# Prints its name and arguments; as mpirun it then starts one rank.
STAND_IN = r'''#!/bin/bash
echo "$(basename "$0") $*"
[[ $(basename "$0") == mpirun ]] && while [[ $1 != /bin/bash ]]; do shift; done && OMPI_COMM_WORLD_RANK=0 exec "$@"
exit 0
'''
PREPARATION = r'''mkdir -p "$AZ_BATCHAI_JOB_TEMP/bin" && cd "$AZ_BATCHAI_JOB_TEMP/bin" && echo "$STAND_IN" >stand-in && chmod 755 stand-in &&
for name in python mypython cntk caffe mpirun; do ln -sf stand-in $name; done'''
MPI = 'mpirun -n %d --hostfile %s --map-by node --oversubscribe /bin/bash -c '


def start(place, nodes, settings, node_count, **more):
    from azure.mgmt.batchai import models
    variables = [models.EnvironmentVariable(name='STAND_IN', value=STAND_IN.replace('$', '$$')),
                 models.EnvironmentVariable(name='PATH', value='$AZ_BATCHAI_JOB_TEMP/bin:$PATH')]
    inputs = [models.InputDirectory(id='SCRIPT', path='/scripts')]
    job = submit(place, nodes, None, nodes=node_count, custom_toolkit_settings=None, environment_variables=variables, input_directories=inputs,
                 job_preparation=models.JobPreparation(command_line=PREPARATION), **{**settings, **more})
    over = ended(place, job.name)
    assert text_of(over.execution_state) == 'succeeded', (over.execution_info.as_dict(), [file.name for file in output_files(place, job.name)])
    return over


def lines(place, job, file):
    return read_output(place, job.name, file).splitlines()


def settings_of(kind, **fields):
    from azure.mgmt.batchai import models
    names = {'cntk': 'CNTKsettings', 'caffe': 'CaffeSettings', 'chainer': 'ChainerSettings', 'horovod': 'HorovodSettings',
             'custom_mpi': 'CustomMpiSettings'}
    return {kind + '_settings': getattr(models, names[kind])(**fields)}


@pytest.mark.parametrize('kind, fields, nodes_wanted, ranks, line', [
    ('cntk', {'config_file_path': '$AZ_BATCHAI_INPUT_SCRIPT/c.cntk', 'command_line_args': 'stderr=$UNDEFINED/x'}, 1, 0,
     'cntk configFile=/scripts/c.cntk stderr=/x'),
    ('cntk', {'language_type': 'BrainScript', 'config_file_path': 'c.cntk', 'command_line_args': 'parallelTrain=true'}, 2, 2,
     'cntk configFile=c.cntk parallelTrain=true'),
    ('cntk', {'python_script_file_path': '$AZ_BATCHAI_INPUT_SCRIPT/t.py', 'process_count': 3}, 2, 3, 'python /scripts/t.py'),
    ('caffe', {'config_file_path': 's.prototxt', 'command_line_args': '-gpu all'}, 1, 0, 'caffe train --solver=s.prototxt -gpu all'),
    ('caffe', {'python_script_file_path': 'c.py'}, 2, 2, 'python c.py'),
    ('chainer', {'python_script_file_path': 'c.py', 'python_interpreter_path': 'mypython', 'command_line_args': '-g'}, 2, 2, 'mypython c.py -g'),
    ('horovod', {'python_script_file_path': 'h.py', 'command_line_args': '--epochs 3'}, 1, 1, 'python h.py --epochs 3'),
    ('custom_mpi', {'command_line': 'python r.py --rank "$OMPI_COMM_WORLD_RANK" && python more.py', 'process_count': 2}, 2, 2,
     'python r.py --rank 0'),
])
def test_toolkits_of_one_command(place, nodes, kind, fields, nodes_wanted, ranks, line):
    job = start(place, nodes, settings_of(kind, **fields), nodes_wanted)
    printed = lines(place, job, 'stdout.txt')
    if ranks:
        assert printed.pop(0).startswith('mpirun -n %d --hostfile /' % ranks)
    assert printed[0] == line
    assert {'stdout.txt', 'stderr.txt'} <= {file.name for file in output_files(place, job.name)}
    assert text_of(job.tool_type) == kind.replace('_', '')


def test_tensorflow_on_one_node(place, nodes):
    from azure.mgmt.batchai import models
    job = start(place, nodes, {'tensor_flow_settings': models.TensorFlowSettings(
        python_script_file_path='t.py', master_command_line_args='--index=$AZ_BATCHAI_TASK_INDEX --hosts=$AZ_BATCHAI_WORKER_HOSTS')}, 1)
    assert lines(place, job, 'stdout-wk-0.txt') == ['python t.py --index=0 --hosts=']
    assert text_of(job.tool_type) == 'tensorflow'


def test_tensorflow_with_parameter_servers(place, nodes):
    from azure.mgmt.batchai import models
    arguments = ' $AZ_BATCHAI_TASK_INDEX $AZ_BATCHAI_PS_HOSTS $AZ_BATCHAI_WORKER_HOSTS'
    job = start(place, nodes, {'tensor_flow_settings': models.TensorFlowSettings(
        python_script_file_path='t.py', worker_count=2, parameter_server_count=1, master_command_line_args='master' + arguments,
        worker_command_line_args='worker' + arguments, parameter_server_command_line_args='ps' + arguments)}, 2)
    printed = {name: lines(place, job, 'stdout-%s.txt' % name)[0].split() for name in ('wk-0', 'wk-1', 'ps-0')}
    assert [words[2:4] for words in printed.values()] == [['master', '0'], ['worker', '1'], ['ps', '0']]
    servers, workers = printed['wk-0'][4:]
    assert all(words[4:] == [servers, workers] for words in printed.values())
    first, second = workers.split(',')
    assert servers.split(':')[0] == first.split(':')[0] != second.split(':')[0] and servers != first


@pytest.mark.parametrize('kind', ['pytorch', 'caffe2'])
def test_tasks_that_find_each_other(place, nodes, kind):
    from azure.mgmt.batchai import models
    settings = {'pytorch': {'py_torch_settings': models.PyTorchSettings(
        python_script_file_path='p.py', command_line_args='$AZ_BATCHAI_TASK_INDEX $AZ_BATCHAI_PYTORCH_INIT_METHOD', communication_backend='gloo')},
        'caffe2': {'caffe2_settings': models.Caffe2Settings(
            python_script_file_path='p.py', command_line_args='$AZ_BATCHAI_TASK_INDEX $AZ_BATCHAI_SHARED_JOB_TEMP')}}[kind]
    job = start(place, nodes, settings, 2)
    printed = [lines(place, job, 'stdout-%d.txt' % index)[0].split() for index in (0, 1)]
    assert [words[:3] for words in printed] == [['python', 'p.py', '0'], ['python', 'p.py', '1']]
    assert printed[0][3] == printed[1][3] and printed[0][3].startswith('file:///' if kind == 'pytorch' else '/')
    assert {'stderr-0.txt', 'stderr-1.txt'} <= {file.name for file in output_files(place, job.name)}


def test_a_framework_that_is_not_installed_fails_in_the_jobs_own_log(place, nodes):
    from azure.mgmt.batchai import models
    job = submit(place, nodes, None, custom_toolkit_settings=None, cntk_settings=models.CNTKsettings(config_file_path='c.cntk'))
    over = ended(place, job.name)
    assert text_of(over.execution_state) == 'failed' and over.execution_info.exit_code == 127
    assert 'cntk: command not found' in read_output(place, job.name, 'stderr.txt')


def test_a_custom_toolkit_is_a_shells_line_on_the_first_node(place, nodes):
    job = submit(place, nodes, 'echo "$AZ_BATCHAI_TASK_INDEX: $AZ_BATCH_HOST_LIST" | tee $AZ_BATCHAI_OUTPUT_OUT/hi.txt; (exit 0) && echo done >&2',
                 nodes=2, output_directories=[output('OUT', 'deep/er')])
    over = ended(place, job.name)
    assert text_of(over.execution_state) == 'succeeded'
    said = read_output(place, job.name)
    assert said.startswith('0: 127.') and len(said.split(',')) == 2
    assert read_output(place, job.name, 'stderr.txt') == 'done\n'
    assert read_output(place, job.name, 'hi.txt', 'OUT') == said


def output(name, suffix=None, prefix=MOUNT):
    from azure.mgmt.batchai import models
    return models.OutputDirectory(id=name, path_prefix=prefix, path_suffix=suffix)
