import type { Output } from "../output.ts";
import { renderTable } from "../table.ts";
import { wrap } from "../text.ts";
import { dialectName } from "./dialects/detect.ts";
import { showValue, type TrainingConfig, valueWords } from "./dialects/training-config.ts";
import type { MemoryChoices } from "./with-training-config.ts";

/** Prints every value that was chosen, from where, and what the config has besides. */
export function printChoices(
  output: Output,
  file: string,
  config: TrainingConfig,
  choices: MemoryChoices,
): void {
  const { model, method, ranks, targets, base, optimizer, microBatch, seq, settings, from } = choices;
  const values = { model, method, ranks, targets, base, optimizer, microBatch, seq, ...settings };
  const rows = Object.entries(values).filter(([, value]) => value !== undefined);
  output.print(`${file}: ${dialectName(config.dialect)}\n`);
  output.print(
    renderTable(
      [
        { title: "setting", align: "left", cell: ([name]) => valueWords[name as "model"] ?? name },
        { title: "value", align: "left", cell: ([, value]) => showValue(value) },
        { title: "from", align: "left", cell: ([name]) => from[name] ?? "" },
      ],
      rows,
      { title: output.colours.dim },
    ),
  );
  output.print();
  for (const remark of choices.remarks) output.print(output.colours.dim(wrap(`- ${remark}`, output.columns)));
  if (choices.remarks.length > 0) output.print();
}
