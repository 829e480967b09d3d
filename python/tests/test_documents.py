"""Documents as objects: each member of the schemas has its place, and a later version's members do no harm."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from conftest import root

from lorank import documents
from lorank._document import Document, made, snake

commands = ["verdict", "plan", "memory", "sweep", "compare", "report", "error"]
schemas: dict[str, Any] = {
    name: json.loads(Path(root, f"apps/cli/schemas/{name}.json").read_text("utf-8")) for name in commands
}
definitions = {
    name: definition
    for schema in schemas.values()
    for name, definition in schema.get("definitions", {}).items()
}


def named_objects() -> list[tuple[str, dict[str, Any]]]:
    """Definitions that are one object each, with the names of their classes."""
    return [
        (name, one["properties"])
        for name, one in definitions.items()
        if "properties" in one and "additionalProperties" not in one and "<" not in name
    ]


def test_each_object_of_the_schemas_has_a_class_with_its_members() -> None:
    assert len(named_objects()) > 100
    for name, properties in named_objects():
        kind = getattr(documents, name)
        expected = {snake(key) for key in properties}
        assert {one.name for one in dataclasses.fields(kind)} == expected, name


def test_the_types_of_all_members_can_be_evaluated() -> None:
    kinds = [one for one in vars(documents).values() if isinstance(one, type) and issubclass(one, Document)]
    for kind in kinds:
        get_type_hints(kind)


smallest_verdict: dict[str, Any] = {
    "bestRank": 4,
    "confidence": 0.95,
    "examples": 60,
    "explanation": "…",
    "limits": "https://example.org",
    "margin": 0.01,
    "metric": "accuracy",
    "rank": 4,
    "ranks": [{"rank": 4, "seeds": 3, "differenceToBest": 0.0, "differenceInterval": [0, 0]}],
    "seeds": 3,
    "steps": [],
    "verdict": "adequate",
}


def verdict_of(document: dict[str, Any]) -> Any:
    return made([documents.VerdictDocument, documents.VerdictDocumentByArm], document)


def test_members_are_in_snake_case_lists_are_tuples_and_objects_are_classes() -> None:
    verdict = verdict_of(smallest_verdict)
    assert verdict.best_rank == 4
    assert verdict.ranks == (
        documents.RankSummary(rank=4, seeds=3, difference_to_best=0.0, difference_interval=(0, 0)),
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        verdict.rank = 5


def test_a_member_of_a_later_version_is_kept_in_document_alone() -> None:
    later = {**smallest_verdict, "mood": "good", "verdict": "later-word"}
    verdict = verdict_of(later)
    assert verdict.verdict == "later-word"
    assert not hasattr(verdict, "mood")
    assert verdict.document["mood"] == "good"


def test_a_union_is_of_ranks_or_arms_by_its_members() -> None:
    by_arm = {
        "bestArm" if key == "bestRank" else "arm" if key == "rank" else "arms" if key == "ranks" else key: value
        for key, value in smallest_verdict.items()
    } | {"arms": []}
    assert type(verdict_of(smallest_verdict)) is documents.VerdictDocument
    assert type(verdict_of(by_arm)) is documents.VerdictDocumentByArm


@pytest.mark.parametrize(
    ("returns", "kind"),
    [
        ({"curve": "flat", "steps": []}, "ReturnsFlat"),
        ({"curve": "rising-until", "rank": 8, "interval": [0.1, 0.2], "steps": []}, "ReturnsRisingUntil"),
    ],
)
def test_variants_are_told_apart_by_their_constants(returns: dict[str, Any], kind: str) -> None:
    verdict = verdict_of({**smallest_verdict, "returns": returns})
    assert type(verdict.returns).__name__ == kind


def test_what_is_shown_is_short() -> None:
    lines = str(verdict_of(smallest_verdict)).split("\n")
    assert lines[0] == "VerdictDocument"
    assert "  ranks        1 of RankSummary" in lines
