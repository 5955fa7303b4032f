"""The metrics of a run: logging never waits, reading does."""
from __future__ import annotations

import json
import os
import threading
import time
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional

from .._local.metric_buffer import MetricBuffer
from .._local.metric_rows import LIST, SCALAR, TABLE, rows_of, table_rows
from .._surface.missing import Public
from ..exceptions import UserErrorException

if TYPE_CHECKING:
    from .._wire.services import Services

_buffers: Dict[str, MetricBuffer] = {}
_buffers_lock = threading.Lock()


class RunMetrics(Public):
    """What Run does with metrics. Rows of one run share one buffer, however many Run objects there are."""

    if TYPE_CHECKING:
        id: str
        _services: "Services"

        def upload_file(self, name: str, path_or_stream: Any, datastore_name: Optional[str] = None) -> Any: ...
        def get_children(self, recursive: bool = False) -> Iterable["RunMetrics"]: ...

    def log(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """A number or text under a name; logged again, it makes a series."""
        if hasattr(value, "item") is False and isinstance(value, (list, tuple, dict)):
            raise UserErrorException(f"The value of the metric {name!r} is a {type(value).__name__}; log_list and "
                                     "log_table take several values.", target="value")
        self._metric_buffer().append(rows_of(name, SCALAR, [{name: value}], step))

    def log_list(self, name: str, value: Iterable[Any], description: str = "") -> None:
        """All values of an iterable."""
        self._metric_buffer().append(rows_of(name, LIST, [{name: each} for each in value]))

    def log_row(self, name: str, description: Optional[str] = None, **kwargs: Any) -> None:
        """One row of a table; the columns are the keyword arguments."""
        self._metric_buffer().append(rows_of(name, TABLE, table_rows(name, kwargs)))

    def log_table(self, name: str, value: Mapping[str, Any], description: str = "") -> None:
        """A table, given as a list of values per column."""
        self._metric_buffer().append(rows_of(name, TABLE, table_rows(name, value)))

    def log_image(self, name: str, path: Optional[str] = None, plot: Any = None, description: str = "") -> None:
        """An image: a file's path, or a matplotlib figure or module, which is saved as PNG."""
        if (path is None) == (plot is None):
            raise UserErrorException("log_image takes path= or plot=, one of them.", target="path")
        if path is not None and not os.path.isfile(path):
            raise UserErrorException(f"The image does not exist: {os.path.abspath(path)}", target="path")
        extension = os.path.splitext(path)[1] if path else ".png"
        stored = f"{name}_{int(time.time())}{extension}"
        if path is not None:
            self.upload_file(stored, path)
        else:
            import io

            picture = io.BytesIO()
            plot.savefig(picture, format="png")
            picture.seek(0)
            self.upload_file(stored, picture)
        self._log_stored(name, "image", stored)

    def log_accuracy_table(self, name: str, value: Any, description: str = "") -> None:
        self._log_document(name, "accuracy_table", value)

    def log_confusion_matrix(self, name: str, value: Any, description: str = "") -> None:
        self._log_document(name, "confusion_matrix", value)

    def log_predictions(self, name: str, value: Any, description: str = "") -> None:
        self._log_document(name, "predictions", value)

    def log_residuals(self, name: str, value: Any, description: str = "") -> None:
        self._log_document(name, "residuals", value)

    def flush(self, timeout_seconds: float = 300) -> None:
        """Waits until what was logged is stored; raises UserErrorException if that takes longer."""
        if not self._metric_buffer().flush(timeout_seconds):
            raise UserErrorException(f"Metrics still wait for the server after {timeout_seconds} s.")

    def get_metrics(self, name: Optional[str] = None, recursive: bool = False, run_type: Optional[str] = None,
                    populate: bool = False) -> Dict[str, Any]:
        """The metrics by name, or only the one named; with `recursive`, those of the children are joined in."""
        from .._local.metric_reading import value_of

        self._metric_buffer().flush(60)
        service = self._services.metrics
        names = [name] if name is not None else list(service.names(self.id))
        found = {each: service.full(self.id, each) for each in names}
        result = {each: value_of(metric) for each, metric in found.items() if metric is not None}
        if recursive:
            for child in self.get_children(recursive=True):
                for each, value in child.get_metrics(name).items():
                    result[each] = [*_as_list(result[each]), *_as_list(value)] if each in result else value
        return result

    def _log_document(self, name: str, kind: str, value: Any) -> None:
        """A JSON document (given as text or as a dictionary), kept as a file of the run."""
        document = json.loads(value) if isinstance(value, str) else value
        if not isinstance(document, dict) or "data" not in document:
            raise UserErrorException(f"The {kind} {name!r} needs schema_type, schema_version and data.", target="value")
        import io

        stored = f"{name}_{int(time.time())}.json"
        self.upload_file(stored, io.BytesIO(json.dumps(document).encode("utf-8")))
        self._log_stored(name, kind, stored)

    def _log_stored(self, name: str, kind: str, stored: str) -> None:
        place = f"aml://artifactId/ExperimentRun/dcid.{self.id}/{stored}"
        self._metric_buffer().append(rows_of(name, f"azureml.v2.{kind}", [{name: place}]))

    def _metric_buffer(self) -> MetricBuffer:
        with _buffers_lock:
            buffer = _buffers.get(self.id)
            if buffer is None:
                run_id, services = self.id, self._services
                buffer = MetricBuffer(lambda values: services.metrics.post_batch(run_id, values))
                _buffers[run_id] = buffer
            return buffer


def _as_list(value: Any) -> List[Any]:
    return value if isinstance(value, list) else [value]
