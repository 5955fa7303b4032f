"""The text of a state, whichever way the client brought it."""
from __future__ import annotations

import enum
from typing import Any


def text_of(state: Any) -> str:
    """`running`, for an enum member of the client's models as for a word that they do not know."""
    return str(state.value if isinstance(state, enum.Enum) else state)
