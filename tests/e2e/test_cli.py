"""The `homeport` command: tables for people, JSON for machines, exit codes that mean something."""
import json
import signal
import stat
import subprocess

from sdk import script_config
from server import BINARY, Homeport, wait_for


def test_up_writes_what_a_client_needs_and_keeps_the_token_private(homeport):
    config = json.loads((homeport.project / '.azureml/config.json').read_text())
    assert set(config) >= {'subscription_id', 'resource_group', 'workspace_name'}
    assert config['homeport']['url'].rstrip('/') == homeport.url
    assert homeport.token not in json.dumps(config)
    profiles = homeport.home / '.config/homeport/profiles.json'
    assert stat.S_IMODE(profiles.stat().st_mode) == 0o600
    assert homeport.healthy()
    assert b'# HELP' in homeport.request('GET', '/metrics').body


def test_a_second_up_finds_the_one_that_stands(homeport):
    pid = homeport.pid
    assert homeport.url in homeport.up().stdout
    assert homeport.pid == pid


def test_status_says_where_it_is(homeport):
    assert homeport.url in homeport.cli('status').stdout
    assert isinstance(homeport.json('status'), dict)


def test_status_of_a_server_that_is_not_there(tmp_path):
    homeport = Homeport(tmp_path)
    done = homeport.cli('status', check=False)
    assert done.returncode == 3 and 'homeport up' in done.stdout + done.stderr


def test_a_cluster_from_its_creation_to_its_end(homeport, ws):
    homeport.cli('cluster', 'create', 'clid', '--vm-size', 'STANDARD_D2_V2', '--max-nodes', '1')
    assert 'clid' in homeport.cli('cluster', 'list').stdout
    assert any(cluster['name'] == 'clid' for cluster in homeport.json('cluster', 'list'))
    homeport.cli('cluster', 'scale', 'clid', '--min-nodes', '1', '--max-nodes', '2')
    assert '2' in homeport.cli('cluster', 'show', 'clid').stdout
    homeport.cli('cluster', 'delete', 'clid')
    wait_for(lambda: homeport.cli('cluster', 'show', 'clid', check=False).returncode != 0, 'the cluster to go')


def test_submit_follows_the_log_and_its_exit_status_is_the_run_s(homeport, cluster, project):
    folder = project(train='import sys\nprint("hello", *sys.argv[1:])\n', fail='raise SystemExit(3)\n')
    done = homeport.cli('run', 'submit', '--cluster', 'cpu', 'train.py', '--', '--epochs', '3', cwd=folder)
    assert 'hello --epochs 3' in done.stdout
    failed = homeport.cli('run', 'submit', '--cluster', 'cpu', 'fail.py', cwd=folder, check=False)
    assert failed.returncode == 1
    listed = homeport.json('run', 'list')
    assert {'Completed', 'Failed'} <= {run['status'] for run in listed}


def test_run_show_logs_and_cancel(homeport, ws, cluster, project):
    from azureml.core import Experiment
    run = Experiment(ws, name='cli').submit(script_config(project(train='import time\nprint("here", flush=True)\ntime.sleep(3600)\n'), cluster))
    wait_for(lambda: 'here' in homeport.cli('run', 'logs', run.id, check=False).stdout, 'the first line')
    assert 'Running' in homeport.cli('run', 'show', run.id).stdout
    homeport.cli('run', 'cancel', run.id)
    wait_for(lambda: run.get_status() == 'Canceled', 'the run to be cancelled', 60)


def test_an_interrupt_leaves_the_run_running(homeport, ws, cluster, project):
    folder = project(train='import time\nprint("started", flush=True)\ntime.sleep(3600)\n')
    following = subprocess.Popen([str(BINARY), 'run', 'submit', '--data-dir', str(homeport.data), '--cluster', 'cpu', 'train.py'], cwd=folder,
                                 env=homeport.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in following.stdout:
        if 'started' in line:
            break
    following.send_signal(signal.SIGINT)
    said, _ = following.communicate(timeout=20)
    assert following.returncode == 7, said
    running = [run for run in homeport.json('run', 'list') if run['status'] == 'Running']
    assert len(running) == 1 and running[0]['id'] in said, said
    homeport.cli('run', 'cancel', running[0]['id'])
    wait_for(lambda: not [run for run in homeport.json('run', 'list') if run['status'] in ('Running', 'CancelRequested')], 'its end', 60)


def test_env_and_exec_give_a_program_what_it_needs(homeport):
    assert homeport.url in homeport.cli('env').stdout
    done = homeport.cli('exec', '--', 'python3', '-c', 'from azureml.core import Workspace; print(Workspace.from_config().name)')
    assert done.stdout.strip()
    assert homeport.cli('exec', '--', 'sh', '-c', 'exit 9', check=False).returncode == 9
    assert homeport.cli('exec', '--', 'no-such-program', check=False).returncode == 127


def test_wrong_use_is_exit_status_2_with_help(homeport):
    for arguments in (['run', 'fly'], ['--no-such-flag'], ['cluster', 'create']):
        done = homeport.call(*arguments, check=False)
        assert done.returncode == 2, (arguments, done.returncode, done.stderr)
        assert done.stderr or done.stdout


def test_a_second_life_at_the_same_directory_has_the_same_token_and_runs(own_homeport, own_ws, own_cluster, project):
    from azureml.core import Experiment
    run = Experiment(own_ws, name='lives').submit(script_config(project(train='print(1)\n'), own_cluster))
    run.wait_for_completion()
    token = own_homeport.token
    own_homeport.cli('down')
    wait_for(lambda: not own_homeport.healthy(), 'the server to stop')
    own_homeport.up()
    assert own_homeport.token == token
    assert run.get_status() == 'Completed'


def test_down_leaves_no_process_where_no_run_is_left(own_homeport, own_cluster):
    assert own_homeport.agents()
    own_homeport.cli('down')
    wait_for(lambda: not own_homeport.processes(), 'every process to end', 10)
