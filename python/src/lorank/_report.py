"""A report that a notebook shows in place."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from lorank.documents import VerdictKind


@dataclass(frozen=True, kw_only=True)
class Report:
    """Report as one page of HTML, which asks nothing of any network."""

    html: str = field(repr=False)
    verdict: VerdictKind
    path: Path | None
    """File that it was written to; None if it was not asked for."""

    def _repr_html_(self) -> str:
        # Its own policy forbids every request; the frame keeps its script from the notebook.
        return (
            f'<iframe sandbox="allow-scripts" srcdoc="{escape(self.html)}" title="LoRAnk report" '
            'style="width: 100%; height: 640px; border: 1px solid #8888"></iframe>'
        )
