"""RunDetails(run).show(): a live view until the run has ended, in a real Jupyter kernel and on a real terminal."""
import contextlib
import fcntl
import html
import itertools
import os
import pty
import re
import struct
import subprocess
import sys
import termios

from notebook import execute

# The loss is learnt slowly enough that somebody who looks sees it move.
SCRIPT = '''
import os, sys, time
from azureml.core import Run
run = Run.get_context()
print('<b>process</b>', os.environ['TF_CONFIG'].count('worker'), flush=True)
for step in range(int(sys.argv[1])):
    run.log('loss', 1.0 / (step + 1))
    print('step', step, 'of the run', flush=True)
    time.sleep(0.8)
'''

SUBMIT = '''
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.runconfig import TensorflowConfiguration
from azureml.widgets import RunDetails
ws = Workspace.from_config()
environment = Environment('sdk')
environment.python.conda_dependencies = CondaDependencies.create()
config = ScriptRunConfig(source_directory=%r, script='train.py', arguments=[%d], compute_target='cpu', environment=environment,
                         distributed_job_config=TensorflowConfiguration(worker_count=2, parameter_server_count=0))
config.run_config.node_count = 2
run = Experiment(ws, 'notebook').submit(config)
'''


def text_of(drawing):
    return html.unescape(re.sub(r'<[^>]+>', ' ', drawing.html))


def loss_in(text):
    found = re.search(r'loss +([0-9.]+)', text)
    return float(found.group(1)) if found else None


def test_in_a_notebook_the_view_is_redrawn_until_the_run_has_ended(homeport, cluster, project):
    cells = [SUBMIT % (str(project(train=SCRIPT)), 12), 'view = RunDetails(run)\nview.show()', 'run.wait_for_completion()["status"]',
             'view._thread.join(20)']
    book, drawings = execute(cells, homeport.project, homeport.environment())
    assert book.cells[2].outputs[0].data['text/plain'] == "'Completed'"

    assert [each.kind for each in drawings] == ['display_data'] + ['update_display_data'] * (len(drawings) - 1)
    assert len({each.display_id for each in drawings}) == 1, 'one place on the page, drawn over'
    texts = [text_of(each) for each in drawings]
    assert texts[0].split()[0] in ('Queued', 'Starting', 'Preparing', 'Running')
    live = [text for text in texts if text.split()[0] == 'Running']
    assert len(set(live)) >= 3, 'several different views before the end'
    assert texts[-1].split()[0] == 'Completed' and not any(text.split()[0] == 'Completed' for text in texts[:-1])

    assert len(re.findall(r'tvm-\w+ +running', live[-1])) == 2, 'both nodes with their state'
    losses = list(itertools.dropwhile(lambda loss: loss is None, map(loss_in, live)))  # none before the first one is logged
    assert len(losses) >= 2 and None not in losses and losses == sorted(losses, reverse=True) and losses[0] > losses[-1], losses
    assert '<svg' in drawings[-1].html and loss_in(texts[-1]) == 0.0833333
    for worker in (0, 1):
        assert 'azureml-logs/70_driver_log_worker_%d.txt' % worker in texts[-1]
    assert texts[-1].count('step 11 of the run') == 2 and 'step 11 of the run' not in live[0]
    assert '&lt;b&gt;process' in drawings[-1].html, 'a log is text, never markup'

    # What the notebook keeps: the last view, and the same in words for a page that draws no HTML.
    kept = book.cells[1].outputs
    assert len(kept) == 1 and kept[0].data['text/html'] == drawings[-1].html
    assert re.match(r'Run notebook_\S+ of notebook: Completed\n', kept[0].data['text/plain'])


def test_on_a_terminal_one_view_is_drawn_over_itself(homeport, cluster, project):
    program = SUBMIT % (str(project(train=SCRIPT)), 7) + 'RunDetails(run).show()\nprint("then")\n'
    screen, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 100, 0, 0))
    process = subprocess.Popen([sys.executable, '-c', program], cwd=homeport.project, stdin=subprocess.DEVNULL, stdout=terminal,
                               stderr=subprocess.STDOUT, env=homeport.environment(TERM='xterm'))
    os.close(terminal)
    shown = b''
    with contextlib.suppress(OSError):  # the end of a terminal
        while piece := os.read(screen, 65536):
            shown += piece
    assert process.wait() == 0, shown.decode()
    views = re.split(r'\x1b\[\d+F\x1b\[J', shown.decode().replace('\r\n', '\n'))
    assert len(views) >= 3 and ': Running' in views[-2] and 'running' in views[-2]
    assert all(view.count('\n') < 40 for view in views[:-1])
    assert ': Completed' in views[-1] and 'step 6 of the run' in views[-1] and views[-1].endswith('\nthen\n')
