"""The guide's programs, run as a user runs them: a copy of their folder in the user's project, under coverage."""
import ast
import json
import re
import shutil
import subprocess
import sys

from server import ROOT

GUIDE = ROOT / 'examples/guide'


def copy_guide(project):
    """The guide's folder below the user's project, without what an earlier run left in it."""
    return shutil.copytree(GUIDE, project / 'guide', ignore=shutil.ignore_patterns('data', '.azureml', '__pycache__'))


def run_guide(homeport, program, coverage_file):
    """The program under `homeport exec`: [(seconds, line)] of what it printed. What it imports of ours is what the binary brings."""
    return homeport.timed_lines('exec', '--', sys.executable, '-u', '-m', 'coverage', 'run', '--data-file', coverage_file,
                                '--include', program, program, env={'PYTHONPATH': ''})


def assert_trained(lines):
    text = '\n'.join(line for _, line in lines)
    accuracy = re.search(r'^Final accuracy: (0\.\d+)$', text, re.M)
    assert accuracy and float(accuracy.group(1)) >= 0.80, text[-3000:]


def lines_never_run(program, *coverage_files):
    """The lines of the program's statements, but for its docstring, that no run of these reached."""
    folder = coverage_files[0].parent
    subprocess.run([sys.executable, '-m', 'coverage', 'combine', '-q', '--keep', '--data-file', folder / 'all.coverage', *coverage_files], check=True)
    subprocess.run([sys.executable, '-m', 'coverage', 'json', '-q', '--data-file', folder / 'all.coverage', '-o', folder / 'coverage.json'], check=True)
    files = json.loads((folder / 'coverage.json').read_text())['files']
    tree = ast.parse(program.read_text())
    lines = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)} - {tree.body[0].lineno}
    return sorted(lines - set(next(iter(files.values()))['executed_lines']))
