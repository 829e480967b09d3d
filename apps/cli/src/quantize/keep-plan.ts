import { readModelConfig } from "@lorank/checkpoint/files";
import { formatBytes, formatDecimalBytes } from "@lorank/core";
import { onnxRuntime } from "@lorank/graph/devices";
import { familyOf } from "@lorank/train/engine";
import { type KeepSuggestion, suggestKeepLayers } from "@lorank/train/quantize";
import { figure } from "../adapter/figures.ts";
import { defaults } from "../defaults.ts";
import type { Output } from "../output.ts";
import { counted, plainText } from "../text.ts";
import { calibrationTexts } from "./calibration.ts";
import type { BudgetSettings, QuantizeSettings } from "./settings.ts";

const PLAN_WARNING =
  "An estimate on these texts is not the model's loss on your task: evaluate the model before you rely on it. What such plans " +
  "were worth on three models is in docs/checked/log.md of the source.";

/** Measures which layers to keep, on texts. `show` is told how far it is. */
export async function planForBudget(
  model: string,
  settings: QuantizeSettings,
  budget: BudgetSettings,
  show: (words: string) => void,
): Promise<KeepSuggestion> {
  const runtime = await onnxRuntime({ threads: budget.threads });
  const room = familyOf(readModelConfig(model).config).maxPositions ?? Number.POSITIVE_INFINITY;
  const maxLength = Math.min(budget.maxLength, room);
  const texts = await calibrationTexts({ data: budget.data, count: budget.examples, maxLength, model });
  const { format, blockSize, doubleQuant, keepLayers, dtype } = settings;
  return suggestKeepLayers({
    model,
    runtime,
    texts,
    budgetBytes: budget.bytes,
    format,
    blockSize,
    doubleQuant,
    keepLayers,
    ...(dtype === undefined ? {} : { dtype }),
    onBlock: (done, total) => show(`passed ${done} of ${total} blocks, forward and back`),
  });
}

/** What `--json` says of a plan. */
export function planDocument({ plan, measure, shares }: KeepSuggestion): object {
  return { ...plan, measure, shares, warning: PLAN_WARNING };
}

/** `0.mlp.down_proj,3`: what `--keep-layers` takes. */
export function keepLayersText(keepLayers: readonly (number | string)[]): string {
  return keepLayers.join(",");
}

const measures = {
  "next-token": { what: "the probabilities of the next token", unit: "nats (the unit of log loss) a token" },
  "hidden-states": { what: "the last block's states", unit: "of their squared length" },
} as const;

/** What was chosen, the largest share for a byte first, and the flag that does the same without measuring. */
export function showPlan(
  { plan, measure, keepLayers }: KeepSuggestion,
  { bytes, data, examples }: BudgetSettings,
  output: Output,
): void {
  const { kept, shareBefore, shareAfter } = plan;
  if (kept.length === 0) {
    output.say(`No layer fits beside the others in ${formatDecimalBytes(bytes)}: all are in 4 bits.`);
    output.print();
    return;
  }
  const of = data === defaults.data ? "e-mails" : "texts";
  const { what, unit } = measures[measure];
  output.say(
    `Kept as they are, by their share in what 4 bits change in ${what} on ${examples} ${of}, for each byte that they cost ` +
      `more: ${counted(kept.length, "layer")} with ${figure(shareBefore - shareAfter)} of all ${figure(shareBefore)} ${unit}.`,
  );
  output.print();
  output.table(
    [
      { title: "layer", align: "left", cell: ({ path }) => plainText(path) },
      { title: "share", cell: ({ share }) => figure(share) },
      { title: "costs more", cell: ({ bytesKept, bytes4bit }) => formatBytes(bytesKept - bytes4bit) },
    ],
    kept,
  );
  output.print();
  output.print(`The same without measuring: --keep-layers ${keepLayersText(keepLayers)}`);
  output.say(PLAN_WARNING);
  output.print();
}
