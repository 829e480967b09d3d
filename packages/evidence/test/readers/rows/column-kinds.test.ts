import { expect, test } from "vitest";
import { kindOfColumn, looksLikeSetting } from "../../../src/readers/rows/column-kinds.ts";

test.each([
  [
    "setting",
    ["targets", "config.lora_target_modules", "params.model_name_or_path", "Base Model", "dataset_name"],
  ],
  [
    "setting",
    ["peft_type", "use_dora", "lora_alpha", "num_train_epochs", "per_device_train_batch_size", "task"],
  ],
  [
    "measured",
    ["metrics.eval_loss", "eval/f1", "summary.size", "train_s", "peak_mem", "Runtime", "prompt_tokens"],
  ],
  ["label", ["Notes", "Created", "torch", "gpu", "host", "fold", "Unnamed: 0", "", "start_time", "git_sha"]],
  [undefined, ["experiment", "Sprache", "step", "name"]],
])("%s: %j", (kind, columns) => {
  const isMeant = (column: string) => kindOfColumn(column) === kind;
  expect(columns.filter((column) => !isMeant(column))).toEqual([]);
});

test.each<[boolean, string, readonly (readonly string[])[]]>([
  [
    true,
    "texts of two ranks",
    [
      ["q", "v"],
      ["q", "v"],
    ],
  ],
  [
    true,
    "texts that come again in a rank",
    [
      ["a", "b", "a", "b"],
      ["c", "c"],
    ],
  ],
  [
    true,
    "numbers of a grid",
    [
      ["100", "200"],
      ["200", "100"],
      ["100", "200"],
    ],
  ],
  [
    false,
    "measured numbers, equally often in some ranks",
    [
      ["7", "9"],
      ["7", "8"],
      ["9", "9"],
    ],
  ],
  [
    false,
    "names of runs",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    false,
    "numbers of repetitions",
    [
      ["1", "2"],
      ["1", "2"],
    ],
  ],
  [
    false,
    "dates",
    [
      ["2026-01-01", "2026-01-02"],
      ["2026-01-01", "2026-01-02"],
    ],
  ],
  [
    false,
    "what goes with the rank",
    [
      ["q", "q"],
      ["v", "v"],
    ],
  ],
])("%s for %s", (isSetting, _, values) => {
  expect(looksLikeSetting(new Map(values.map((own, rank) => [rank, own])))).toBe(isSetting);
});
