"""A person at a terminal who has seen enough: the first Ctrl-C lets go of the run, a second asks whether to end it."""
import os
import pty
import select
import signal
import subprocess
import time

import pytest

from server import BINARY, wait_for


class Keyboard:
    """`homeport` in a terminal of its own."""

    def __init__(self, homeport, folder, *arguments):
        self.terminal, theirs = pty.openpty()
        self.process = subprocess.Popen([str(BINARY), *arguments, '--data-dir', str(homeport.data)], cwd=folder, env=homeport.environment(),
                                        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
        os.close(theirs)
        self.seen = ''

    def read_until(self, text, seconds=60):
        deadline = time.monotonic() + seconds
        while text not in self.seen:
            ready, _, _ = select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))
            assert ready, 'waited for %r, saw %r' % (text, self.seen)
            try:
                self.seen += os.read(self.terminal, 65536).decode('utf-8', 'replace')
            except OSError:
                break
        assert text in self.seen, self.seen

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def type(self, text):
        os.write(self.terminal, text.encode())

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)


@pytest.fixture
def following(homeport, cluster, project):
    keyboard = Keyboard(homeport, project(train='import time\nprint("started", flush=True)\ntime.sleep(3600)\n'),
                        'run', 'submit', '--cluster', 'cpu', 'train.py')
    keyboard.read_until('Submitted run ')
    keyboard.read_until('started')
    keyboard.run = keyboard.seen.split('Submitted run ')[1].split()[0]
    yield keyboard
    keyboard.close()
    homeport.cli('run', 'cancel', keyboard.run, check=False)
    wait_for(lambda: homeport.json('run', 'show', keyboard.run)['status'] == 'Canceled', 'its end', 60)


def test_one_ctrl_c_lets_go_and_says_how_to_look_again(homeport, following):
    following.interrupt()
    following.read_until('homeport run logs -f ' + following.run)
    assert following.process.wait(10) == 7
    assert homeport.json('run', 'show', following.run)['status'] == 'Running'


def test_a_second_one_asks_and_no_means_no(homeport, following):
    following.interrupt()
    following.read_until('Ctrl-C again')
    following.interrupt()
    following.read_until('[y/N]')
    following.type('n\n')
    assert following.process.wait(10) == 7
    assert homeport.json('run', 'show', following.run)['status'] == 'Running'


def test_a_second_one_asks_and_yes_ends_the_run(homeport, following):
    following.interrupt()
    following.read_until('Ctrl-C again')
    following.interrupt()
    following.read_until('[y/N]')
    following.type('y\n')
    assert following.process.wait(10) == 1
    wait_for(lambda: homeport.json('run', 'show', following.run)['status'] == 'Canceled', 'its end', 60)


def test_while_a_run_waits_a_terminal_shows_why(homeport, project):
    homeport.cli('cluster', 'create', 'narrow', '--vm-size', 'STANDARD_D2_V2', '--max', '1')
    folder = project(train='import time\ntime.sleep(3600)\n')
    first = homeport.cli('run', 'submit', '--no-follow', '--cluster', 'narrow', 'train.py', cwd=folder).stdout.strip()
    wait_for(lambda: homeport.json('run', 'show', first)['status'] == 'Running', 'the first to run', 60)
    keyboard = Keyboard(homeport, folder, 'run', 'submit', '--cluster', 'narrow', 'train.py')
    keyboard.read_until('Queued: ')
    keyboard.close()
    for run in homeport.json('run', 'list', '--limit', '5'):
        if run['target'] == 'narrow' and run['status'] not in ('Completed', 'Failed', 'Canceled'):
            homeport.cli('run', 'cancel', run['id'])
    homeport.cli('cluster', 'delete', 'narrow')
