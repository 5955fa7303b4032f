"""Experiments: the named collections that runs belong to."""
from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

from .._local.names import check_experiment, check_run_id
from .._local.notices import warn_not_honoured
from .._surface.missing import Public, module_getattr
from .._wire.errors import is_not_found
from .._wire.times import parse_time
from ..exceptions import UserErrorException

if TYPE_CHECKING:
    from .run import Run
    from .run_list import Names
    from .workspace import Workspace

_DOCS_URL = "https://aka.ms/aml-experiment-docs"


class ViewType:
    """Which experiments a listing has."""

    ActiveOnly = "ActiveOnly"
    ArchivedOnly = "ArchivedOnly"
    All = "All"


class Experiment(Public):
    """An experiment of a workspace; it is made when there is none of that name."""

    def __init__(self, workspace: "Workspace", name: str, _skip_name_validation: bool = False,
                 _id: Optional[str] = None, _archived_time: Any = None, _create_in_cloud: bool = True,
                 _experiment_dto: Optional[Dict[str, Any]] = None, **kwargs: Any) -> None:
        if not _skip_name_validation:
            check_experiment(name)
        self._workspace = workspace
        self._name = name
        self._id = _id
        self._dto = _experiment_dto
        if _create_in_cloud and _experiment_dto is None:
            self._get_or_create()

    @staticmethod
    def list(workspace: "Workspace", experiment_name: Optional[str] = None, view_type: str = ViewType.ActiveOnly,
             tags: "Names" = None) -> List["Experiment"]:
        from .run_list import filter_of, matches

        parts = [f"(name eq {experiment_name})"] if experiment_name else []
        tag_filter = filter_of(tags=tags)
        condition = " and ".join([*parts, tag_filter] if tag_filter else parts) or None
        found = workspace._services.history.experiments(view_type, condition)
        return [Experiment._of_dto(workspace, dto) for dto in found if matches(dto, tags)]

    @staticmethod
    def delete(workspace: "Workspace", experiment_id: str) -> None:
        """Deletes an experiment; the server refuses while it has runs."""
        workspace._services.history.delete_experiment(experiment_id)

    @property
    def name(self) -> str:
        return self._name

    @property
    def workspace(self) -> "Workspace":
        return self._workspace

    @property
    def workspace_object(self) -> "Workspace":
        return self._workspace

    @property
    def id(self) -> str:
        return self._id or str(self._dto_now().get("experimentId"))

    @property
    def tags(self) -> Dict[str, Any]:
        return dict(self._dto_now().get("tags") or {})

    @property
    def archived_time(self) -> Any:
        return parse_time(self._dto_now().get("archivedTime"))

    def submit(self, config: Any, tags: Optional[Dict[str, str]] = None, **kwargs: Any) -> "Run":
        """Sends a ScriptRunConfig or an estimator to its compute target and answers the run, at once."""
        from .submit import submit

        return submit(self, config, tags, **kwargs)

    def start_logging(self, *args: Any, **kwargs: Any) -> "Run":
        """A run of this very program; as a context manager it completes, or fails, at the end of the block."""
        outputs = kwargs.pop("outputs", args[0] if args else None)
        display_name = kwargs.pop("display_name", None)
        warn_not_honoured("Experiment.start_logging", {"snapshot_directory": kwargs.pop("snapshot_directory", None)})
        return make_run(self, kwargs.pop("run_id", None), display_name, outputs)

    def get_runs(self, type: Optional[str] = None, tags: "Names" = None, properties: "Names" = None,
                 include_children: bool = False) -> Iterator["Run"]:
        """The runs, newest first."""
        from .run import Run

        return Run.list(self, type=type, tags=tags, properties=properties, include_children=include_children)

    def archive(self) -> None:
        self._modify({"archive": True})

    def reactivate(self, new_name: Optional[str] = None) -> None:
        self._modify({"archive": False, **({"name": new_name} if new_name else {})})
        self._name = new_name or self._name

    def refresh(self) -> None:
        self._dto = self._workspace._services.history.get_experiment(self._name)

    def tag(self, key: str, value: Optional[str] = None) -> None:
        self.set_tags({key: value})

    def set_tags(self, tags: Dict[str, Any]) -> None:
        self._modify({"tags": tags})

    def remove_tags(self, tags: "List[str]") -> None:
        self._workspace._services.history.delete_experiment_tags(self.id, list_of(tags))
        self.refresh()

    def get_portal_url(self) -> str:
        """The server's web view, where the experiment's runs are listed."""
        from .portal import experiments_url

        return experiments_url(self._workspace._services)

    @classmethod
    def get_docs_url(cls) -> str:
        return _DOCS_URL

    def __repr__(self) -> str:
        return f"Experiment(Name: {self._name},\nWorkspace: {self._workspace.name})"

    def _repr_html_(self) -> str:
        from .portal import html_table

        return html_table({"Name": self._name, "Workspace": self._workspace.name,
                           "Report Page": (self.get_portal_url(), "Link to the experiment's page"),
                           "Docs Page": (_DOCS_URL, "Link to Documentation")})

    # Inside the package

    @classmethod
    def _of_dto(cls, workspace: "Workspace", dto: Dict[str, Any]) -> "Experiment":
        return cls(workspace, str(dto.get("name")), _skip_name_validation=True, _id=dto.get("experimentId"),
                   _experiment_dto=dto)

    @classmethod
    def _of_id(cls, workspace: "Workspace", experiment_id: str) -> "Experiment":
        history = workspace._services.history
        return cls._of_dto(workspace, history.get_experiment_by_id(experiment_id))

    def _dto_now(self) -> Dict[str, Any]:
        if self._dto is None:
            self.refresh()
        return self._dto or {}

    def _get_or_create(self) -> None:
        history = self._workspace._services.history
        try:
            self._dto = history.get_experiment(self._name)
        except Exception as problem:
            if not is_not_found(problem):
                raise
            self._dto = history.create_experiment(self._name)
        self._id = self._dto.get("experimentId")

    def _modify(self, changes: Dict[str, Any]) -> None:
        self._dto = self._workspace._services.history.modify_experiment(self.id, changes)


def list_of(names: Any) -> "List[str]":
    return [names] if isinstance(names, str) else list(names)


def new_run_id(experiment_name: str) -> str:
    """`<experiment>_<unix seconds>_<8 hex digits>`."""
    import secrets

    return f"{experiment_name}_{int(time.time())}_{secrets.token_hex(4)}"


def make_run(experiment: Experiment, run_id: Optional[str], name: Optional[str], outputs: Optional[str],
             parent_run_id: Optional[str] = None) -> "Run":
    """A run that no compute target executes: it is running from now until somebody completes it."""
    from .run import Run

    if outputs is not None and not isinstance(outputs, str):
        raise UserErrorException(f"outputs= is a folder's path, not a {type(outputs).__name__}.", target="outputs")
    run_id = run_id or new_run_id(experiment.name)
    check_run_id(run_id)
    body: Dict[str, Any] = {"options": {"generateDataContainerIdIfNotSpecified": True}, "target": "sdk"}
    if name:
        body.update({"name": name, "displayName": name})
    if parent_run_id:
        body["parentRunId"] = parent_run_id
    dto = experiment.workspace._services.history.put_run(experiment.name, run_id, body)
    run = Run(experiment, run_id, outputs=outputs, _run_dto=dto)
    run.start()
    run._refresh()
    return run


__getattr__ = module_getattr(__name__)
