"""Sending a run: what is checked here, the definition, the folder."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

from .._local.names import check_run_id
from .._local.notices import warn_not_honoured
from .._local.snapshot import check_script, source_files, write_zip
from .._wire.errors import refused_as
from ..exceptions import ExperimentExecutionException, UserErrorException
from .experiment import Experiment, new_run_id
from .script_run_config import ScriptRunConfig

if TYPE_CHECKING:
    from .runconfig import RunConfiguration
    from .script_run import ScriptRun

CLIENT_TYPE = "azureml-sdk-core"


def submit(experiment: Experiment, config: Any, tags: Optional[Dict[str, str]] = None,
           run_id: Optional[str] = None, _parent_run_id: Optional[str] = None, **kwargs: Any) -> "ScriptRun":
    """The new run. Raises UserErrorException for what is wrong here, and ExperimentExecutionException with the server's
    reason for what it refuses."""
    from .script_run import ScriptRun

    script_config = _script_config(config)
    warn_not_honoured("Experiment.submit", {name: value for name, value in kwargs.items() if name != "show_output"})
    run_config = script_config._final_run_config()
    folder = script_config.source_directory
    files = source_files(folder)
    if run_config.script:
        run_config.script = check_script(folder, run_config.script, files)
    elif not run_config.command:
        raise UserErrorException("There is neither a script nor a command to run.", target="script")
    run_id = run_id or new_run_id(experiment.name)
    check_run_id(run_id)
    services = experiment.workspace._services
    definition = definition_of(run_config, script_config._telemetry_values, experiment, _parent_run_id)
    with write_zip(files) as project_zip:
        with refused_as(ExperimentExecutionException):
            run_id = services.execution.start_run(experiment.name, run_id, definition, project_zip)
    if tags:
        services.history.put_run(experiment.name, run_id, {"tags": tags})
    run = ScriptRun(experiment, run_id, directory=folder, _run_config=run_config)
    if kwargs.get("show_output"):
        run.wait_for_completion(show_output=True)
    return run


def definition_of(run_config: "RunConfiguration", telemetry: Dict[str, Any], experiment: Experiment,
                  parent_run_id: Optional[str] = None) -> Dict[str, Any]:
    """The run definition as the execution service reads it."""
    configuration = run_config._to_wire()
    environment = configuration["environment"]
    if not environment.get("name"):
        environment["name"] = f"Experiment {experiment.name} Environment"
    values = {"amlClientType": CLIENT_TYPE, "amlClientModule": "azureml.core.submit", "amlClientFunction": "submit",
              "subscriptionId": experiment.workspace.subscription_id,
              "useGpu": bool(environment["docker"]["gpuSupport"]), **telemetry}
    return {"configuration": configuration, "snapshotId": None, "parentRunId": parent_run_id,
            "runType": "azureml.scriptrun", "TargetDetails": None, "TelemetryValues": values}


def _script_config(config: Any) -> ScriptRunConfig:
    if isinstance(config, ScriptRunConfig):
        return config
    as_script_config = getattr(type(config), "_script_run_config", None)
    if as_script_config is not None:
        made: ScriptRunConfig = as_script_config(config)
        return made
    raise UserErrorException(f"Experiment.submit takes a ScriptRunConfig or an estimator, not a "
                             f"{type(config).__name__}.", target="config")
