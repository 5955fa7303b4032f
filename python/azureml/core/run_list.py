"""Finding runs: the filter text that the service understands, and the objects of what it answers."""
from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Union

ENDED = frozenset(("Completed", "Failed", "Canceled"))

Names = Union[str, Mapping[str, Optional[str]], Iterable[str], None]


def filter_of(type: Optional[str] = None, tags: Names = None, properties: Names = None,
              status: Optional[str] = None, top_only: bool = False) -> Optional[str]:
    """The conditions joined by `and`; None when there is none."""
    parts: List[str] = []
    if type:
        parts.append(f"(RunType eq {type} or Properties/azureml.runsource eq {type})")
    parts += _named("Tags", tags)
    parts += _named("Properties", properties)
    if status:
        parts.append(f"(Status eq {status})")
    if top_only:
        parts.append("(ParentRunId eq null)")
    return " and ".join(parts) or None


def _named(field: str, names: Names) -> List[str]:
    """A dictionary asks for values (None: any), text for one key, a list for several keys."""
    if not names:
        return []
    if isinstance(names, str):
        names = {names: None}
    elif not isinstance(names, Mapping):
        names = {name: None for name in names}
    return [f'({field}/{name} eq "{value}")' if value is not None
            else f"({field}/{name} ne null or {field}/{name} eq null)" for name, value in names.items()]


def matches(dto: Mapping[str, Any], tags: Names = None, properties: Names = None) -> bool:
    """The same conditions on tags and properties, checked on what came back: that a key is there at all is beyond what
    the service's filters say clearly."""
    return _has(dto.get("tags"), tags) and _has(dto.get("properties"), properties)


def _has(found: Any, names: Names) -> bool:
    if not names:
        return True
    wanted: Mapping[str, Optional[str]] = names if isinstance(names, Mapping) else dict.fromkeys(
        [names] if isinstance(names, str) else names)
    return all(key in (found or {}) and (value is None or str(found[key]) == str(value)) for key, value in wanted.items())


def newest_first(runs: Iterable[Dict[str, Any]]) -> Iterator[Dict[str, Any]]:
    """A page of children in the order the SDK gives: newest first."""
    return iter(sorted(runs, key=lambda run: str(run.get("createdUtc") or ""), reverse=True))
