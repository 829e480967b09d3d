import { readModelConfig } from "@lorank/checkpoint";
import { formatBytes, formatDecimalBytes } from "@lorank/core";
import { onnxRuntime } from "@lorank/graph";
import { familyOf, type KeepSuggestion, suggestKeepLayers } from "@lorank/train";
import { percent } from "../adapter/figures.ts";
import { defaults } from "../defaults.ts";
import type { Output } from "../output.ts";
import { renderTable } from "../table.ts";
import { counted, plainText, wrap } from "../text.ts";
import { calibrationTexts } from "./calibration.ts";
import type { BudgetSettings, QuantizeSettings } from "./settings.ts";

export const PLAN_WARNING =
  "The sum of these errors is not the model's loss. It found the better layers on one model that we tried and not on another " +
  "(docs/log.md of the source): evaluate the model before you rely on it.";

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
    onBlock: (done, total) => show(`measured ${done} of ${total} blocks`),
  });
}

/** `0.mlp.down_proj,3`: what `--keep-layers` takes. */
export function keepLayersText(keepLayers: readonly (number | string)[]): string {
  return keepLayers.join(",");
}

/** What was chosen, most error for a byte first, and the flag that does the same without measuring. */
export function showPlan(
  { plan, keepLayers }: KeepSuggestion,
  { bytes, data, examples }: BudgetSettings,
  output: Output,
): void {
  const words = (text: string): void => output.print(wrap(plainText(text), output.columns));
  const { kept, errorBefore, errorAfter } = plan;
  if (kept.length === 0) {
    words(`No layer fits beside the others in ${formatDecimalBytes(bytes)}: all are in 4 bits.`);
    output.print();
    return;
  }
  const of = data === defaults.data ? "e-mails" : "texts";
  words(
    `Kept as they are, by the error of their outputs on ${examples} ${of} for each byte that they cost more: ` +
      `${counted(kept.length, "layer")}, ${percent(1 - errorAfter / errorBefore)} of the sum of all errors.`,
  );
  output.print();
  output.print(
    renderTable(
      [
        { title: "layer", align: "left", cell: ({ path }) => plainText(path) },
        { title: "output error in 4 bits", cell: ({ relativeError }) => percent(relativeError) },
        { title: "costs more", cell: ({ bytesKept, bytes4bit }) => formatBytes(bytesKept - bytes4bit) },
      ],
      kept,
      { title: output.colours.dim },
    ),
  );
  output.print();
  output.print(`The same without measuring: --keep-layers ${keepLayersText(keepLayers)}`);
  words(PLAN_WARNING);
  output.print();
}
