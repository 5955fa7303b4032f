"""Programs that speak with published clients (tests/clients), run as a user runs them: under `homeport exec`, or without it
and with the endpoint that the program itself names. What they find of ours is what the binary brings, not this working tree."""
import subprocess
import sys

from server import ROOT

sys.path.insert(0, str(ROOT / 'tests/clients'))

import client_sets


def python_words(client_set, script, *arguments):
    """The command line of a Python program on the set batchai-2019 or newest."""
    return [client_sets.python_of(client_set), '-u', '-W', 'ignore', script, *arguments]


def node_words(script, *arguments):
    """The command line of a Node program (CommonJS), which finds its clients with require()."""
    node = client_sets.node()
    return ['env', 'NODE_PATH=%s' % node.modules, node.program, script, *arguments]


def run_inside(homeport, words, env=None, **options):
    """What the program printed under `homeport exec`; fails with its output when it ended badly."""
    return homeport.cli('exec', '--', *words, env={'PYTHONPATH': '', **(env or {})}, **{'timeout': 120, **options}).stdout


def run_outside(homeport, words, env=None, timeout=120):
    """The same program with nothing of Homeport in its environment."""
    words = list(map(str, words))
    done = subprocess.run(words, cwd=homeport.project, env=homeport.environment(PYTHONPATH='', **(env or {})), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=timeout)
    assert done.returncode == 0, '%s: exit status %d\n%s%s' % (' '.join(words), done.returncode, done.stdout, done.stderr)
    return done.stdout
