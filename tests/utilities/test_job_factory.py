"""Sweeps: the values on a grid, those drawn, and the jobs made of them."""
from __future__ import annotations

import math
import random
from typing import Any, List

import pytest
from azure.mgmt.batchai import models

from utilities.job_factory import DictParameter, DiscreteParameter, FileParameter, NumericParameter, ParameterSweep


def template(sweep: ParameterSweep, **more: Any) -> models.JobCreateParameters:
    return models.JobCreateParameters(**{
        "cluster": models.ResourceId(id="/clusters/nc6"), "node_count": 1, "std_out_err_path_prefix": "$AZ_BATCHAI_JOB_MOUNT_ROOT/afs",
        "custom_toolkit_settings": models.CustomToolkitSettings(command_line="train --x={0}".format(sweep["X"])), **more})


def number(data_type: str = "REAL", scale: str = "LINEAR", start: float = 0, end: float = 1, **more: Any) -> NumericParameter:
    return NumericParameter(parameter_name="X", data_type=data_type, start=start, end=end, scale=scale, **more)


def on_grid(parameter: Any) -> List[Any]:
    sweep = ParameterSweep([parameter])
    return [values["X"] for values in sweep.generate_jobs(template(sweep))[1]]


@pytest.mark.parametrize("parameter, values", [
    (number("INTEGER", start=10, end=50, step=10), [10, 20, 30, 40, 50]),
    (number("INTEGER", start=10, end=55, step=10), [10, 20, 30, 40, 50]),
    (number(start=0.1, end=0.7, step=0.2), [0.1, 0.30000000000000004, 0.5, 0.7000000000000001]),
    (number(start=1, end=2, num_values=5), [1.0, 1.25, 1.5, 1.75, 2.0]),
    (number("INTEGER", start=1, end=10, num_values=4), [1, 4, 7, 10]),
    (number(scale="LOG", start=1e-4, end=1e-1, num_values=4), [1e-4, 1e-3, 1e-2, 1e-1]),
    (number("INTEGER", scale="LOG", start=1, end=1000, num_values=4), [1, 10, 100, 1000]),
    (number(start=3, end=9, num_values=1), [3.0]),
    (DiscreteParameter("X", [100, "a", 0.5]), [100, "a", 0.5]),
])
def test_the_values_of_a_grid(parameter: Any, values: List[Any]) -> None:
    found = on_grid(parameter)
    assert found == values and [type(each) for each in found] == [type(each) for each in values]


@pytest.mark.parametrize("scale, start, end", [("LINEAR", -2, 3), ("LOG", 0.001, 10)])
def test_a_number_drawn_lies_between_its_ends(scale: str, start: float, end: float) -> None:
    random.seed(7)
    sweep = ParameterSweep([number(scale=scale, start=start, end=end)])
    jobs, values = sweep.generate_jobs_random_search(template(sweep), 400)
    drawn = [each["X"] for each in values]
    assert len(jobs) == 400 and len(set(drawn)) > 390 and all(start <= each <= end for each in drawn)
    middle = math.sqrt(start * end) if scale == "LOG" else (start + end) / 2
    assert 140 < sum(each < middle for each in drawn) < 260


def test_what_is_drawn_is_an_integer_or_one_of_the_list() -> None:
    random.seed(7)
    sweep = ParameterSweep([number("INTEGER", start=1, end=3), DiscreteParameter("D", ["a", "b"])])
    _, values = sweep.generate_jobs_random_search(template(sweep), 60)
    assert {each["X"] for each in values} == {1, 2, 3} and {each["D"] for each in values} == {"a", "b"}
    with pytest.raises(ValueError, match="greater than 0"):
        sweep.generate_jobs_random_search(template(sweep), 0)


def test_every_combination_is_a_job_of_its_own() -> None:
    sweep = ParameterSweep([DiscreteParameter("X", [1, 2]), DiscreteParameter("NODES", [1, 2, 4]), DiscreteParameter("MODE", ["a b"])])
    original = template(sweep, node_count=sweep["NODES"], environment_variables=[models.EnvironmentVariable(name="OWN", value="1")],
                        output_directories=[models.OutputDirectory(id="ALL", path_prefix="$ROOT/{0}/{1}".format(sweep["MODE"], sweep["X"]))])
    jobs, values = sweep.generate_jobs(original)
    assert values == [{"X": x, "NODES": nodes, "MODE": "a b"} for x in (1, 2) for nodes in (1, 2, 4)]
    sent = jobs[5].serialize()["properties"]
    assert sent["nodeCount"] == 4 and sent["customToolkitSettings"]["commandLine"] == "train --x=2"
    assert sent["outputDirectories"] == [{"id": "ALL", "pathPrefix": "$ROOT/a b/2"}] and sent["cluster"] == {"id": "/clusters/nc6"}
    assert sent["environmentVariables"] == [{"name": "PARAM_X", "value": "2"}, {"name": "PARAM_NODES", "value": "4"},
                                            {"name": "PARAM_MODE", "value": "a b"}]
    assert original.node_count is sweep["NODES"] and original.environment_variables[0].name == "OWN", "the template stays as it was"


def test_values_that_go_together() -> None:
    sweep = ParameterSweep([DictParameter("H", [{"RATE": 0.1, "SIZE": 100}, {"RATE": 0.2, "SIZE": 200}])])
    settings = models.CustomToolkitSettings(command_line="train {0} {1}".format(sweep["H"]["RATE"], sweep["H"]["SIZE"]))
    jobs, values = sweep.generate_jobs(models.JobCreateParameters(
        cluster=models.ResourceId(id="/c"), node_count=1, std_out_err_path_prefix="$X", custom_toolkit_settings=settings))
    assert [job.custom_toolkit_settings.command_line for job in jobs] == ["train 0.1 100", "train 0.2 200"]
    assert values[1] == {"H__RATE": 0.2, "H__SIZE": 200}
    assert [each.name for each in jobs[0].environment_variables] == ["PARAM_H__RATE", "PARAM_H__SIZE"]


@pytest.mark.parametrize("make, words", [
    (lambda: DiscreteParameter("lower", [1]), "lower"),
    (lambda: DiscreteParameter("1X", [1]), "1X"),
    (lambda: DiscreteParameter("A B", [1]), "A B"),
    (lambda: number("WORD"), "data_type"),
    (lambda: number(scale="RANDOM"), "scale"),
    (lambda: number(start=2, end=1), "start 2"),
    (lambda: number(scale="LOG"), "above 0"),
    (lambda: number(step=0), "greater than 0"),
    (lambda: DictParameter("X", [{"a": 1}, {"b": 1}]), "same keys"),
    (lambda: DictParameter("X", []), "at least one"),
    (lambda: FileParameter("X", "a", "k", "TAPE", "JOB", "bfs", container="c"), "storage_type"),
    (lambda: FileParameter("X", "a", "k", "BLOB", "HAND", "bfs", container="c"), "mount_method"),
    (lambda: FileParameter("X", "a", "k", "FILE", "JOB", "afs", container="c"), "fileshare"),
    (lambda: ParameterSweep([DiscreteParameter("X", [1]), DiscreteParameter("X", [2])]), "twice"),
    (lambda: on_grid(number()), "num_values or step"),
    (lambda: on_grid(number(scale="LOG", start=1, end=2, step=1)), "needs num_values"),
    (lambda: ParameterSweep.from_json({"params": [{"paramType": "Odd", "parameterName": "X"}]}), "Odd"),
])
def test_what_makes_no_sense_is_refused_by_name(make: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_a_name_that_is_no_parameter_is_told_what_there_is() -> None:
    with pytest.raises(KeyError, match="the parameters are X"):
        ParameterSweep([DiscreteParameter("X", [1])])["Y"]


def test_a_sweep_may_be_written_as_json() -> None:
    sweep = ParameterSweep.from_json('''{"params": [
        {"paramType": "NumParam", "parameterName": "X", "dataType": "INTEGER", "start": 1, "end": 2, "scale": "LINEAR", "numValues": 2},
        {"paramType": "DiscreteParam", "parameterName": "D", "values": ["a"]},
        {"paramType": "DictParam", "parameterName": "H", "values": [{"K": 1}, {"K": 2}]}]}''')
    _, values = sweep.generate_jobs(template(sweep))
    assert values == [{"X": x, "D": "a", "H__K": k} for x in (1, 2) for k in (1, 2)]
    files = {"paramType": "FileParam", "parameterName": "F", "storageAccountName": "a", "storageAccountKey": "a2V5", "storageType": "FILE",
             "mountMethod": "CLUSTER", "mountPath": "afs", "fileshare": "s", "directory": "d", "filterStr": ".*"}
    assert ParameterSweep.from_json({"params": [files]})["F"].name == "F"
