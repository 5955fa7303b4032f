"""Metrics v2 as `get_metrics` answers them."""
from __future__ import annotations

from typing import Any, Dict, List

from .metric_rows import LIST, SCALAR, TABLE

Json = Dict[str, Any]
STEP = "_step"


def value_of(metric: Json) -> Any:
    """A scalar logged once is a value, logged again a list; a list is a list; a table is a dictionary of its columns."""
    kind = (metric.get("properties") or {}).get("uxMetricType") or SCALAR
    columns = {name: str(type_name).lower() for name, type_name in (metric.get("columns") or {}).items()}
    rows: List[Json] = [row.get("data") or {} for row in metric.get("value") or []]
    names = [name for name in _names(columns, rows) if name != STEP]
    if kind == TABLE or len(names) > 1:
        return {name: _one_or_many([_cell(row.get(name), columns.get(name)) for row in rows if name in row])
                for name in names}
    name = names[0] if names else ""
    cells = [_cell(row.get(name), columns.get(name)) for row in rows]
    return cells if kind == LIST else _one_or_many(cells)


def _names(columns: Json, rows: List[Json]) -> List[str]:
    names = list(columns)
    for row in rows:
        names += [name for name in row if name not in names]
    return names


def _one_or_many(cells: List[Any]) -> Any:
    return cells[0] if len(cells) == 1 else cells


def _cell(value: Any, column_type: Any) -> Any:
    """NaN and Infinity may come as text in columns of numbers."""
    if isinstance(value, str) and column_type in ("double", "float"):
        return float(value)
    return value
