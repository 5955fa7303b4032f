"""All services of one workspace, each found when it is first asked for."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

from .endpoint import AGENT_SOURCE, Endpoint
from .http import HttpClient
from .scope import Scope

if TYPE_CHECKING:
    from .datastores import Datastores
    from .environments import Environments
    from .execution import Execution
    from .history import History
    from .metrics import Metrics


class Services:
    """The door to the server that every public object of one workspace shares. Any thread may use it.

    Inside a run (`in_run`) the node's agent answers for every service, so discovery is not asked.
    """

    def __init__(self, endpoint: Endpoint, scope: Scope, in_run: bool = False) -> None:
        from .arm import Arm

        self.endpoint = endpoint
        self.scope = scope
        self.in_run = in_run
        self.http = HttpClient(endpoint.token, endpoint.token_source, via_agent=endpoint.source == AGENT_SOURCE)
        self.arm = Arm(self.http, endpoint.url)
        self._addresses: Optional[Dict[str, str]] = None
        self._made: Dict[str, Any] = {}

    def address(self, service: str) -> str:
        """The base URL of a service named as in the discovery document, without a final slash."""
        if self.in_run:
            return self.endpoint.url
        if self._addresses is None:
            self._addresses = self.http.request("GET", f"{self.endpoint.url}/discovery", authorize=False).json() or {}
        found = self._addresses.get(service)
        if not found:
            from ..exceptions import DiscoveryUrlNotFoundException

            raise DiscoveryUrlNotFoundException(f"{self.endpoint.url} names no address for its service {service!r}.")
        return found.rstrip("/")

    @property
    def history(self) -> "History":
        from .history import History

        made: History = self._service("history", History, "history")
        return made

    @property
    def execution(self) -> "Execution":
        from .execution import Execution

        made: Execution = self._service("execution", Execution, "history")
        return made

    @property
    def metrics(self) -> "Metrics":
        from .metrics import Metrics

        made: Metrics = self._service("metrics", Metrics, "history")
        return made

    @property
    def datastores(self) -> "Datastores":
        from .datastores import Datastores

        made: Datastores = self._service("datastores", Datastores, "api")
        return made

    @property
    def environments(self) -> "Environments":
        from .environments import Environments

        made: Environments = self._service("environments", Environments, "experimentation")
        return made

    def _service(self, name: str, kind: Any, address: str) -> Any:
        if name not in self._made:
            self._made[name] = kind(self.http, self.address(address), self.scope.path)
        return self._made[name]
