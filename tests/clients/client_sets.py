"""The published clients that tests speak with, each set in a folder of its own under build/: some of them share module names.

    client_sets.py batchai-2019 | newest      prints the interpreter of a virtual environment with the packages of that .txt
    client_sets.py node                       prints the Node.js that finds the packages of package.json

A set is made once and again only when its files change; two processes that want the same one wait for each other.
"""
from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator, NamedTuple

HERE = Path(__file__).resolve().parent
MADE = HERE.parents[1] / 'build/clients'
SYSTEM_PYTHON = '/usr/bin/python3' if os.access('/usr/bin/python3', os.X_OK) else sys.executable


class Node(NamedTuple):
    """Node.js: run `program` with NODE_PATH=`modules`, and require() finds the clients."""
    program: Path
    npm: Path
    modules: Path


@contextlib.contextmanager
def _set_up(name: str, *sources: Path) -> Iterator[Path | None]:
    """The folder to fill, or None where it holds what these files ask for. It counts as made when the block ends well."""
    MADE.mkdir(parents=True, exist_ok=True)
    stamp = hashlib.sha256(b'\0'.join(source.read_bytes() for source in sources)).hexdigest()
    folder = MADE / name
    with open(MADE / (name + '.lock'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = folder / 'stamp'
        if mark.exists() and mark.read_text() == stamp:
            yield None
            return
        shutil.rmtree(folder, ignore_errors=True)
        yield folder
        mark.write_text(stamp)


@functools.lru_cache(maxsize=None)
def python_of(name: str) -> Path:
    """The interpreter of the set `name`.txt."""
    requirements = HERE / (name + '.txt')
    with _set_up(name, requirements) as folder:
        if folder:
            subprocess.run([SYSTEM_PYTHON, '-m', 'venv', folder], check=True, stdout=sys.stderr)
            subprocess.run([folder / 'bin/pip', 'install', '-q', '-r', requirements], check=True, stdout=sys.stderr)
    return MADE / name / 'bin/python'


@functools.lru_cache(maxsize=None)
def node() -> Node:
    programs = python_of('node').parent
    with _set_up('node-modules', HERE / 'package.json', HERE / 'package-lock.json') as folder:
        if folder:
            folder.mkdir()
            for file in ('package.json', 'package-lock.json', '.npmrc'):
                shutil.copy(HERE / file, folder)
            subprocess.run([programs / 'npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], cwd=folder, check=True,
                           stdout=sys.stderr, env={**os.environ, 'PATH': '%s:%s' % (programs, os.environ['PATH'])})
    return Node(programs / 'node', programs / 'npm', MADE / 'node-modules/node_modules')


if __name__ == '__main__':
    print(node().program if sys.argv[1] == 'node' else python_of(sys.argv[1]))
