"""The SDK's tree of exceptions. `str()` of one is laid out as users know it: message, inner exception, error response."""
from __future__ import annotations

from typing import Any, Dict, List, Optional

__all__ = [
    "ActivityFailedException", "AuthenticationException", "AzureMLAggregatedException", "AzureMLException",
    "ComputeTargetException", "DatasetTimestampMissingError", "DiscoveryUrlNotFoundException",
    "ExperimentExecutionException", "ModelNotFoundException", "ModelPathNotFoundException", "NotBuiltException",
    "ParallelRunException", "ProjectSystemException", "RunConfigurationException", "RunEnvironmentException",
    "ServiceException", "SnapshotException", "TrainingException", "UserErrorException", "WebserviceException",
    "WorkspaceException", "WorkspacePrivateEndpointException",
]


class AzureMLException(Exception):
    """The base of all. `message` is the text alone; `inner_exception` is its cause, or None."""

    _error_code = "System"

    def __init__(
        self,
        exception_message: str = "",
        inner_exception: Optional[BaseException] = None,
        target: Optional[str] = None,
        details: Optional[List[Any]] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(exception_message)
        self._message = exception_message
        self._inner_exception = inner_exception
        self._target = target
        self._details = details or []

    @property
    def message(self) -> str:
        return self._message

    @message.setter
    def message(self, value: str) -> None:
        self._message = value

    @property
    def inner_exception(self) -> Optional[BaseException]:
        return self._inner_exception

    @inner_exception.setter
    def inner_exception(self, value: Optional[BaseException]) -> None:
        self._inner_exception = value

    def _error_response(self) -> Dict[str, Any]:
        error: Dict[str, Any] = {"code": self._error_code, "message": self._message}
        if self._target:
            error["target"] = self._target
        if self._details:
            error["details"] = self._details
        return {"error": error}

    def __str__(self) -> str:
        import json

        response = json.dumps(self._error_response(), indent=4)
        return (f"{type(self).__name__}:\n\tMessage: {self._message}\n\tInnerException {self._inner_exception}\n"
                f"\tErrorResponse \n{response}")

    def __repr__(self) -> str:
        return str(self)


class UserErrorException(AzureMLException):
    """The caller can put it right: a wrong argument, a missing file, a name that does not exist."""

    _error_code = "UserError"


class NotBuiltException(UserErrorException, NotImplementedError):
    """A public name of the SDK that this Homeport does not have yet. `public_name` is that name."""

    def __init__(self, public_name: str, **kwargs: Any) -> None:
        super().__init__(f"{public_name} is a name of the Azure ML SDK that Homeport has not built yet.", **kwargs)
        self.public_name = public_name


class AuthenticationException(UserErrorException):
    """The server refused the token, or there is none."""


class ActivityFailedException(AzureMLException):
    """A run, or another activity that was waited for, ended as failed."""


class AzureMLAggregatedException(AzureMLException):
    """Several errors at once, one per line of the message."""


class ComputeTargetException(AzureMLException):
    """A compute target does not exist, or could not be made, changed or deleted."""

    _error_code = "UserError"


class DatasetTimestampMissingError(AzureMLException):
    """A dataset has no time column."""


class DiscoveryUrlNotFoundException(AzureMLException):
    """The server does not say where its services are."""


class ExperimentExecutionException(AzureMLException):
    """A run could not be submitted, or following it was interrupted."""


class ModelNotFoundException(AzureMLException):
    """No such model."""


class ModelPathNotFoundException(AzureMLException):
    """No such model file."""


class ParallelRunException(AzureMLException):
    """A parallel step failed."""


class ProjectSystemException(AzureMLException):
    """A project folder cannot be used."""


class RunConfigurationException(AzureMLException):
    """A run configuration cannot be read or does not make sense."""

    _error_code = "UserError"


class RunEnvironmentException(AzureMLException):
    """The code is not in a run, and needs to be."""


class SnapshotException(AzureMLException):
    """The source folder cannot be sent."""

    _error_code = "UserError"


class TrainingException(AzureMLException):
    """An estimator's arguments do not make sense."""

    _error_code = "UserError"


class WebserviceException(AzureMLException):
    """A web service failed."""


class WorkspaceException(AzureMLException):
    """A workspace does not exist, or could not be made or changed."""

    _error_code = "UserError"


class WorkspacePrivateEndpointException(AzureMLException):
    """A private endpoint could not be made or changed."""


class ServiceException(AzureMLException):
    """The server answered with an error. `status_code` is the HTTP status, `error_code` the server's own code."""

    def __init__(self, exception_message: str, status_code: int = 0, error_code: str = "", **kwargs: Any) -> None:
        super().__init__(exception_message, **kwargs)
        self.status_code = status_code
        self.error_code = error_code
        self._error_code = error_code or "ServiceError"
