"""Writes packages/tables/test/fixtures/parquet: small files by pyarrow, one for each thing that a reader can get wrong.

    python scripts/reference/parquet_fixture.py
"""

import datetime
import decimal
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

OUT = Path(__file__).resolve().parents[2] / "packages/tables/test/fixtures/parquet"
CLASSES = ["joy", "anger", "fear", "love", "grief"]


def write(name, table, **options):
    pq.write_table(table, OUT / f"{name}.parquet", **options)


def labelled():
    """Five classes as integers, named in a remark that Hugging Face's datasets leave."""
    texts = [f"text {i}: é 😀" for i in range(50)]
    table = pa.table({"text": texts, "label": pa.array([i % 5 for i in range(50)], pa.int64())})
    features = {"text": {"dtype": "string", "_type": "Value"}, "label": {"names": CLASSES, "_type": "ClassLabel"}}
    return table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})


def values():
    """Values of every kind that a cell may have, and none at all."""
    return pa.table(
        {
            "text": ["a", None, ""],
            "small": pa.array([1, None, -3], pa.int32()),
            "large": pa.array([2**53 - 1, 2**53 + 1, None], pa.int64()),
            "real": [0.5, None, -1e300],
            "flag": [True, False, None],
            "day": pa.array([datetime.date(2024, 2, 29), None, datetime.date(1970, 1, 1)]),
            "word": pa.array(["x", "y", "x"]).dictionary_encode(),
        }
    )


def conversations():
    message = pa.struct([("role", pa.string()), ("content", pa.string())])
    rows = [
        [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}],
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "1+1?"},
            {"role": "assistant", "content": "2"},
        ],
    ]
    return pa.table({"messages": pa.array(rows, pa.list_(message)), "id": ["a", "b"]})


def encodings():
    """A column for each encoding that is not plain, maps, and lists in lists."""
    return pa.table(
        {
            "text": ["about cats", None, "about dogs", ""],
            "name": ["ab", "abc", "", "b"],
            "count": pa.array([1, -2, None, 2**40]),
            "real": pa.array([0.5, -1.25, None, 2.0], pa.float32()),
            "flag": [True, None, False, True],
            "price": pa.array([decimal.Decimal("1.25"), None, decimal.Decimal("-3.50"), decimal.Decimal(0)]),
            "pairs": pa.array([[("a", 1)], None, [], [("b", 2), ("c", None)]], pa.map_(pa.string(), pa.int32())),
            "lists": pa.array([[[1, 2], []], None, [None], []], pa.list_(pa.list_(pa.int32()))),
        }
    )


ENCODINGS = {
    "text": "DELTA_BYTE_ARRAY",
    "name": "DELTA_LENGTH_BYTE_ARRAY",
    "count": "DELTA_BINARY_PACKED",
    "real": "BYTE_STREAM_SPLIT",
    "flag": "RLE",
}


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    write("labelled", labelled(), row_group_size=49)
    write("values", values())
    for codec in ["none", "gzip", "brotli", "zstd", "lz4"]:
        write(f"conversations-{codec}", conversations(), compression=codec)
    for version in ["1.0", "2.0"]:
        options = {"use_dictionary": False, "column_encoding": ENCODINGS, "data_page_version": version}
        write(f"encodings-{version[0]}", encodings(), compression="snappy", **options)


if __name__ == "__main__":
    main()
