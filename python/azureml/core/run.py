"""A run: what it is, where it stands, and what can be done with it."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, Optional, Type

from .._local.notices import warn_not_honoured
from .._surface.missing import module_getattr
from .._wire.errors import is_not_found
from ..exceptions import UserErrorException
from .run_files import RunFiles
from .run_lifecycle import RunLifecycle
from .run_list import Names, filter_of, matches, newest_first
from .run_metrics import RunMetrics

if TYPE_CHECKING:
    from .._wire.services import Services
    from .compute import ComputeTarget
    from .environment import Environment
    from .experiment import Experiment
    from .workspace import Workspace

OUTPUTS_DIR = "outputs"
RUN_ORIGIN = "ExperimentRun"
SDK_TARGET = "sdk"
BASE_RUN_SOURCE = "azureml.base"
_DOCS_URL = "https://aka.ms/aml-run-docs"


class Run(RunMetrics, RunFiles, RunLifecycle):
    """One run of an experiment. The constructor raises UserErrorException if the server has none of that id."""

    def __init__(self, experiment: "Experiment", run_id: str, outputs: Optional[str] = None, **kwargs: Any) -> None:
        self.id = run_id
        self._experiment: "Experiment" = experiment
        self._experiment_name: str = experiment.name
        self._services: "Services" = experiment.workspace._services
        self._outputs = outputs
        self._dto: Optional[Dict[str, Any]] = kwargs.get("_run_dto")
        if self._dto is None and not kwargs.get("_lazy"):
            self._refresh()

    # Finding runs

    @staticmethod
    def get(workspace: "Workspace", run_id: str) -> "Run":
        """The run of that id, whatever its experiment."""
        from .experiment import Experiment

        try:
            dto = workspace._services.history.get_run(run_id)
        except Exception as problem:
            if is_not_found(problem):
                raise UserErrorException(f"Run {run_id} was not found in the workspace {workspace.name}.",
                                         target="run_id") from None
            raise
        return from_dto(Experiment._of_id(workspace, str(dto.get("experimentId"))), dto)

    @staticmethod
    def list(experiment: "Experiment", type: Optional[str] = None, tags: Names = None, properties: Names = None,
             status: Optional[str] = None, include_children: bool = False,
             _rehydrate_runs: bool = True) -> Iterator["Run"]:
        """The runs of an experiment, newest first."""
        condition = filter_of(type, tags, properties, status, top_only=not include_children)
        for dto in experiment.workspace._services.history.runs(experiment.name, condition):
            if matches(dto, tags, properties):
                yield from_dto(experiment, dto)

    @staticmethod
    def list_by_compute(compute: "ComputeTarget", type: Optional[str] = None, tags: Names = None,
                        properties: Names = None, status: Optional[str] = None) -> Iterator["Run"]:
        """The runs sent to a compute target."""
        from .experiment import Experiment

        workspace = compute.workspace
        condition = filter_of(type, tags, properties, status)
        known: Dict[str, "Experiment"] = {}
        for dto in workspace._services.history.runs_of_compute(compute.name, condition):
            if not matches(dto, tags, properties):
                continue
            experiment_id = str(dto.get("experimentId"))
            if experiment_id not in known:
                known[experiment_id] = Experiment._of_id(workspace, experiment_id)
            yield from_dto(known[experiment_id], dto)

    @classmethod
    def get_context(cls, allow_offline: bool = True, used_for_context_manager: bool = False, **kwargs: Any) -> Any:
        """The run that this code is in; outside of one an object that only prints what is logged."""
        from .run_context import current_run

        return current_run(allow_offline)

    @classmethod
    def get_submitted_run(cls, **kwargs: Any) -> Any:
        """The older name of get_context."""
        return cls.get_context(**kwargs)

    @classmethod
    def get_docs_url(cls) -> str:
        return _DOCS_URL

    # What it is

    @property
    def experiment(self) -> "Experiment":
        return self._experiment

    @property
    def name(self) -> Optional[str]:
        return self._dto_now().get("name") or self._dto_now().get("displayName")

    @property
    def display_name(self) -> Optional[str]:
        return self._dto_now().get("displayName") or self._dto_now().get("name")

    @display_name.setter
    def display_name(self, value: str) -> None:
        self._change({"name": value, "displayName": value})

    @property
    def description(self) -> Optional[str]:
        return self._dto_now().get("description")

    @description.setter
    def description(self, value: str) -> None:
        self._change({"description": value})

    @property
    def number(self) -> Optional[int]:
        return self._dto_now().get("runNumber")

    @property
    def type(self) -> Optional[str]:
        dto = self._dto_now()
        return dto.get("runType") or (dto.get("properties") or {}).get("azureml.runsource")

    @property
    def status(self) -> str:
        """The status when the run was last read; get_status reads it now."""
        return str(self._dto_now().get("status"))

    @property
    def parent(self) -> Optional["Run"]:
        parent_id = self._dto_now().get("parentRunId")
        return Run.get(self._experiment.workspace, parent_id) if parent_id else None

    @property
    def tags(self) -> Dict[str, Any]:
        return dict(self._dto_now().get("tags") or {})

    @property
    def properties(self) -> Dict[str, str]:
        return dict(self._dto_now().get("properties") or {})

    def get_status(self) -> str:
        return str(self._refresh().get("status"))

    def _note_status(self, status: Optional[str]) -> None:
        """What a call has just learnt of the run, kept for `status`."""
        if status and self._dto is not None:
            self._dto["status"] = status

    def get_detailed_status(self) -> Dict[str, Any]:
        """The status and, while the run waits, why."""
        dto = self._refresh()
        queueing = dto.get("queueingInfo") or {}
        return {"status": dto.get("status"), "details": queueing.get("message"), "code": queueing.get("code")}

    def get_details(self) -> Dict[str, Any]:
        """Status, times, properties, definition and log files of the run."""
        details = self._services.history.details(self._experiment_name, self.id)
        always = ("inputDatasets", "outputDatasets")
        result = {key: value for key, value in details.items() if value is not None or key in always}
        for key in always:
            result[key] = result.get(key) or []
        return result

    def get_details_with_logs(self) -> Dict[str, Any]:
        """Like get_details, with the text of the log files in place of their addresses."""
        details = self.get_details()
        details["logFiles"] = {name: self._text_of(url) for name, url in (details.get("logFiles") or {}).items()}
        return details

    def get_all_logs(self, destination: Optional[str] = None) -> List[str]:
        """Writes all log files into a folder (default: here) and answers their paths."""
        from .._local.transfer import inside_folder, write_file
        from .._wire.blob import SignedUrl

        written = []
        for name, url in sorted((self.get_details().get("logFiles") or {}).items()):
            path = inside_folder(destination or ".", name)
            write_file(path, SignedUrl(self._services.http, url).download)
            written.append(path)
        return written

    def get_environment(self) -> "Environment":
        """The environment that the run was given."""
        from .environment import _from_wire

        return _from_wire((self.get_details().get("runDefinition") or {}).get("environment") or {})

    def get_snapshot_id(self) -> Optional[str]:
        return self.get_properties().get("ContentSnapshotId")

    def get_portal_url(self) -> str:
        """The run's page in the server's web view."""
        from .portal import run_url

        return run_url(self._services, self.id)

    # Tags and properties

    def get_tags(self) -> Dict[str, Any]:
        self._refresh()
        return self.tags

    def tag(self, key: str, value: Optional[str] = None) -> None:
        self.set_tags({key: value})

    def set_tags(self, tags: Dict[str, Any]) -> None:
        """Adds the tags; one there already gets its new value."""
        self._change({"tags": {key: None if value is None else str(value) for key, value in tags.items()}})

    def remove_tags(self, tags: "str | List[str]") -> None:
        names = [tags] if isinstance(tags, str) else list(tags)
        self._dto = self._services.history.delete_tags(self._experiment_name, self.id, names)

    def get_properties(self) -> Dict[str, str]:
        self._refresh()
        return self.properties

    def add_properties(self, properties: Dict[str, Any]) -> None:
        """Adds properties; they last, so that giving one a new value is an error."""
        now = self.get_properties()
        for key, value in properties.items():
            if key in now and now[key] != str(value):
                raise UserErrorException(f"The property {key} of the run {self.id} is {now[key]!r} and cannot be changed.",
                                         target="properties")
        self._change({"properties": {key: str(value) for key, value in properties.items()}})

    # Children

    def get_children(self, recursive: bool = False, tags: Names = None, properties: Names = None,
                     type: Optional[str] = None, status: Optional[str] = None,
                     _rehydrate_runs: bool = True) -> Iterator["Run"]:
        """The runs below this one, newest first; with `recursive` those below them as well."""
        condition = filter_of(type, tags, properties, status)
        history = self._services.history
        if recursive:
            root = self._dto_now().get("rootRunId") or self.id
            below = f"(RootRunId eq {root} and RunId ne {self.id})"
            found = history.runs(self._experiment_name, f"{below} and {condition}" if condition else below)
            dtos: Iterable[Dict[str, Any]] = self._descendants(list(found)) if root != self.id else found
        else:
            dtos = newest_first(history.children(self._experiment_name, self.id, condition))
        for dto in dtos:
            if matches(dto, tags, properties):
                yield from_dto(self._experiment, dto)

    def _descendants(self, dtos: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
        """Those of a tree's runs that lie below this one."""
        below = {self.id}
        while True:
            more = {dto["runId"] for dto in dtos if dto.get("parentRunId") in below} - below
            if not more:
                return [dto for dto in dtos if dto["runId"] in below]
            below |= more

    def submit_child(self, config: Any, tags: Optional[Dict[str, str]] = None, **kwargs: Any) -> "Run":
        """Submits a run below this one."""
        return self._experiment.submit(config, tags=tags, _parent_run_id=self.id, **kwargs)

    def clean(self) -> List[str]:
        """Nothing is left behind on nodes: they are the service's."""
        warn_not_honoured("Run.clean", {"target": self._dto_now().get("target")}, "its nodes clean up themselves")
        return []

    def __repr__(self) -> str:
        return f"Run(Experiment: {self._experiment_name},\nId: {self.id},\nType: {self.type},\nStatus: {self.status})"

    def _repr_html_(self) -> str:
        from .portal import html_table

        return html_table({"Experiment": self._experiment_name, "Id": self.id, "Type": self.type, "Status": self.status,
                           "Details Page": (self.get_portal_url(), "Link to the run's page"),
                           "Docs Page": (_DOCS_URL, "Link to Documentation")})

    # Inside the package

    def _dto_now(self) -> Dict[str, Any]:
        return self._dto if self._dto is not None else self._refresh()

    def _refresh(self) -> Dict[str, Any]:
        try:
            self._dto = self._services.history.get_run_of(self._experiment_name, self.id)
        except Exception as problem:
            if is_not_found(problem):
                raise UserErrorException(f"Run {self.id} was not found in the experiment {self._experiment_name}.",
                                         target="run_id") from None
            raise
        return self._dto

    def _change(self, changes: Dict[str, Any]) -> None:
        self._dto = self._services.history.put_run(self._experiment_name, self.id, changes)

    def _text_of(self, url: str) -> str:
        import io

        from .._wire.blob import SignedUrl

        content = io.BytesIO()
        SignedUrl(self._services.http, url).download(content)
        return content.getvalue().decode("utf-8", "replace")


def from_dto(experiment: "Experiment", dto: Dict[str, Any]) -> Run:
    """The object of a run that the server described."""
    from .script_run import ScriptRun

    source = dto.get("runType") or (dto.get("properties") or {}).get("azureml.runsource")
    kind: Type[Run] = ScriptRun if source == ScriptRun.RUN_TYPE else Run
    return kind(experiment, str(dto["runId"]), _run_dto=dto)


def get_run(experiment: "Experiment", run_id: str, rehydrate: bool = True, clean_up: bool = True) -> Run:
    """The run of that id in an experiment."""
    return from_dto(experiment, Run(experiment, run_id)._dto_now())


_missing = module_getattr(__name__)


def __getattr__(name: str) -> Any:
    """Scripts compare the type of their run with `_OfflineRun`, imported from here."""
    if name == "_OfflineRun":
        from .run_context import _OfflineRun

        return _OfflineRun
    return _missing(name)
