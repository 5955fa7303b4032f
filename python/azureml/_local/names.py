"""Names the services accept; a wrong one is an error before any request."""
from __future__ import annotations

import re

from ..exceptions import UserErrorException

_EXPERIMENT = re.compile(r"^[a-zA-Z0-9][\w-]{0,254}$", re.ASCII)
_RUN_ID = re.compile(r"^[a-zA-Z0-9][\w-]{0,255}$", re.ASCII)
_WORKSPACE = re.compile(r"^[a-zA-Z0-9][\w-]{1,32}$", re.ASCII)
_COMPUTE = re.compile(r"^[a-zA-Z](?:[a-zA-Z0-9-]{0,14}[a-zA-Z0-9])$", re.ASCII)


def check_experiment(name: str) -> None:
    if not isinstance(name, str) or not _EXPERIMENT.match(name):
        raise UserErrorException(f"{name!r} is no name for an experiment: 1 to 255 letters, digits, '_' and '-', "
                                 "the first a letter or a digit.", target="name")


def check_run_id(run_id: str) -> None:
    if not isinstance(run_id, str) or not _RUN_ID.match(run_id):
        raise UserErrorException(f"{run_id!r} is no id for a run: 1 to 256 letters, digits, '_' and '-', "
                                 "the first a letter or a digit.", target="run_id")


def check_workspace(name: str) -> None:
    if not isinstance(name, str) or not _WORKSPACE.match(name):
        raise UserErrorException(f"{name!r} is no name for a workspace: 2 to 33 letters, digits, '_' and '-', "
                                 "the first a letter or a digit.", target="name")


def check_compute(name: str) -> None:
    if not isinstance(name, str) or not _COMPUTE.match(name):
        from ..exceptions import ComputeTargetException

        raise ComputeTargetException(f"{name!r} is no name for a compute target: 2 to 16 letters, digits and '-', "
                                     "the first a letter, the last no '-'.", target="name")
