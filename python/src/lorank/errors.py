"""Errors of the commands. The page on exit codes says what each means."""

from __future__ import annotations

from lorank._document import Document


class LorankError(Exception):
    """A command failed.

    `code` is the kind of error, such as `E_CONFIG`. `field` is the flag, argument, key or file at fault, as the message
    writes it, or None. `exit_code` is that of the command.
    """

    def __init__(self, message: str, *, code: str, field: str | None = None, exit_code: int = 1) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.exit_code = exit_code


class InputError(LorankError, ValueError):
    """Settings, a file or data are wrong (exit code 2); nothing was started."""


class EndedError(LorankError):
    """A command ended otherwise than asked for, with a document."""

    def __init__(self, message: str, result: Document | None, *, code: str, exit_code: int) -> None:
        super().__init__(message, code=code, exit_code=exit_code)
        self.result = result


class FailedTrialsError(EndedError):
    """Trials have no result (exit code 3). `result` has the failures; the sweep called again tries them again."""


class InconclusiveError(EndedError):
    """The verdict is inconclusive, and `require_conclusive` was asked for (exit code 4). `result` has it."""


class InterruptedSweepError(EndedError, KeyboardInterrupt):
    """The sweep was stopped (exit codes 75, 129, 130, 143). What is done stays; called again, it is resumed."""
