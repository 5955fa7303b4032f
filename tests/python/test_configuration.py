"""Run configurations, environments, packages, estimators: what they make of their arguments."""
import json
from pathlib import Path

import pytest

from azureml._local import yaml_subset
from azureml.core import Environment, RunConfiguration, ScriptRunConfig
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.runconfig import MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration
from azureml.data.azure_storage_datastore import AzureBlobDatastore
from azureml.exceptions import RunConfigurationException, TrainingException, UserErrorException
from azureml.train.dnn import Chainer, Gloo, Mpi, Nccl, ParameterServer, PyTorch, TensorFlow
from azureml.train.estimator import Estimator
from azureml.train.sklearn import SKLearn


@pytest.fixture
def store():
    return AzureBlobDatastore(None, "blobs", "c", "acct")


def wire(config):
    return config._script_run_config()._final_run_config()._to_wire() if hasattr(config, "_script_run_config") \
        else config._final_run_config()._to_wire()


def pip_of(configuration):
    return configuration["environment"]["python"]["condaDependencies"]["dependencies"][-1]["pip"]


# Script run configurations.

def test_a_script_run_config_as_a_definition(store):
    environment = Environment("mine")
    environment.environment_variables = {"A": "1"}
    reference = store.path("in", data_reference_name="data").as_download()
    sent = wire(ScriptRunConfig(".", "train.py", ["--lr", 0.1, "--data", reference], compute_target="cpu", environment=environment))
    assert sent["script"] == "train.py" and sent["target"] == "cpu"
    assert sent["arguments"] == ["--lr", "0.1", "--data", "$AZUREML_DATAREFERENCE_data"]
    assert sent["dataReferences"]["data"]["mode"] == "Download"
    assert (sent["framework"], sent["communicator"], sent["nodeCount"]) == ("Python", "None", 1)
    assert sent["maxRunDurationSeconds"] == 2592000
    assert sent["history"] == {"outputCollection": True, "directoriesToWatch": ["logs"], "snapshotProject": True, "enableMLflowTracking": True}
    assert sent["environment"]["name"] == "mine" and sent["environment"]["environmentVariables"] == {"A": "1"}
    json.dumps(sent)


def test_a_run_configuration_is_copied_not_changed():
    shared = RunConfiguration()
    shared.target = "cpu"
    config = ScriptRunConfig(".", "a.py", run_config=shared)
    config.run_config.node_count = 3
    assert (shared.node_count, wire(config)["nodeCount"], shared.script) == (1, 3, None)


@pytest.mark.parametrize("job, expected", [
    (TensorflowConfiguration(3, 2), dict(framework="TensorFlow", communicator="ParameterServer", nodeCount=3,
                                         tensorflow={"workerCount": 3, "parameterServerCount": 2})),
    (MpiConfiguration(2, 4), dict(communicator="Mpi", nodeCount=4, mpi={"processCountPerNode": 2, "nodeCount": 4})),
    (PyTorchConfiguration(process_count=8, node_count=2), dict(framework="PyTorch", communicator="Nccl", nodeCount=2,
     pyTorch={"communicationBackend": "Nccl", "processCount": 8, "nodeCount": 2})),
])
def test_distributed_jobs(job, expected):
    sent = wire(ScriptRunConfig(".", "a.py", compute_target="cpu", distributed_job_config=job))
    assert {key: sent[key] for key in expected} == expected


def test_a_command_instead_of_a_script():
    sent = wire(ScriptRunConfig(".", command=["echo", 1], compute_target="cpu"))
    assert (sent["command"], sent["script"]) == ("echo 1", None)


@pytest.mark.parametrize("arguments, named", [
    (dict(script="a.py", command="b"), "script= or command="), (dict(command="b", arguments=["x"]), "arguments="),
    (dict(script="a.py", run_config=RunConfiguration(), compute_target="cpu"), "run_config="),
    (dict(script="a.py", distributed_job_config="mpi"), "not a str"),
])
def test_arguments_that_contradict(arguments, named):
    with pytest.raises(UserErrorException, match=named):
        ScriptRunConfig(".", **arguments)


def test_a_local_run_says_that_it_is_not_built():
    with pytest.raises(UserErrorException, match="target 'local' are not built"):
        wire(ScriptRunConfig(".", "a.py"))


def test_a_wrong_framework_lists_the_known_ones():
    config = RunConfiguration(framework="Spark")
    with pytest.raises(RunConfigurationException, match="framework is 'Spark'; it can be .*TensorFlow"):
        config._to_wire()


def test_a_run_configuration_is_saved_and_loaded():
    config = RunConfiguration("train.py", ["--a", "1"], conda_dependencies=CondaDependencies.create(pip_packages=["numpy==1.26"]))
    config.target, config.node_count = "cpu", 2
    config.environment.environment_variables = {"X": "y: z", "N": "007"}
    config.save(".", "mine")
    assert Path(".azureml/mine.runconfig").is_file()
    back = RunConfiguration.load(".", "mine")
    assert back._to_wire() == config._to_wire()
    RunConfiguration.delete(".", "mine")
    with pytest.raises(RunConfigurationException, match="cannot be read"):
        RunConfiguration.load(".", "mine")


# Environments and packages.

def test_default_packages():
    assert CondaDependencies().as_dict() == {"name": "project_environment", "channels": ["anaconda", "conda-forge"],
                                             "dependencies": ["python=3.10.18", {"pip": ["azureml-defaults"]}]}


def test_packages_given():
    made = CondaDependencies.create(pip_indexurl="http://index", pip_packages=["numpy==1.0", "NumPy==1.1", "torch"],
                                    conda_packages=["scikit-learn"], python_version="3.9")
    assert list(made.conda_packages) == ["python=3.9", "scikit-learn"]
    assert list(made.pip_packages) == ["azureml-defaults", "NumPy==1.1", "torch"]
    assert list(made.pip_options) == ["--index-url http://index"]
    made.remove_pip_package("numpy")
    made.set_python_version("3.11")
    assert list(made.pip_packages) == ["azureml-defaults", "torch"] and made.get_python_version() == "3.11"


def test_the_sdk_is_not_added_twice():
    assert list(CondaDependencies.create(pip_packages=["azureml-sdk"]).pip_packages) == ["azureml-sdk"]


def test_a_conda_file_round_trip():
    made = CondaDependencies.create(pip_packages=["a>=1,<2", "b[extra]==1", "git+https://h/x@main#egg=x"], conda_packages=["c=1"],
                                    python_version="3.9")
    made.add_channel("pytorch")
    path = made.save("conda.yml")
    assert CondaDependencies(path).as_dict() == made.as_dict()
    assert Environment.from_conda_specification("e", path).python._to_wire()["condaDependencies"] == made.as_dict()


def test_a_conda_file_as_people_write_it():
    Path("env.yml").write_text("# mine\nname: my env\nchannels: [conda-forge]\ndependencies:\n- python=3.8   # old\n- pip\n"
                               "- pip:\n  - numpy>=1.20\n  - --index-url https://x/simple\n  - 'torch==1.4'\n")
    made = CondaDependencies("env.yml")
    assert list(made.conda_packages) == ["python=3.8", "pip"]
    assert list(made.pip_packages) == ["numpy>=1.20", "torch==1.4"]
    assert list(made.pip_options) == ["--index-url https://x/simple"]


def test_missing_files_are_named():
    with pytest.raises(UserErrorException, match="nothing.yml cannot be read"):
        Environment.from_conda_specification("e", "nothing.yml")
    with pytest.raises(UserErrorException, match="nothing.txt cannot be read"):
        Environment.from_pip_requirements("e", "nothing.txt")


def test_requirements_files():
    Path("more.txt").write_text("torch\n")
    Path("requirements.txt").write_text("# all\nnumpy==1.0  # pinned\n\n-r more.txt\n")
    made = Environment.from_pip_requirements("e", "requirements.txt")
    assert list(made.python.conda_dependencies.pip_packages) == ["azureml-defaults", "numpy==1.0", "torch"]


def test_environments_of_images():
    made = Environment.from_docker_image("e", "registry/image:1")
    assert made.docker.base_image == "registry/image:1" and made.python.user_managed_dependencies
    Path("Dockerfile").write_text("FROM x")
    assert Environment.from_dockerfile("e", "Dockerfile").docker.base_dockerfile == "FROM x"


def test_an_environment_is_kept_in_a_folder():
    made = Environment("kept")
    made.environment_variables = {"A": "b"}
    made.save_to_directory("env")
    assert Environment.load_from_directory("env")._to_wire() == made._to_wire()
    with pytest.raises(UserErrorException, match="is not empty"):
        made.save_to_directory("env")


def test_environment_repr_and_clone():
    made = Environment("x")
    made.version = "1"
    assert repr(made) == "Environment(Name: x,\nVersion: 1)"
    copy = made.clone("y")
    copy.environment_variables["a"] = "b"
    assert (copy.name, copy.version, made.environment_variables) == ("y", None, {})


@pytest.mark.parametrize("value", [
    {"a": [1, 2.5, "x", None, True]}, {"s": "yes", "n": "1", "colon": "a: b", "hash": "a # b", "empty": "", "space": " x "},
    {"deep": {"er": [{"k": "v", "l": [1]}, {"k": "w"}], "none": {}, "list": []}}, {"quote": 'a"b\\c', "dash": "- x", "star": "*"},
    {"dollar": "$AZUREML_DATAREFERENCE_x", "nested": [[1, 2], [3]], "multi": "a\nb"}, ["plain", {"a": 1}],
])
def test_yaml_round_trip(value):
    assert yaml_subset.load(yaml_subset.dump(value)) == value


@pytest.mark.parametrize("text", ["a: &x 1", "a: |\n  text", "a:\n\t- b", "a: [1", "a: 1\n   b: 2", "a: !tag x"])
def test_yaml_beyond_the_subset_names_the_line(text):
    with pytest.raises(UserErrorException, match="YAML line [12]"):
        yaml_subset.load(text)


def test_only_a_python_that_was_asked_for_is_sent():
    def sent(packages):
        made = Environment("e")
        made.python.conda_dependencies = packages
        return made._to_wire()["python"]["condaDependencies"]["dependencies"]

    assert sent(CondaDependencies()) == [{"pip": ["azureml-defaults"]}]
    assert sent(CondaDependencies.create(python_version="3.8"))[0] == "python=3.8"


# Estimators.

def test_the_guides_estimator(store):
    data = store.path("mnist_dataset/mnist.npz")
    sent = wire(TensorFlow(source_directory=".", compute_target="nc6", entry_script="tf_mnist_replica.py", node_count=2,
                           script_params={"--num_gpus": 1, "--train_steps": 500, "--input_data": data.as_mount()},
                           worker_count=2, parameter_server_count=1, distributed_backend="ps", use_gpu=True))
    assert sent["arguments"] == ["--num_gpus", "1", "--train_steps", "500", "--input_data", str(data)]
    assert sent["dataReferences"] == {data.data_reference_name: {
        "dataStoreName": "blobs", "mode": "Mount", "pathOnDataStore": "mnist_dataset/mnist.npz", "pathOnCompute": None, "overwrite": False}}
    assert (sent["framework"], sent["communicator"], sent["nodeCount"], sent["target"]) == ("TensorFlow", "ParameterServer", 2, "nc6")
    assert sent["tensorflow"] == {"workerCount": 2, "parameterServerCount": 1}
    assert sent["environment"]["docker"]["gpuSupport"] is True and sent["environment"]["docker"]["enabled"] is True
    assert pip_of(sent) == ["azureml-defaults", "tensorflow-gpu==1.13.1"]


def test_what_the_estimator_tells_about_itself():
    values = TensorFlow(".", compute_target="nc6", entry_script="a.py", use_gpu=True)._telemetry()
    assert (values["estimator"], values["useGpu"], values["computeTarget"]) == ("TensorFlow", True, "nc6")


@pytest.mark.parametrize("estimator, arguments, packages", [
    (TensorFlow, {}, ["tensorflow==1.13.1"]), (TensorFlow, dict(framework_version="2.0", use_gpu=True), ["tensorflow-gpu==2.0.0"]),
    (TensorFlow, dict(framework_version="2.15.1"), ["tensorflow==2.15.1"]),
    (TensorFlow, dict(pip_packages=["tensorflow==1.14", "pandas"]), ["tensorflow==1.14", "pandas"]),
    (PyTorch, {}, ["torch==1.4.0", "torchvision==0.5.0"]), (PyTorch, dict(framework_version="2.1.0"), ["torch==2.1.0", "torchvision"]),
    (Chainer, {}, ["chainer==5.1.0"]), (Chainer, dict(use_gpu=True), ["chainer==5.1.0", "cupy==5.1.0"]),
    (SKLearn, {}, ["scikit-learn==0.20.3", "scipy", "joblib"]), (Estimator, dict(pip_packages=["numpy"]), ["numpy"]),
])
def test_framework_versions_become_requirements(estimator, arguments, packages):
    sent = wire(estimator(".", compute_target="cpu", entry_script="a.py", **arguments))
    assert pip_of(sent) == ["azureml-defaults", *packages]


@pytest.mark.parametrize("estimator, arguments, expected", [
    (PyTorch, dict(distributed_training=Nccl()), ("PyTorch", "Nccl")), (PyTorch, dict(distributed_backend="gloo"), ("PyTorch", "Gloo")),
    (PyTorch, dict(distributed_training=Gloo()), ("PyTorch", "Gloo")), (Chainer, dict(distributed_backend="mpi"), ("Python", "Mpi")),
    (Estimator, dict(distributed_training=Mpi(process_count_per_node=2)), ("Python", "Mpi")),
    (TensorFlow, dict(distributed_training=ParameterServer(2, 1)), ("TensorFlow", "ParameterServer")),
])
def test_backends(estimator, arguments, expected):
    sent = wire(estimator(".", compute_target="cpu", entry_script="a.py", node_count=2, **arguments))
    assert (sent["framework"], sent["communicator"]) == expected


@pytest.mark.parametrize("estimator, arguments, named", [
    (TensorFlow, dict(distributed_backend="nccl"), "TensorFlow cannot be distributed with Nccl"),
    (Estimator, dict(distributed_training=ParameterServer()), "Estimator cannot be distributed with ParameterServer"),
    (PyTorch, dict(distributed_backend="tcp"), "distributed_backend is 'tcp'; with PyTorch it can be 'mpi', 'nccl', 'gloo'"),
    (TensorFlow, dict(node_count=0), "node_count is 0"), (TensorFlow, dict(node_count=2), "node_count is more than 1: say how"),
    (TensorFlow, dict(script_params=["--a"]), "script_params is a list"), (TensorFlow, dict(entry_script=None), "entry_script= is missing"),
    (Chainer, dict(distributed_training=3), "not a int"),
])
def test_wrong_arguments_are_named(estimator, arguments, named):
    with pytest.raises(TrainingException, match=named):
        estimator(".", compute_target="cpu", **{"entry_script": "a.py", **arguments})


def test_a_flag_without_a_value_stands_alone():
    assert wire(Estimator(".", compute_target="c", entry_script="a.py", script_params={"--on": "", "--n": 0}))["arguments"] == ["--on", "--n", "0"]


def test_files_of_packages_lie_in_the_source_folder():
    Path("src").mkdir()
    Path("src/conda.yml").write_text("dependencies:\n- python=3.7\n- pip:\n  - azureml-defaults\n")
    Path("src/req.txt").write_text("pillow\n")
    sent = wire(Estimator("src", compute_target="c", entry_script="a.py", conda_dependencies_file="conda.yml", pip_requirements_file="req.txt"))
    assert pip_of(sent) == ["azureml-defaults", "pillow"]


def test_a_custom_image_and_the_users_own_packages():
    sent = wire(Estimator(".", compute_target="c", entry_script="a.py", custom_docker_image="mine:1", user_managed=True,
                          use_docker=False, environment_variables={"A": "b"}))
    assert sent["environment"]["docker"]["baseImage"] == "mine:1" and not sent["environment"]["docker"]["enabled"]
    assert sent["environment"]["python"]["userManagedDependencies"] and sent["environment"]["environmentVariables"] == {"A": "b"}


def test_a_size_without_a_target_asks_for_a_cluster_of_its_own():
    sent = wire(Estimator(".", vm_size="STANDARD_D2", vm_priority="lowpriority", entry_script="a.py"))
    assert sent["target"] == "amlcompute" and sent["amlCompute"]["vmSize"] == "STANDARD_D2"


def test_an_estimators_run_configuration_can_be_changed():
    estimator = Estimator(".", compute_target="cpu", entry_script="a.py")
    estimator.run_config.environment.environment_variables["X"] = "1"
    estimator.conda_dependencies.add_pip_package("numpy")
    sent = wire(estimator)
    assert sent["environment"]["environmentVariables"] == {"X": "1"} and "numpy" in pip_of(sent)


def test_resuming_is_said_not_to_be_honoured(capsys):
    Estimator(".", compute_target="cpu", entry_script="a.py", resume_from="x")
    assert "Estimator: resume_from= accepted; Homeport does not honour it yet." in capsys.readouterr().err
