"""Commands beyond the first path: copies of folders, one log of several, why a run waits, what JSON looks like."""
import json

import pytest

from server import wait_for


@pytest.fixture
def submitted(homeport, cluster, project):
    """submitted(script, *options) submits a script and comes back with its id before it has run."""
    def submit(script, *options, cluster='cpu'):
        folder = project(train=script)
        done = homeport.cli('run', 'submit', '--no-follow', '--cluster', cluster, *options, 'train.py', cwd=folder)
        return done.stdout.strip()
    return submit


def ended(homeport, run):
    return wait_for(lambda: homeport.json('run', 'show', run)['status'] in ('Completed', 'Failed', 'Canceled') and
                    homeport.json('run', 'show', run), 'the end of ' + run, 60)


def test_a_folder_goes_to_a_datastore_and_comes_back_as_it_was(homeport, tmp_path):
    source = tmp_path / 'in'
    (source / 'deep').mkdir(parents=True)
    (source / 'a & b.txt').write_text('A')
    (source / 'deep/large').write_bytes(bytes(range(256)) * 80000)
    homeport.cli('data', 'cp', '-r', source, 'workspaceblobstore:folder/x')
    listed = homeport.json('data', 'ls', 'workspaceblobstore:folder/x')
    assert {entry['name'] for entry in listed} == {'folder/x/a & b.txt', 'folder/x/deep/'}
    homeport.cli('data', 'cp', '-r', 'workspaceblobstore:folder/x', tmp_path / 'out')
    assert (tmp_path / 'out/a & b.txt').read_text() == 'A'
    assert (tmp_path / 'out/deep/large').read_bytes() == (source / 'deep/large').read_bytes()


def test_a_copy_says_what_is_wrong(homeport, tmp_path):
    assert homeport.cli('data', 'cp', 'workspaceblobstore:not/there', tmp_path, check=False).returncode == 4
    assert homeport.cli('data', 'cp', 'nostore:x', tmp_path, check=False).returncode == 4
    assert homeport.cli('data', 'cp', tmp_path / 'a', tmp_path / 'b', check=False).returncode == 2


def test_a_run_is_seen_from_every_side(homeport, submitted):
    run = submitted('print("hello")\n', '--experiment', 'sides', '--name', 'a name', '--env', 'COLOUR=red')
    document = ended(homeport, run)
    assert document['status'] == 'Completed' and document['experiment'] == 'sides' and document['target'] == 'cpu'
    assert [one['id'] for one in homeport.json('run', 'list', '--experiment', 'sides')] == [run]
    assert run in [one['id'] for one in homeport.json('run', 'list', '--state', 'Completed')]
    assert run not in [one['id'] for one in homeport.json('run', 'list', '--state', 'Failed')]
    [log] = [name for name in document['logFiles'] if 'driver_log' in name]
    assert homeport.cli('run', 'logs', run, '--file', log).stdout == 'hello\n'
    assert homeport.cli('run', 'logs', run, '--file', 'no.txt', check=False).returncode == 4
    assert homeport.json('run', 'why', run)['state'] == 'Completed'


def test_a_variable_reaches_the_script(homeport, submitted):
    run = submitted('import os\nprint(os.environ["COLOUR"])\n', '--env', 'COLOUR=red = blue')
    ended(homeport, run)
    assert 'red = blue' in homeport.cli('run', 'logs', run).stdout


def test_a_run_that_waits_says_why(homeport, cluster, submitted):
    homeport.cli('cluster', 'create', 'waiting', '--vm-size', 'STANDARD_D2_V2', '--max', '1')
    first = submitted('import time\ntime.sleep(3600)\n', cluster='waiting')
    wait_for(lambda: homeport.json('run', 'show', first)['status'] == 'Running', 'the first to run', 60)
    second = submitted('print(1)\n', cluster='waiting')
    why = wait_for(lambda: homeport.json('run', 'why', second).get('reason'), 'a reason')
    assert 'waiting' in why
    for run in (second, first):
        homeport.cli('run', 'cancel', run)
        assert ended(homeport, run)['status'] == 'Canceled'
    homeport.cli('cluster', 'delete', 'waiting')


def test_following_a_run_that_is_over_prints_it_all_and_takes_its_exit_code(homeport, submitted):
    run = submitted('print("to the end")\nraise SystemExit(3)\n')
    ended(homeport, run)
    done = homeport.cli('run', 'logs', '-f', run, check=False)
    assert done.returncode == 1
    assert 'to the end' in done.stdout and 'Failed' in done.stderr


def test_json_of_a_submit_is_the_finished_run_and_nothing_else(homeport, cluster, project):
    folder = project(train='print("noise")\n')
    done = homeport.cli('run', 'submit', '--json', '--cluster', 'cpu', 'train.py', cwd=folder)
    assert json.loads(done.stdout)['status'] == 'Completed'
