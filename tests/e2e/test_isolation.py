"""User code sees its own run and nothing of the server or of another run."""
import pytest

from sdk import read_log, script_config

TRY = '''
import os, sys
def attempt(what, path):
    try:
        if os.path.isdir(path):
            print(what, 'LISTED', sorted(os.listdir(path)))
        else:
            open(path, 'rb').read(1)
            print(what, 'READ')
    except OSError as error:
        print(what, 'denied')
data, home, other = sys.argv[1:4]
attempt('ledger', os.path.join(data, 'ledger.sqlite'))
attempt('data directory', data)
attempt('profile', os.path.join(home, '.config/homeport/profiles.json'))
attempt('other run', other)
for name in ('homeport.json', 'homeport.pid', 'keys', 'ca', 'runs', 'objects', 'snapshots', 'secrets'):
    attempt(name, os.path.join(data, name))
print('uid', os.getuid())
'''


@pytest.mark.root
def test_a_run_cannot_read_the_token_the_ledger_or_another_run(homeport, ws, cluster, project):
    from azureml.core import Experiment
    experiment = Experiment(ws, name='isolation')
    other = experiment.submit(script_config(project(train='import os\nprint(os.getcwd())\nopen("secret.txt", "w").write("mine")\n'), cluster))
    other.wait_for_completion()
    folder = read_log(other).strip()
    run = experiment.submit(script_config(project(train=TRY), cluster, arguments=[homeport.data, homeport.home, folder + '/secret.txt']))
    run.wait_for_completion()
    log = read_log(run)
    assert 'READ' not in log, log
    # The data directory is there as far as the way to the run's own folder goes, and holds nothing else.
    listed = [line for line in log.splitlines() if 'LISTED' in line]
    assert listed in ([], ["data directory LISTED ['agent', 'certificates', 'commands', 'environments', 'python', 'runs']", "runs LISTED ['%s']" % ws._workspace_id]), log
    assert 'uid 0' not in log


GROUP = '''
import os, socket
for line in open('/proc/self/cgroup'):
    path = line.strip().split(':', 2)[2]
    if '/homeport/' in path:
        print('GROUP', socket.gethostname(), path[path.index('/homeport/'):])
for folder, _, files in os.walk('/sys/fs/cgroup'):
    if 'cgroup.procs' in files:
        try:
            with open(os.path.join(folder, 'cgroup.procs'), 'w') as procs:
                procs.write(str(os.getpid()))
            print('LEFT for', folder)
        except OSError:
            pass
'''


@pytest.mark.root
def test_processes_of_each_node_of_a_run_are_in_that_node_s_group_and_stay_there(homeport, ws, cluster, project):
    from azureml.core import Experiment
    from azureml.core.runconfig import TensorflowConfiguration
    if not homeport.json('status')['controlGroups']:
        assert any('no control groups' in note for note in homeport.json('status')['limits'])
        pytest.skip('this machine allows no control groups')
    config = script_config(project(train=GROUP), cluster, distributed_job_config=TensorflowConfiguration(worker_count=2, parameter_server_count=0))
    config.run_config.node_count = 2
    run = Experiment(ws, name='groups').submit(config)
    run.wait_for_completion()
    log = read_log(run, part='driver_log')
    assert 'LEFT' not in log, log
    groups = {}
    for line in log.splitlines():
        _, host, path = line.split()
        groups.setdefault(host, set()).add(path)
    assert len(groups) == 2 and all(len(paths) == 1 for paths in groups.values()), groups
    instances = {path.pop().rsplit('/', 1)[0] for path in map(set, groups.values())}
    assert len(instances) == 1 and len({tuple(paths) for paths in groups.values()}) == 2, groups


def test_a_run_s_token_reaches_its_own_run_only(homeport, ws, cluster, project):
    from azureml.core import Experiment
    experiment = Experiment(ws, name='isolation')
    run = experiment.submit(script_config(project(train='import os\nprint(os.environ["AZUREML_RUN_TOKEN"])\n'), cluster))
    run.wait_for_completion()
    token = read_log(run).strip()
    scope = '/subscriptions/%s/resourceGroups/%s/providers/Microsoft.MachineLearningServices/workspaces/%s' % (
        ws.subscription_id, ws.resource_group, ws.name)
    assert homeport.request('PUT', scope + '/computes/stolen?api-version=2019-06-01', {
        'location': 'local', 'properties': {'computeType': 'AmlCompute', 'properties': {
            'vmSize': 'STANDARD_D2_V2', 'scaleSettings': {'maxNodeCount': 1}}}}, token=token).status in (401, 403)
    assert homeport.request('POST', scope + '/listKeys?api-version=2019-06-01', {}, token=token).status in (401, 403)
    other = experiment.submit(script_config(project(train='print("mine")\n'), cluster))
    other.wait_for_completion()
    history = '/history/v1.0%s/experiments/isolation/runs/%s' % (scope, other.id)
    assert homeport.request('PATCH', history, {'tags': {'stolen': 'yes'}}, token=token).status == 403
    assert homeport.request('POST', history + '/cancel', {}, token=token).status == 403
    assert homeport.request('POST', '/metric/v2.0%s/runs/%s/batch' % (scope, other.id), {'values': []}, token=token).status == 403
    blob = '/%s/azureml/ExperimentRun/dcid.%s/azureml-logs/70_driver_log.txt' % (ws.get_default_datastore().account_name, other.id)
    assert homeport.request('DELETE', blob, token=token).status == 403
    assert read_log(other).strip() == 'mine'
    tampered = token[:-4] + ('aaaa' if not token.endswith('aaaa') else 'bbbb')
    assert homeport.request('GET', '/history/v1.0%s/experiments/isolation/runs/%s' % (scope, run.id), token=tampered).status == 401


def test_no_secret_comes_back_in_a_get(homeport, ws):
    scope = '/subscriptions/%s/resourceGroups/%s/providers/Microsoft.MachineLearningServices/workspaces/%s' % (
        ws.subscription_id, ws.resource_group, ws.name)
    account_key = ws.get_default_datastore().account_key
    for path in (scope + '?api-version=2019-06-01', scope + '/computes?api-version=2019-06-01', '/datastore/v1.0%s/datastores' % scope, '/metrics'):
        reply = homeport.request('GET', path)
        assert homeport.token not in reply.text, path
        assert not account_key or account_key not in reply.text, path
