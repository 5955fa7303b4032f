"""A follower's screen: every line once and soon, whatever becomes of the server meanwhile."""
import subprocess
import time

from server import BINARY, wait_for

COUNT = 'import time\nfor number in range(%d):\n    print("line", number, flush=True)\n    time.sleep(%s)\n'


def follow(homeport, folder):
    return subprocess.Popen([str(BINARY), 'run', 'submit', '--data-dir', str(homeport.data), '--cluster', 'cpu', 'train.py'], cwd=folder,
                            env=homeport.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def lines_of(text):
    return [line for line in text.splitlines() if line.startswith('line ')]


def test_a_server_that_is_killed_and_comes_back_costs_no_line(own_homeport, own_cluster, project):
    following = follow(own_homeport, project(train=COUNT % (60, 0.1)))
    wait_for(lambda: 'line 3' in following.stdout.readline(), 'the first lines', 60, 0)
    own_homeport.kill()
    time.sleep(1)
    own_homeport.up()
    out, err = following.communicate(timeout=60)
    assert following.returncode == 0, err
    assert lines_of(out) == ['line %d' % number for number in range(4, 60)]
    assert err.count('does not answer') == 1, err


def test_a_line_is_on_the_screen_at_once(homeport, cluster, project):
    following = follow(homeport, project(train='import time\nfor n in range(20):\n    print("line", time.time(), flush=True)\n    time.sleep(0.1)\n'))
    delays = []
    for line in following.stdout:
        if line.startswith('line '):
            delays.append(time.time() - float(line.split()[1]))
    assert following.wait(30) == 0
    assert len(delays) == 20
    assert sorted(delays)[10] < 0.25, delays
