"""Examples of the documentation: each block runs after those before it; `# => text` says what a line prints."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from conftest import root

# docs/test/code-blocks.test.ts looks here for each page with a block of Python.
pages = ["docs/guides/python.md"]

block = re.compile(r"^```(?P<language>\w+)(?: \[(?P<name>[^\]]+)\])?\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", pages)
def test_the_examples_of_a_page_print_what_they_say(page: str, folder: Path) -> None:
    names: dict[str, object] = {}
    ran = 0
    for found in block.finditer((root / page).read_text("utf-8")):
        if found["name"]:
            (folder / found["name"]).write_text(found["code"], "utf-8")
        elif found["language"] == "python":
            expected = re.findall(r"# => (.*)$", found["code"], re.MULTILINE)
            printed = StringIO()
            with redirect_stdout(printed):
                exec(compile(found["code"], page, "exec"), names)
            assert [line for line in printed.getvalue().splitlines() if line in expected] == expected
            ran += 1
    assert ran > 0
