"""Ways to say who one is. Homeport knows bearer tokens; the ways that only Azure has are accepted and say so."""
from __future__ import annotations

from enum import Enum
from typing import Any, Callable, Dict, Optional

from .._local.notices import warn
from .._surface.missing import Public, module_getattr


class Audience(Enum):
    """What a token is for."""

    ARM = "ARM"
    AZUREML = "AZUREML"


class AbstractAuthentication(Public):
    """The token of the server that is found (endpoint.py), unless a subclass brings one."""

    def __init__(self, cloud: Optional[str] = None) -> None:
        self._cloud = cloud

    def _token(self) -> Optional[str]:
        """A token of its own; None: the one that belongs to the server's URL."""
        return None

    def get_authentication_header(self) -> Dict[str, str]:
        """The header that a request to the server carries; raises AuthenticationException without a token."""
        from .._wire.endpoint import find_endpoint
        from ..exceptions import AuthenticationException

        endpoint = find_endpoint(token=self._token())
        if not endpoint.token:
            raise AuthenticationException(f"There is no token for {endpoint.url}. `homeport up` writes one.")
        return {"Authorization": f"Bearer {endpoint.token}"}


class ArmTokenAuthentication(AbstractAuthentication):
    """A given bearer token."""

    def __init__(self, arm_access_token: str, cloud: Optional[str] = None) -> None:
        super().__init__(cloud)
        self._arm_access_token = arm_access_token

    def update_arm_access_token(self, new_arm_access_token: str) -> None:
        self._arm_access_token = new_arm_access_token

    def _token(self) -> Optional[str]:
        return self._arm_access_token


class TokenAuthentication(AbstractAuthentication):
    """A token that a function gives."""

    def __init__(self, get_token_for_audience: Callable[[Any], str], cloud: Optional[str] = None) -> None:
        super().__init__(cloud)
        self._get_token_for_audience = get_token_for_audience

    def get_token(self, audience: Audience = Audience.ARM) -> str:
        return self._get_token_for_audience(audience)

    def _token(self) -> Optional[str]:
        return self.get_token()


class AzureMLTokenAuthentication(AbstractAuthentication):
    """A run's token."""

    EXPIRATION_THRESHOLD_IN_SECONDS = 95
    REFRESH_INTERVAL_IN_SECONDS = 30

    def __init__(self, azureml_access_token: str, expiry_time: Any = None, host: Optional[str] = None,
                 subscription_id: Optional[str] = None, resource_group_name: Optional[str] = None,
                 workspace_name: Optional[str] = None, experiment_name: Optional[str] = None,
                 run_id: Optional[str] = None, user_email: Optional[str] = None,
                 experiment_id: Optional[str] = None, cloud: str = "AzureCloud") -> None:
        super().__init__(cloud)
        self._azureml_access_token = azureml_access_token
        self._expiry_time = expiry_time

    @classmethod
    def create(cls, azureml_access_token: str, expiry_time: Any, host: Optional[str], subscription_id: Optional[str],
               resource_group_name: Optional[str], workspace_name: Optional[str], experiment_name: Optional[str],
               run_id: Optional[str], user_email: Optional[str] = None,
               experiment_id: Optional[str] = None) -> "AzureMLTokenAuthentication":
        return cls(azureml_access_token, expiry_time, host, subscription_id, resource_group_name, workspace_name,
                   experiment_name, run_id, user_email, experiment_id)

    @property
    def token(self) -> str:
        return self._azureml_access_token

    @property
    def expiry_time(self) -> Any:
        return self._expiry_time

    def set_token(self, token: str, expiry_time: Any) -> None:
        self._azureml_access_token = token
        self._expiry_time = expiry_time

    def _token(self) -> Optional[str]:
        return self._azureml_access_token


class InteractiveLoginAuthentication(AbstractAuthentication):
    """Nothing to log in to: the server's own token is used."""

    def __init__(self, force: bool = False, tenant_id: Optional[str] = None, cloud: Optional[str] = None) -> None:
        super().__init__(cloud)


class AzureCliAuthentication(AbstractAuthentication):
    """The server's own token is used, not the Azure CLI's."""


class MsiAuthentication(AbstractAuthentication):
    """The server's own token is used, not a managed identity's."""

    def __init__(self, cloud: Optional[str] = None, **kwargs: Any) -> None:
        super().__init__(cloud)


class ServicePrincipalAuthentication(AbstractAuthentication):
    """The server's own token is used; the service principal's password goes nowhere."""

    def __init__(self, tenant_id: str, service_principal_id: str, service_principal_password: str,
                 cloud: str = "AzureCloud", _enable_caching: bool = True) -> None:
        super().__init__(cloud)
        warn("ServicePrincipalAuthentication: tenant_id=, service_principal_id=, service_principal_password= accepted; "
             "Homeport uses the token of its own server instead.")


def token_of(auth: Optional[AbstractAuthentication]) -> Optional[str]:
    """The token that `auth` brings, or None for the one that belongs to the server's URL."""
    return auth._token() if isinstance(auth, AbstractAuthentication) else None


__getattr__ = module_getattr(__name__)
