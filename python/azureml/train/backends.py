"""Ways to distribute a training, as estimators take them."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Optional

from .._surface.missing import Public
from ..exceptions import TrainingException

if TYPE_CHECKING:
    from ..core.runconfig import RunConfiguration


class Backend(Public):
    """One way to distribute; `framework` is what must start the processes, None for any."""

    word = ""
    communicator = "None"

    def validate(self, estimator_name: str) -> None:
        """Raises TrainingException unless that estimator can be distributed this way."""
        if self.word not in SUPPORTED.get(estimator_name, ()):
            raise TrainingException(f"The estimator {estimator_name} cannot be distributed with {type(self).__name__}.",
                                    target="distributed_training")

    def apply(self, run_config: "RunConfiguration") -> None:
        run_config.communicator = self.communicator


class Mpi(Backend):
    """MPI: as many processes on every node."""

    word, communicator = "mpi", "Mpi"

    def __init__(self, process_count_per_node: int = 1) -> None:
        self.process_count_per_node = _count("process_count_per_node", process_count_per_node, 1)

    def apply(self, run_config: "RunConfiguration") -> None:
        super().apply(run_config)
        run_config.mpi.process_count_per_node = self.process_count_per_node
        run_config.mpi.node_count = run_config.node_count


class ParameterServer(Backend):
    """TensorFlow's parameter servers and workers."""

    word, communicator = "ps", "ParameterServer"

    def __init__(self, worker_count: int = 1, parameter_server_count: int = 1) -> None:
        self.worker_count = _count("worker_count", worker_count, 1)
        self.parameter_server_count = _count("parameter_server_count", parameter_server_count, 1)

    def apply(self, run_config: "RunConfiguration") -> None:
        super().apply(run_config)
        run_config.tensorflow.worker_count = self.worker_count
        run_config.tensorflow.parameter_server_count = self.parameter_server_count


class Nccl(Backend):
    """PyTorch processes that speak NCCL."""

    word, communicator = "nccl", "Nccl"


class Gloo(Backend):
    """PyTorch processes that speak Gloo."""

    word, communicator = "gloo", "Gloo"


SUPPORTED: Dict[str, Iterable[str]] = {
    "Estimator": ("mpi",), "TensorFlow": ("mpi", "ps"), "PyTorch": ("mpi", "nccl", "gloo"), "Chainer": ("mpi",),
}


def backend_of(estimator_name: str, distributed_training: Any, distributed_backend: Optional[Any],
               process_count_per_node: int, worker_count: int, parameter_server_count: int) -> Optional[Backend]:
    """The backend that the arguments name: an object, or one of the older words with its counts beside it."""
    given = distributed_training if distributed_training is not None else distributed_backend
    if given is None:
        return None
    backend: Any = given
    if isinstance(given, str):
        makers: Dict[str, Callable[[], Backend]] = {
            "mpi": lambda: Mpi(process_count_per_node), "nccl": Nccl, "gloo": Gloo,
            "ps": lambda: ParameterServer(worker_count, parameter_server_count)}
        if given.lower() not in makers:
            known = ", ".join(repr(word) for word in SUPPORTED.get(estimator_name, ()))
            raise TrainingException(f"distributed_backend is {given!r}; with {estimator_name} it can be {known}.",
                                    target="distributed_backend")
        backend = makers[given.lower()]()
    if not isinstance(backend, Backend):
        raise TrainingException(f"distributed_training takes Mpi(), ParameterServer(), Nccl() or Gloo(), not a "
                                f"{type(given).__name__}.", target="distributed_training")
    backend.validate(estimator_name)
    return backend


def _count(name: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise TrainingException(f"{name} is {value!r}; it must be a number, at least {least}.", target=name)
    return int(value)
