import type { StackSettings } from "@lorank/core/memory";
import type { Output } from "../output.ts";
import type { MemoryChoices } from "./choices.ts";
import type { AnsweredRow } from "./estimate.ts";
import { type ChoiceName, wordsOf } from "./flags.ts";
import type { Named } from "./named.ts";

/**
 * Prints what was estimated with where each value comes from, and what a training config says besides. Models share all
 * of it but the length, which may be the longest that one of them takes.
 */
export function printSettings(
  output: Output,
  models: readonly { readonly name: string; readonly choices: MemoryChoices }[],
  { modelFrom, training }: Named,
): void {
  const { choices } = models[0]!;
  const { profile, settings, from } = choices;
  const { ranks, targets, base, method, labels, gpu, microBatch } = choices;
  const lengths = new Set(models.map((model) => model.choices.seq));
  const seq = lengths.size === 1 ? choices.seq : [...lengths];
  const chosen = { ranks, targets, base, method, labels, gpu: gpu?.text, microBatch, seq, ...settings };
  const lengthFrom = [...new Set(models.map((model) => model.choices.from.seq))].join("; ");
  const rows = (Object.entries(chosen) as [ChoiceName, unknown][])
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [wordsOf(name), shown(value), name === "seq" ? lengthFrom : from[name]] as const);
  output.say(
    from.profile === "default"
      ? `profile ${profile.name}, for none was named: ${profile.stack}`
      : `profile ${profile.name}: ${profile.stack}`,
  );
  output.print();
  output.table(
    [
      { title: "setting", align: "left", cell: ([words]) => words },
      { title: "value", align: "left", cell: ([, value]) => value },
      { title: "from", align: "left", cell: ([, , origin]) => origin ?? "" },
    ],
    [
      [models.length > 1 ? "models" : "model", shown(models.map(({ name }) => name)), modelFrom] as const,
      ...rows,
    ],
  );
  output.print();
  for (const remark of training?.config.remarks ?? []) output.say(`- ${remark}`, output.colours.dim);
  if (training && training.config.remarks.length > 0) output.print();
}

/** Prints what the QLoRA rows of a comparison have that the LoRA rows have not. */
export function printQloraSettings(output: Output, rows: readonly AnsweredRow[]): void {
  const [lora, qlora] = (["lora", "qlora"] as const).map((name) =>
    rows.find(({ method }) => method === name),
  );
  if (!lora || !qlora) return;
  const names = Object.keys(qlora.settings) as (keyof StackSettings)[];
  const own = names.filter((name) => qlora.settings[name] !== lora.settings[name]);
  if (own.length === 0) return;
  const words = own.map((name) => `${wordsOf(name)} ${shown(qlora.settings[name])}`).join(", ");
  output.say(`QLoRA, as the guides of this stack have it: ${words}.`);
  output.print();
}

function shown(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = Array.isArray(value) ? value.join(",") : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
