"""What the machine does to a run: the server killed, an agent killed, a disk full. Nothing acknowledged may be lost or doubled."""
import os
import signal
import subprocess
import threading
import time

import pytest

from inhabitant import inhabit
from sdk import make_cluster, read_log, script_config, sdk_environment, workspace
from server import Homeport, alive, command_line, wait_for

STEPS = 60
TRAINING = '''
import sys, time
from azureml.core import Run
run = Run.get_context()
for step in range(%d):
    print('step', step, flush=True)
    run.log('loss', step)
    time.sleep(0.1)
''' % STEPS


@pytest.fixture
def experiment(own_ws):
    from azureml.core import Experiment
    return Experiment(own_ws, name='luck')


def started(run):
    wait_for(lambda: run.get_status() == 'Running', 'the run to start', 60)


def whole(run):
    """Every line and every metric of TRAINING once, in order."""
    assert read_log(run) == ''.join('step %d\n' % step for step in range(STEPS))
    assert run.get_metrics()['loss'] == list(range(STEPS))


def test_a_server_killed_in_mid_training_loses_nothing_and_the_client_goes_on(own_homeport, experiment, own_cluster, project, capfd):
    run = experiment.submit(script_config(project(train=TRAINING), own_cluster, environment=sdk_environment()))
    started(run)
    ended = []
    # The client that waits is the one that a user has: it must ride over the outage by itself.
    waiting = threading.Thread(target=lambda: ended.append(run.wait_for_completion(show_output=True)['status']))
    waiting.start()
    time.sleep(1.5)
    own_homeport.kill()
    time.sleep(1.5)
    own_homeport.up()
    waiting.join(90)
    assert ended == ['Completed']
    whole(run)
    shown = [line for line in capfd.readouterr().out.splitlines() if line.startswith('step ')]
    assert shown == ['step %d' % step for step in range(STEPS)]


def test_a_server_killed_twice_in_a_row(own_homeport, experiment, own_cluster, project):
    run = experiment.submit(script_config(project(train=TRAINING), own_cluster, environment=sdk_environment()))
    started(run)
    for _ in range(2):
        own_homeport.kill()
        own_homeport.up()
    own_homeport.kill()
    time.sleep(0.5)
    own_homeport.up()
    assert run.wait_for_completion()['status'] == 'Completed'
    whole(run)


@pytest.mark.timeout(400)
def test_a_script_that_ends_while_the_server_is_down_for_a_minute(own_homeport, experiment, own_cluster, project):
    run = experiment.submit(script_config(project(train=TRAINING), own_cluster, environment=sdk_environment()))
    started(run)
    own_homeport.kill()
    time.sleep(float(os.environ.get('HOMEPORT_OUTAGE_SECONDS', '60')))
    assert not any('train.py' in command_line(pid) for pid in own_homeport.processes()), 'the script has ended meanwhile'
    own_homeport.up()
    assert run.wait_for_completion()['status'] == 'Completed'
    whole(run)


def test_a_queued_run_survives_a_kill_right_after_its_submit(own_homeport, experiment, own_cluster, project):
    run = experiment.submit(script_config(project(train='print("ran once")\n'), own_cluster))
    own_homeport.kill()
    own_homeport.up()
    assert run.wait_for_completion()['status'] == 'Completed'
    assert read_log(run) == 'ran once\n'


def test_a_killed_agent_ends_its_run_within_five_seconds_and_leaves_no_process(own_homeport, experiment, own_cluster, project):
    folder = project(train='import subprocess, time\nsubprocess.Popen(["sleep", "3600"], start_new_session=True)\n'
                           'print("ready", flush=True)\ntime.sleep(3600)\n')
    run = experiment.submit(script_config(folder, own_cluster))
    started(run)
    of_the_run = wait_for(lambda: [pid for pid in own_homeport.processes() if 'train.py' in command_line(pid)], 'its processes')
    for agent in own_homeport.agents():
        os.kill(agent, signal.SIGKILL)
    wait_for(lambda: run.get_status() == 'Failed', 'the run to fail', 5)
    message = run.get_details()['error']['error']['message']
    assert 'agent' in message or 'node' in message
    assert not any(alive(pid) for pid in of_the_run)
    wait_for(lambda: not any('sleep 3600' in command_line(pid) for pid in own_homeport.processes()), 'its children to die', 5)
    again = experiment.submit(script_config(project(train='print("a new node")\n'), own_cluster))
    assert again.wait_for_completion()['status'] == 'Completed'


def test_down_leaves_runs_running_and_says_how_many(own_homeport, experiment, own_cluster, project):
    run = experiment.submit(script_config(project(train=TRAINING), own_cluster, environment=sdk_environment()))
    started(run)
    said = own_homeport.cli('down').stdout
    assert '1 run' in said, said
    own_homeport.up()
    assert run.wait_for_completion()['status'] == 'Completed'
    whole(run)


@pytest.mark.root
def test_a_full_disk_is_a_clear_error_and_the_ledger_stays_whole(tmp_path, monkeypatch, project):
    homeport = Homeport(tmp_path)
    homeport.data.mkdir()
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', str(homeport.data)], check=True)
    try:
        homeport.up()
        inhabit(homeport, monkeypatch)
        ws = workspace()
        make_cluster(ws, 'before', max_nodes=1)
        (homeport.data / 'ballast').write_bytes(b'')
        with open(homeport.data / 'ballast', 'wb', buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                pass
        # Some writes may still fit into pages that the database has already.
        replies = [homeport.request('PUT', '/subscriptions/%s/resourceGroups/%s/providers/Microsoft.MachineLearningServices/workspaces/%s'
                                    '/computes/full%d?api-version=2019-06-01' % (ws.subscription_id, ws.resource_group, ws.name, i),
                                    {'location': ws.location, 'tags': {'t': 'x' * 4000}, 'properties': {'computeType': 'AmlCompute', 'properties': {
                                        'vmSize': 'STANDARD_D2_V2', 'scaleSettings': {'minNodeCount': 0, 'maxNodeCount': 1}}}})
                   for i in range(40)]
        refused = [reply for reply in replies if reply.status >= 500]
        assert refused, [reply.status for reply in replies]
        assert all('disk' in reply.text or 'space' in reply.text for reply in refused), refused[0].text
        assert 'before' in ws.compute_targets, 'reads go on'
        acknowledged = {'full%d' % i for i, reply in enumerate(replies) if reply.status in (200, 201)}
        (homeport.data / 'ballast').unlink()
        homeport.kill()
        homeport.up()
        assert {'before'} | acknowledged <= set(workspace().compute_targets)
    finally:
        try:
            homeport.close()
        finally:
            subprocess.run(['umount', '-l', str(homeport.data)], check=True)
