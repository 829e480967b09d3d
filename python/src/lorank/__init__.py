"""LoRAnk in Python: which LoRA rank should I use?"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lorank._commands import compare, memory, plan, report, sweep, verdict
    from lorank._report import Report
    from lorank.errors import (
        FailedTrialsError,
        InconclusiveError,
        InputError,
        InterruptedSweepError,
        LorankError,
    )

__all__ = [
    "FailedTrialsError",
    "InconclusiveError",
    "InputError",
    "InterruptedSweepError",
    "LorankError",
    "Report",
    "compare",
    "memory",
    "plan",
    "report",
    "sweep",
    "verdict",
]


def __getattr__(name: str) -> object:
    """Import a public name at its first use: the command line needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "errors" if name.endswith("Error") else "_report" if name == "Report" else "_commands"
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
