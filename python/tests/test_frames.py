"""Frames as CSV: values come back as they were."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest

from lorank._frames import csv_of, is_frame

numbers = [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0.25, 123456.789]


def cells(frame: Any) -> list[list[str]]:
    return list(csv.reader(StringIO(csv_of(frame), newline="")))


def test_rows_as_mappings_may_lack_members() -> None:
    assert cells([{"rank": 4, "seed": 1}, {"rank": 8, "label": "a,\"b\"\nc"}]) == [
        ["rank", "seed", "label"],
        ["4", "1", ""],
        ["8", "", 'a,"b"\nc'],
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (None, ""),
        (float("nan"), ""),
        (4.0, "4"),
        (2**63 - 1, "9223372036854775807"),
        (1e16, "1e+16"),
        (date(2026, 12, 1), "2026-12-01"),
        (datetime(2026, 12, 1, 9, 30), "2026-12-01T09:30:00"),
        (Decimal("0.10"), "0.10"),
        (" kept ", " kept "),
    ],
)
def test_a_value_has_one_text(value: object, text: str) -> None:
    assert cells([{"value": value, "next": 1}])[1] == [text, "1"]


def test_floats_come_back_exactly() -> None:
    rows = cells([{"score": one} for one in numbers])[1:]
    assert [float(one) for (one,) in rows] == numbers


def test_pandas_frames() -> None:
    pandas: Any = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame(
        {
            "rank": [4, None, 16],
            "score": [0.1, 1 / 3, float("nan")],
            "correct": [True, False, True],
            "label": ["a", None, "c"],
            "when": pandas.to_datetime(["2026-12-01", None, "2026-12-02 10:00"], format="mixed"),
        }
    )
    assert cells(frame) == [
        ["rank", "score", "correct", "label", "when"],
        ["4", "0.1", "true", "a", "2026-12-01T00:00:00"],
        ["", repr(1 / 3), "false", "", ""],
        ["16", "", "true", "c", "2026-12-02T10:00:00"],
    ]
    nullable = pandas.DataFrame({"rank": pandas.array([4, None], dtype="Int64"), "ok": pandas.array([True, None], dtype="boolean")})
    assert cells(nullable)[1:] == [["4", "true"], ["", ""]]
    whole = pandas.DataFrame({"id": [2**62 + 1]})
    assert cells(whole)[1:] == [[str(2**62 + 1)]]


def test_named_levels_of_an_index_are_columns_and_others_are_not() -> None:
    pandas: Any = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame({"rank": [4, 4], "seed": [1, 2], "score": [0.5, 0.75]})
    assert cells(frame.set_index(["rank", "seed"])) == cells(frame)
    assert cells(frame.set_index("seed", append=True))[0] == ["seed", "rank", "score"]
    assert cells(frame[frame.seed == 2]) == [["rank", "seed", "score"], ["4", "2", "0.75"]]
    assert cells(frame.groupby("rank").mean())[0] == ["rank", "seed", "score"]
    with pytest.raises(ValueError, match="one level"):
        csv_of(frame.groupby("rank").agg(["mean", "std"]))


def test_polars_frames() -> None:
    polars: Any = pytest.importorskip("polars", reason="polars is not installed")
    frame = polars.DataFrame(
        {"rank": [4, None], "score": [1 / 3, float("nan")], "ok": [True, None], "day": [date(2026, 12, 1), None]}
    )
    expected = [["rank", "score", "ok", "day"], ["4", repr(1 / 3), "true", "2026-12-01"], ["", "", "", ""]]
    assert cells(frame) == expected
    assert cells(frame.lazy()) == expected


def test_paths_scores_and_texts_are_no_frames() -> None:
    for value in ("runs.csv", ["a.csv", "b.csv"], [0.1, 0.2], [], None, 3):
        assert not is_frame(value)


def test_no_library_is_loaded_with_the_package() -> None:
    names = ["pandas", "polars", "numpy", "tqdm", "IPython"]
    code = f"import sys, lorank; print([name for name in {names} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout == "[]\n"
