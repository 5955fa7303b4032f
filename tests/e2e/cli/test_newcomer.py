"""What somebody types who has read the README and nothing else: in any folder, without --data-dir, with slips of the hand."""
import pytest

from inhabitant import inhabit
from server import Homeport, wait_for


@pytest.fixture
def newcomer(tmp_path, monkeypatch):
    """A server whose data is not in the usual place, and a person who stands in the folder where `up` was typed."""
    homeport = Homeport(tmp_path)
    homeport.up()
    yield inhabit(homeport, monkeypatch)
    homeport.close()


def test_down_stops_the_server_that_every_other_command_speaks_to(newcomer, tmp_path):
    assert newcomer.url in newcomer.call('status').stdout
    elsewhere = tmp_path / 'elsewhere'
    elsewhere.mkdir()
    assert newcomer.url in newcomer.call('status', cwd=elsewhere).stdout, 'found by the profile'
    assert 'is stopped' in newcomer.call('down', cwd=elsewhere).stdout
    assert not newcomer.healthy()
    again = newcomer.call('down')
    assert 'Nothing to stop' in again.stderr and '.azureml/config.json' in again.stderr
    newcomer.up()
    assert 'is stopped' in newcomer.call('down').stdout


def test_down_leaves_a_server_alone_that_is_not_the_one_named(newcomer, tmp_path):
    other = Homeport(tmp_path / 'other')
    other.up()
    try:
        # The folder of the first, the usual data directory of the second.
        newcomer.call('down', env={'HOMEPORT_DATA': str(other.data)})
        assert not newcomer.healthy() and other.healthy()
        assert 'Nothing to stop' in newcomer.call('down', env={'HOMEPORT_DATA': str(other.data)}).stderr
        assert other.healthy()
    finally:
        other.close()


def test_a_program_finds_its_workspace_in_any_folder(homeport, tmp_path):
    program = 'from azureml.core import Workspace\nprint(Workspace.from_config().name)\n'
    done = homeport.call('exec', '--', 'python3', '-c', program, cwd=tmp_path)
    assert done.stdout == 'homeport\n'
    assert not (tmp_path / '.azureml').exists()


def test_a_run_that_waits_says_so_wherever_it_is_looked_at(homeport, ws, cluster, project):
    folder = project(train='import time\ntime.sleep(3600)\n')
    busy, waiting = (homeport.call('run', 'submit', '--no-follow', '--cluster', 'cpu', '--nodes', '2', 'train.py', cwd=folder).stdout.strip()
                     for _ in range(2))
    try:
        wait_for(lambda: homeport.json('run', 'show', busy)['status'] == 'Running', 'the first to run')
        why = homeport.call('run', 'why', waiting).stdout.strip()
        assert 'waits for 2 nodes' in why
        shown = homeport.call('run', 'show', waiting).stdout
        assert why in shown and homeport.url + '/web/runs/homeport/' + waiting in shown
        assert homeport.call('run', 'logs', waiting).stderr == 'No logs yet: the run is Queued. Why: homeport run why %s\n' % waiting
        assert ' so far' in homeport.call('run', 'list').stdout
    finally:
        for run in (waiting, busy):
            homeport.call('run', 'cancel', run)


def test_a_slip_of_the_hand_is_answered_with_what_was_meant(homeport, ws, cluster, project):
    slips = {
        ('run', 'submit', '--clutser', 'cpu', 'train.py'): (2, 'did you mean --cluster?'),
        ('run', 'shwo', 'x'): (2, 'did you mean show?'),
        ('run', 'show', 'nobody'): (4, 'homeport run list'),
        ('run', 'submit', '--cluster', 'cup', 'train.py'): (4, 'homeport cluster list'),
        ('run', 'submit', '--cluster', 'cpu', 'trian.py'): (2, 'no script trian.py'),
        ('data', 'ls', 'workspaceblobstor:x'): (4, 'workspaceblobstore'),
    }
    for typed, (status, told) in slips.items():
        done = homeport.call(*typed, check=False, cwd=project(train='print(1)\n'))
        assert (done.returncode, told in done.stderr) == (status, True), (typed, done)
    wrong = homeport.call('status', check=False, env={'HOMEPORT_TOKEN': 'wrong'})
    assert wrong.returncode == 5 and 'take a fresh one. Run `homeport up`' in wrong.stderr
