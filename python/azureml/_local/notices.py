"""What is accepted and not honoured is said, by name, on stderr."""
from __future__ import annotations

import sys
from typing import Any, Mapping


def warn(text: str) -> None:
    """One line on stderr."""
    print(f"WARNING: {text}", file=sys.stderr, flush=True)


def warn_not_honoured(call: str, arguments: Mapping[str, Any], why: str = "Homeport does not honour it yet") -> None:
    """One line for all `arguments` that were given (are not None, False or empty); silent when none was."""
    given = [name for name, value in arguments.items() if value not in (None, False, "", [], {}, ())]
    if given:
        names = ", ".join(f"{name}=" for name in given)
        plural = why.replace(" it ", " them ") if len(given) > 1 else why
        warn(f"{call}: {names} accepted; {plural}.")
