import { defineCommand } from "../../command.ts";
import { folder } from "../../flags/common-kinds.ts";
import { running } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import type { ValuesOf } from "../../flags/setting.ts";

// biome-ignore format: a row per line
const settings = [
  running("thorough", k.onOff, "test half precision too, and drivers on a machine that shows no GPU: minutes", { flagOnly: true }),
  running("setup-cuda", folder, "take ONNX Runtime's CUDA provider and CUDA's libraries from this Python environment, and remember them"),
  running("setup-tensorflow", folder, "build the add-on that runs programs on the TensorFlow in this folder, and remember it"),
] as const;

export type DoctorSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "doctor",
  group: "Machines:",
  arguments: [],
  settings,
  summary: "check what is needed to run",
  description:
    "Check what a sweep needs: Node, the runtime, the built-in model and data, and devices, which are optional, with a self-test.",
  examples: [
    ["lorank doctor", "what is here, and what a sweep would run on"],
    ["lorank doctor --thorough --json", "all of it, to attach to a report of a problem"],
    ["lorank doctor --setup-cuda venv", "once, to train on NVIDIA's GPUs by ONNX Runtime"],
    [
      "lorank doctor --setup-tensorflow venv/lib/python3.12/site-packages/tensorflow",
      "once, to train on the GPUs of an installed TensorFlow",
    ],
  ],
  load: () => import("./doctor.ts"),
});
