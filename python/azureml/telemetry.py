"""Nothing is collected. The switch is there because notebooks turn it."""
from __future__ import annotations

from ._surface.missing import module_getattr

SEND_DIAGNOSTICS_KEY = "send_diagnostics"
DIAGNOSTICS_VERBOSITY_KEY = "diagnostics_verbosity"


def set_diagnostics_collection(send_diagnostics: bool = True, verbosity: int = 20, reason: str = "",
                               path: "str | None" = None) -> None:
    """Prints what the SDK prints; Homeport collects no diagnostics either way."""
    print(f"Turning diagnostics collection {'on' if send_diagnostics else 'off'}. {reason}")


__getattr__ = module_getattr(__name__)
