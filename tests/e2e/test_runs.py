"""A run from its submit to its end, as the package sees it."""
import json
import os
import time

import pytest

from sdk import make_cluster, read_log, script_config, sdk_environment
from server import alive, wait_for


@pytest.fixture
def experiment(ws):
    from azureml.core import Experiment
    return Experiment(ws, name='runs')


def test_a_script_runs_with_its_arguments_and_its_log_is_kept(experiment, cluster, project):
    folder = project(train='import sys\nfor i in range(3): print("line", i, *sys.argv[1:])\n')
    run = experiment.submit(script_config(folder, cluster, arguments=['--rate', 0.5]))
    details = run.wait_for_completion()
    assert details['status'] == 'Completed'
    assert read_log(run) == 'line 0 --rate 0.5\nline 1 --rate 0.5\nline 2 --rate 0.5\n'


def test_the_log_streams_to_the_terminal_while_the_run_goes_on(experiment, cluster, project, capfd):
    folder = project(train='import time\nfor i in range(5):\n    print("step", i, flush=True)\n    time.sleep(0.1)\n')
    run = experiment.submit(script_config(folder, cluster))
    run.wait_for_completion(show_output=True)
    shown = capfd.readouterr().out
    assert 'RunId: ' + run.id in shown and 'Execution Summary' in shown
    assert [line for line in shown.splitlines() if line.startswith('step')] == ['step %d' % i for i in range(5)]


def test_metrics_of_every_kind_arrive_in_order(experiment, cluster, project):
    folder = project(train='''
from azureml.core import Run
run = Run.get_context()
for i in range(50):
    run.log('loss', 1.0 / (i + 1))
run.log('accuracy', 0.5)
run.log_list('primes', [2, 3, 5])
run.log_row('point', x=1, y=2)
run.log('word', 'text')
run.tag('colour', 'blue')
''')
    run = experiment.submit(script_config(folder, cluster, environment=sdk_environment()))
    run.wait_for_completion()
    metrics = run.get_metrics()
    assert metrics['loss'] == [1.0 / (i + 1) for i in range(50)]
    assert metrics['accuracy'] == 0.5
    assert metrics['primes'] == [2, 3, 5]
    assert metrics['point'] == {'x': 1, 'y': 2}
    assert metrics['word'] == 'text'
    assert run.get_tags()['colour'] == 'blue'


def test_what_the_script_leaves_in_outputs_and_logs_becomes_files_of_the_run(experiment, cluster, project, tmp_path):
    folder = project(train='''
import os
os.makedirs('outputs/deep', exist_ok=True)
os.makedirs('logs', exist_ok=True)
open('outputs/deep/model.bin', 'wb').write(bytes(range(256)) * 1000)
open('logs/events.txt', 'w').write('event')
open('elsewhere.txt', 'w').write('not kept')
''')
    run = experiment.submit(script_config(folder, cluster))
    run.wait_for_completion()
    names = run.get_file_names()
    assert 'outputs/deep/model.bin' in names and 'logs/events.txt' in names and 'elsewhere.txt' not in names
    run.download_file('outputs/deep/model.bin', output_file_path=str(tmp_path / 'model.bin'))
    assert (tmp_path / 'model.bin').read_bytes() == bytes(range(256)) * 1000


def test_the_snapshot_leaves_out_what_amlignore_names(experiment, cluster, project):
    folder = project(train='import os\nprint(sorted(n for n in os.listdir(".") if not n.startswith(".")))\n', helper='')
    (folder / 'data').mkdir()
    (folder / 'data/big.bin').write_bytes(bytes(1000))
    (folder / '.amlignore').write_text('data/\n')
    run = experiment.submit(script_config(folder, cluster))
    run.wait_for_completion()
    log = read_log(run)
    assert 'helper.py' in log and 'train.py' in log and 'data' not in log


def test_a_run_knows_who_it_is(experiment, cluster, project):
    folder = project(train='import os, json\nprint(json.dumps({k: v for k, v in os.environ.items() if k.startswith("AZUREML_")}))\n')
    run = experiment.submit(script_config(folder, cluster))
    run.wait_for_completion()
    variables = json.loads(read_log(run))
    assert variables['AZUREML_RUN_ID'] == run.id
    assert variables['AZUREML_ARM_PROJECT_NAME'] == 'runs'
    assert variables['AZUREML_ARM_WORKSPACE_NAME'] == experiment.workspace.name
    assert variables['AZUREML_RUN_TOKEN'].count('.') == 2, 'a JWT'
    assert variables['AZUREML_SERVICE_ENDPOINT'].startswith('http')


def test_a_parameter_server_run_gets_its_cluster_and_ends_with_its_workers(experiment, cluster, project):
    from azureml.core.runconfig import TensorflowConfiguration
    folder = project(train='''
import json, os, socket, time
config = json.loads(os.environ['TF_CONFIG'])
print(json.dumps(config), flush=True)
print('host', socket.gethostname(), 'cwd', os.getcwd(), flush=True)
if config['task']['type'] == 'ps':
    time.sleep(10000)
host, port = config['cluster']['ps'][0].split(':')
print('resolves', socket.gethostbyname(host), flush=True)
open('seen-%d' % config['task']['index'], 'w').close()
while len([n for n in os.listdir('.') if n.startswith('seen-')]) < 2:
    time.sleep(0.05)
print('both workers share one project directory', flush=True)
''')
    config = script_config(folder, cluster, distributed_job_config=TensorflowConfiguration(worker_count=2, parameter_server_count=1))
    config.run_config.node_count = 2
    run = experiment.submit(config)
    assert run.wait_for_completion()['status'] == 'Completed'
    logs = [name for name in run.get_file_names() if '70_driver_log' in name]
    assert len(logs) == 3, logs
    text = read_log(run)
    configs = [json.loads(line) for line in text.splitlines() if line.startswith('{')]
    assert sorted((c['task']['type'], c['task']['index']) for c in configs) == [('ps', 0), ('worker', 0), ('worker', 1)]
    addresses = configs[0]['cluster']['ps'] + configs[0]['cluster']['worker']
    assert len({address.rpartition(':')[2] for address in addresses}) == 3, 'a port belongs to one process of one attempt'
    assert len({line.split()[1] for line in text.splitlines() if line.startswith('host ')}) == 2, 'two nodes, two host names'
    assert text.count('both workers share one project directory') == 2


def test_cancel_ends_the_whole_process_tree(homeport, experiment, cluster, project):
    folder = project(train='''
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, '-c', 'import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(3600)'],
                         start_new_session=True)
print('ready', flush=True)
time.sleep(3600)
''')
    run = experiment.submit(script_config(folder, cluster, arguments=['--mark', 'tree-%d' % os.getpid()]))
    wait_for(lambda: run.get_status() == 'Running', 'the run to start')
    before = set(homeport.processes())
    run.cancel()
    wait_for(lambda: run.get_status() == 'Canceled', 'the run to be cancelled', 60)
    wait_for(lambda: not any('train.py' in open('/proc/%d/cmdline' % pid).read() for pid in before if alive(pid)),
             'every process of the run to end', 10)


def test_a_gpu_that_is_not_there_is_said_and_the_run_goes_on(experiment, cluster, project):
    from azureml.train.estimator import Estimator
    if os.path.exists('/dev/nvidia0'):
        pytest.skip('this machine has one')
    folder = project(train='print("on the CPU")\n')
    estimator = Estimator(source_directory=str(folder), compute_target=cluster, entry_script='train.py', use_gpu=True)
    run = experiment.submit(estimator)
    details = run.wait_for_completion()
    assert details['status'] == 'Completed'
    assert any('GPU' in warning['message'] for warning in details['warnings']), details['warnings']


def test_a_run_that_waits_says_why_and_starts_when_it_can(homeport, ws, experiment, project):
    single = make_cluster(ws, 'single', min_nodes=1, max_nodes=1)
    first = experiment.submit(script_config(project(train='import time\ntime.sleep(3600)\n'), single))
    wait_for(lambda: first.get_status() == 'Running', 'the first run to start')
    second = experiment.submit(script_config(project(train='print("my turn")\n'), single))
    reason = wait_for(lambda: homeport.cli('run', 'why', second.id).stdout.strip(), 'a reason')
    assert 'node' in reason
    assert second.get_status() == 'Queued'
    first.cancel()
    assert second.wait_for_completion()['status'] == 'Completed'
    single.delete()


@pytest.fixture
def no_environments_yet(monkeypatch):
    """What an earlier run of the suite has built is not there."""
    monkeypatch.delenv('HOMEPORT_ENVIRONMENTS_DIR', raising=False)


def test_the_environment_is_built_once_with_its_log_visible(no_environments_yet, own_homeport, own_ws, own_cluster, project):
    from azureml.core import Environment, Experiment
    from azureml.core.conda_dependencies import CondaDependencies
    environment = Environment('packaged')
    # A package of pure Python, small and without dependencies.
    environment.python.conda_dependencies = CondaDependencies.create(pip_packages=['toolz==1.0.0'])
    environment.environment_variables = {'FLAVOUR': 'plum'}
    folder = project(train='import os, toolz\nprint(toolz.__version__, os.environ["FLAVOUR"])\n')
    experiment = Experiment(own_ws, name='built')
    first = experiment.submit(script_config(folder, own_cluster, environment=environment))
    assert first.wait_for_completion()['status'] == 'Completed'
    assert read_log(first) == '1.0.0 plum\n'
    began = time.monotonic()
    second = experiment.submit(script_config(folder, own_cluster, environment=environment))
    second.wait_for_completion()
    assert time.monotonic() - began < 10, 'the second run found the environment built'
    assert 'toolz' in read_log(first, '20_image_build_log')
