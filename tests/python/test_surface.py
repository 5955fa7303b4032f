"""Every public name of the SDK is there, or says that it is not built."""
import importlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

import azureml
from azureml._surface import table
from azureml.exceptions import NotBuiltException, UserErrorException

PACKAGE = str(Path(azureml.__file__).parents[1])


def rows():
    for module, members in table.modules().items():
        for member in members.values():
            yield pytest.param(module, member, id=f"{module}.{member.name}")


@pytest.mark.parametrize("module, member", list(rows()))
def test_a_name_is_built_or_says_its_name(module, member):
    try:
        found = getattr(importlib.import_module(module), member.name)
    except NotBuiltException as problem:
        assert problem.public_name.endswith(f".{member.name}")
        return
    for attribute in member.attributes:
        try:
            getattr(found, attribute)
        except NotBuiltException as problem:
            assert problem.public_name.endswith(f".{member.name}.{attribute}")
        except AttributeError:
            assert hasattr(found(), attribute), "neither built nor named as missing"


def test_a_missing_class_can_be_imported_and_says_its_name_when_used():
    from azureml.core import Model
    from azureml.train.hyperdrive import HyperDriveConfig

    with pytest.raises(NotBuiltException, match="azureml.core.Model.register is a name"):
        Model.register(None, "path", "name")
    with pytest.raises(NotBuiltException, match="azureml.train.hyperdrive.HyperDriveConfig"):
        HyperDriveConfig(run_config=None)
    assert not isinstance(3, Model)


def test_a_missing_member_of_a_built_class_says_its_name():
    from azureml.core import Run, Workspace

    with pytest.raises(NotBuiltException, match="azureml.core.Workspace.webservices"):
        Workspace.webservices
    with pytest.raises(NotBuiltException, match="azureml.core.Run.register_model"):
        object.__new__(Run).register_model("m")
    with pytest.raises(AttributeError):
        object.__new__(Run).no_such_name


def test_the_error_is_a_user_error_and_a_not_implemented_error():
    assert issubclass(NotBuiltException, UserErrorException) and issubclass(NotBuiltException, NotImplementedError)


def test_a_star_import_of_a_missing_module_works():
    namespace = {}
    exec("from azureml.train.hyperdrive import *", namespace)
    assert "RandomParameterSampling" in namespace


def test_a_name_that_the_sdk_never_had_is_an_import_error():
    with pytest.raises(ImportError):
        importlib.import_module("azureml.nonsense")
    with pytest.raises(ImportError):
        exec("from azureml.core import Nonsense", {})


@pytest.mark.parametrize("statement", [
    "from azureml.core.workspace import Workspace", "from azureml.core.experiment import Experiment",
    "from azureml.core.run import Run, _OfflineRun", "from azureml.core.datastore import Datastore",
    "from azureml.core.environment import Environment, CondaDependencies",
    "from azureml.core.conda_dependencies import CondaDependencies",
    "from azureml.core.runconfig import RunConfiguration, DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE, MpiConfiguration, "
    "DataReferenceConfiguration, TensorflowConfiguration, PyTorchConfiguration, DockerConfiguration, "
    "EnvironmentDefinition, ContainerRegistry, CondaDependencies",
    "from azureml.core.script_run_config import ScriptRunConfig", "from azureml.core.compute import ComputeTarget, AmlCompute",
    "from azureml.core.compute_target import ComputeTargetException", "from azureml.core.authentication import "
    "InteractiveLoginAuthentication, ServicePrincipalAuthentication, AzureCliAuthentication, MsiAuthentication",
    "from azureml.data.data_reference import DataReference", "from azureml.data.datapath import DataPath",
    "from azureml.train.estimator import Estimator, Mpi",
    "from azureml.train.dnn import TensorFlow, PyTorch, Chainer, Mpi, ParameterServer, Nccl, Gloo",
    "from azureml.train.sklearn import SKLearn", "from azureml.widgets import RunDetails",
    "from azureml.train.widgets import RunDetails", "from azureml.core import VERSION",
    "from azureml.telemetry import set_diagnostics_collection",
])
def test_the_import_paths_that_scripts_use(statement):
    exec(statement, {})


def test_one_object_by_all_its_paths():
    import azureml.core
    import azureml.core.compute
    import azureml.core.workspace
    import azureml.exceptions
    from azureml.core.compute_target import ComputeTargetException

    assert azureml.core.Workspace is azureml.core.workspace.Workspace
    assert azureml.core.ComputeTarget is azureml.core.compute.ComputeTarget
    assert ComputeTargetException is azureml.exceptions.ComputeTargetException


def test_importing_is_quick_and_pulls_in_nothing_heavy():
    code = ("import sys, time; before = set(sys.modules); start = time.perf_counter(); import azureml.core; "
            "print(time.perf_counter() - start, *sorted(set(sys.modules) - before))")
    best, modules = 9.0, []
    for _ in range(5):
        output = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE, capture_output=True, text=True, check=True).stdout
        seconds, *modules = output.split()
        best = min(best, float(seconds))
    assert best <= 0.060
    assert not {"http.client", "ssl", "zipfile", "logging", "asyncio", "inspect"} & set(modules)


def test_the_package_needs_the_standard_library_only():
    code = ("import sys, pkgutil, importlib, azureml\n"
            "for each in pkgutil.walk_packages(azureml.__path__, 'azureml.'): importlib.import_module(each.name)\n"
            "print(*sorted({name.partition('.')[0] for name in sys.modules}))")
    output = subprocess.run([sys.executable, "-S", "-c", code], cwd=PACKAGE, capture_output=True, text=True, check=True).stdout
    if hasattr(sys, "stdlib_module_names"):
        assert set(output.split()) - set(sys.stdlib_module_names) <= {"azureml", "__main__", "__mp_main__"}


def test_diagnostics_say_what_notebooks_show(capsys):
    from azureml.telemetry import set_diagnostics_collection

    set_diagnostics_collection(send_diagnostics=True)
    assert capsys.readouterr().out == "Turning diagnostics collection on. \n"
