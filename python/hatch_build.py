"""Puts the packed command line of one platform into the wheel; scripts/python-wheels.ts runs it."""

from __future__ import annotations

import json
import os
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackedCommandLine(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # LORANK_PROGRAM says what runs
        if "LORANK_WHEEL" not in os.environ:
            raise SystemExit("LORANK_WHEEL must be set: npm run python-wheels builds the wheels")
        # {"platform": "manylinux_2_28_x86_64", "folders": {"/staged/app": "lorank/_app"}}
        wheel = json.loads(os.environ["LORANK_WHEEL"])
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{wheel['platform']}"
        build_data["force_include"].update(wheel["folders"])
