"""Reads apps/cli/test/fixtures/tensorboard/logs with TensorBoard, and writes what it found to read.json beside them.

Needs tensorboard alone. The files are made first by apps/cli/scripts/write-event-files.ts.

    python scripts/reference/tensorboard_fixture.py
"""

import json
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

FIXTURES = Path(__file__).resolve().parents[2] / "apps/cli/test/fixtures/tensorboard"


def main():
    runs = EventMultiplexer().AddRunsFromDirectory(str(FIXTURES / "logs"))
    runs.Reload()
    found = {}
    for run, tags in sorted(runs.Runs().items()):
        scalars = {
            tag: [[event.step, event.value, event.wall_time] for event in runs.Scalars(run, tag)]
            for tag in sorted(tags["scalars"])
        }
        plugin = runs.PluginRunToTagToContent("hparams").get(run, {})
        hparams = {
            tag: MessageToDict(HParamsPluginData.FromString(content), preserving_proto_field_name=True)
            for tag, content in sorted(plugin.items())
        }
        found[run] = {"scalars": scalars, "hparams": hparams}
    text = json.dumps(found, indent=1, sort_keys=True)
    (FIXTURES / "read.json").write_text(f"{text}\n", encoding="utf-8")


main()
