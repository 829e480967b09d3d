"""LoRAnk in Python: which LoRA rank should I use?"""

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
