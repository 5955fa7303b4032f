"""Times as the services write them."""
from __future__ import annotations

import datetime
import re
from typing import Optional

_FRACTION = re.compile(r"\.(\d+)")


def now_text() -> str:
    """UTC now, with microseconds and a final Z."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_time(text: Optional[str]) -> Optional[datetime.datetime]:
    """A service's time as an aware datetime; None for None and for what is not a time."""
    if not text:
        return None
    padded = _FRACTION.sub(lambda match: "." + match.group(1)[:6].ljust(6, "0"), text.replace("Z", "+00:00"))
    try:
        value = datetime.datetime.fromisoformat(padded)
    except ValueError:
        return None
    return value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)


def iso_text(text: Optional[str]) -> Optional[str]:
    """A service's time as `datetime.isoformat` writes it, the way the SDK prints it."""
    value = parse_time(text)
    return value.isoformat() if value else None
