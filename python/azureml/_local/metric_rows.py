"""What a log call becomes on the wire: rows of metrics v2."""
from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from .._wire.times import now_text
from ..exceptions import UserErrorException

Json = Dict[str, Any]

SCALAR, LIST, TABLE = "azureml.v1.scalar", "azureml.v1.list", "azureml.v1.table"
MAX_COLUMNS = 15


class Row(NamedTuple):
    """One row of one metric. Rows of equal `name`, `kind` and `columns` can share a metric of a batch."""

    name: str
    kind: str
    columns: Tuple[Tuple[str, str], ...]
    metric_id: str
    created: str
    data: Json


def rows_of(name: str, kind: str, data: Iterable[Mapping[str, Any]], step: Optional[int] = None) -> List[Row]:
    """The rows, each with an id of its own, which makes sending it twice harmless."""
    import uuid

    if not isinstance(name, str) or not name:
        raise UserErrorException(f"{name!r} is no name for a metric.", target="name")
    result = []
    for each in data:
        plain = {str(column): plain_value(name, value) for column, value in each.items()}
        columns = tuple((column, _column_type(value)) for column, value in plain.items())
        if step is not None:
            plain["_step"] = int(step)
            columns += (("_step", "int"),)
        result.append(Row(name, kind, columns, str(uuid.uuid4()), now_text(), plain))
    return result


def table_rows(name: str, value: Mapping[str, Any]) -> List[Json]:
    """The rows of a table given by columns; a column of single value counts as one row. Columns must be equally long."""
    columns = {column: list(cells) if _is_many(cells) else [cells] for column, cells in value.items()}
    if not columns:
        raise UserErrorException(f"The table {name!r} has no columns.", target="value")
    if len(columns) > MAX_COLUMNS:
        raise UserErrorException(f"The table {name!r} has {len(columns)} columns; at most {MAX_COLUMNS} are kept.",
                                 target="value")
    lengths = {len(cells) for cells in columns.values()}
    if len(lengths) > 1:
        raise UserErrorException(f"The columns of the table {name!r} differ in length: "
                                 + ", ".join(f"{column} {len(cells)}" for column, cells in columns.items()),
                                 target="value")
    return [dict(zip(columns, cells)) for cells in zip(*columns.values())]


def batch_of(rows: Iterable[Row]) -> List[Json]:
    """The `values` of one batch request, in the order the rows were logged."""
    values: Dict[Tuple[str, str, Tuple[Tuple[str, str], ...]], Json] = {}
    for row in rows:
        key = (row.name, row.kind, row.columns)
        metric = values.setdefault(key, {"name": row.name, "columns": dict(row.columns),
                                         "properties": {"uxMetricType": row.kind}, "value": []})
        metric["value"].append({"metricId": row.metric_id, "createdUtc": row.created, "data": row.data})
    return list(values.values())


def plain_value(name: str, value: Any) -> Any:
    """The value as one that JSON can write. NumPy's and tensors' scalars answer item()."""
    if hasattr(value, "item") and not isinstance(value, (bool, int, float, str)):
        try:
            value = value.item()
        except (TypeError, ValueError) as problem:
            raise UserErrorException(f"A value of the metric {name!r} is not a single number: {problem}") from problem
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        raise UserErrorException(f"A value of the metric {name!r} is a {type(value).__name__}; metrics take numbers, "
                                 "text and truth values.", target="value") from None


def _column_type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    if isinstance(value, float):
        return "double"
    return "none" if value is None else "string"


def _is_many(cells: Any) -> bool:
    return hasattr(cells, "__iter__") and not isinstance(cells, (str, bytes, dict))
