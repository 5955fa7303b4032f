"""Sweeps: many jobs made of one, each with other values of its parameters.

    parameters = ParameterSweep([NumericParameter(parameter_name='RATE', data_type='REAL', start=1e-4, end=1e-1, scale='LOG', num_values=4)])
    template = models.JobCreateParameters(…, command_line_args='--rate={0}'.format(parameters['RATE']) …)
    jobs, values = parameters.generate_jobs(template)
"""
from __future__ import annotations

import itertools
import json
import re
from typing import Any, Callable, Dict, List, Sequence, Tuple, Union

from azure.mgmt.batchai import models

from ._parameters import DictParameter, DiscreteParameter, FileParameter, NumericParameter, Parameter
from ._substitution import Substitution, substitute

__all__ = ["DictParameter", "DiscreteParameter", "FileParameter", "NumericParameter", "Parameter", "ParameterSweep", "Substitution"]

ENVIRONMENT_PREFIX = "PARAM_"
_KINDS: Dict[str, Callable[..., Parameter]] = {
    "NumParam": NumericParameter, "DiscreteParam": DiscreteParameter, "DictParam": DictParameter, "FileParam": FileParameter}


class ParameterSweep:
    """Parameters by name. `sweep[name]` is the placeholder to put into a job's parameters."""

    def __init__(self, param_specs: Sequence[Parameter]) -> None:
        names = [each.parameter_name for each in param_specs]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"The parameter {sorted(twice)[0]} is there twice")
        self._parameters = list(param_specs)
        self._substitutions = {each.parameter_name: each.substitution for each in param_specs}

    @classmethod
    def from_json(cls, document: Union[str, Dict[str, Any]]) -> "ParameterSweep":
        """From `{"params": [{"paramType": "NumParam", "parameterName": "RATE", "dataType": "REAL", …}, …]}`: paramType is
        NumParam, DiscreteParam, DictParam or FileParam, and the rest are the arguments of that class in camel case."""
        content = json.loads(document) if isinstance(document, str) else document
        return cls([_parameter_from(each) for each in content["params"]])

    def __getitem__(self, name: str) -> Any:
        if name not in self._substitutions:
            raise KeyError(f"{name}: the parameters are {', '.join(self._substitutions)}")
        return self._substitutions[name]

    def generate_jobs(self, job_create_parameters: Any) -> Tuple[List[Any], List[Dict[str, Any]]]:
        """Every combination of values: the jobs' parameters, and for each the values by name."""
        combinations = itertools.product(*(each.grid() for each in self._parameters))
        return _jobs(job_create_parameters, [_merged(each) for each in combinations])

    def generate_jobs_random_search(self, job_create_parameters: Any, num_jobs: int) -> Tuple[List[Any], List[Dict[str, Any]]]:
        """As many jobs, each with values drawn at random."""
        if num_jobs <= 0:
            raise ValueError(f"num_jobs is greater than 0, not {num_jobs}")
        drawn = [_merged([each.draw() for each in self._parameters]) for _ in range(num_jobs)]
        return _jobs(job_create_parameters, drawn)


def _merged(parts: Sequence[Dict[str, Any]]) -> Dict[str, Any]:
    return {name: value for part in parts for name, value in part.items()}


def _jobs(template: Any, combinations: List[Dict[str, Any]]) -> Tuple[List[Any], List[Dict[str, Any]]]:
    jobs = []
    for values in combinations:
        job = substitute(template, values)
        # These are all the environment variables that a generated job has.
        job.environment_variables = [
            models.EnvironmentVariable(name=ENVIRONMENT_PREFIX + name, value=str(value)) for name, value in values.items()]
        jobs.append(job)
    return jobs, combinations


def _parameter_from(document: Dict[str, Any]) -> Parameter:
    kind = document.get("paramType")
    if kind not in _KINDS:
        raise ValueError(f"paramType is one of {', '.join(_KINDS)}, not {kind}")
    arguments = {_snake_case(name): value for name, value in document.items() if name != "paramType"}
    return _KINDS[kind](**arguments)


def _snake_case(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: "_" + found.group().lower(), name)
