import { endOf } from "@lorank/tables";
import { valueIn } from "./row-choices.ts";

/** Kind of a run table's column. `setting`: what was trained, how. `measured`: a result. `label`: who, when, where. */
export type ColumnKind = "setting" | "measured" | "label";

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Setting names, in the stems that `stemsOf` gives. */
const settings = words(
  `target targets target_module target_modules target_layers module modules layer layers type kind method peft adapter variant dora rslora
  rs_lora rs loraplus lora_plus qlora pissa scaling init init_lora_weights model base_model backbone arch architecture dataset
  data_set data corpus task benchmark subset domain language lang template prompt chat_template optimizer optimiser optim
  scheduler lr_scheduler schedule quantization quant bits load_in_4bit load_in_8bit precision dtype epochs train_epochs batch
  batch_size alpha dropout weight_decay warmup max_steps max_length max_seq_length seq_len seq_length cutoff_len train_size
  train_samples train_examples n_train metric fewshot shots filter setting config configuration condition ablation arm stage`,
);
const prefix = /^(lora|peft|adapter|train|training|finetuning|num|n|use|base|per_device|eval|test)_/;
const suffix = /_(name|id|type|kind|or_path|path|ratio|steps)$/;

const measured = words(
  `loss nll acc accuracy f1 rouge rouge1 rouge2 rougel bleu em mcc auc auroc wer cer ppl perplexity match score scores runtime
  time seconds secs sec s minutes hours duration latency speed throughput mem memory vram bytes mb gb mib gib params parameters
  flops flos tokens cost price usd energy power grad norm reward rating best early converged diverged stopped winner passed
  failed success result outcome correct`,
);
const labels = words(
  `date day created updated timestamp started ended finished start end user author owner host hostname machine server cluster
  node gpu gpus device cuda torch transformers version commit git sha notes note comment comments description tags dir url uri
  file log logs run trial fold rep repeat repetition replicate try attempt index idx unnamed workers processes`,
);

/** Settings that may name what each run made: a model's folder, a configuration's file. */
const ofEachRun = words("model base_model backbone adapter config configuration setting");

export function mayNameRuns(column: string): boolean {
  return stemsOf(endOf(column)).some((stem) => ofEachRun.has(stem));
}

/** Column name and all stems without words such as `lora_` and `_name`. */
function stemsOf(name: string): string[] {
  const shorter = [name.replace(prefix, ""), name.replace(suffix, "")].filter((stem) => stem !== name);
  return [name, ...shorter.flatMap(stemsOf)];
}

/** Column kind by name, if the name tells. */
export function kindOfColumn(column: string): ColumnKind | undefined {
  const end = endOf(column);
  if (/^(metrics?|summary|eval|val|test)[./]/i.test(column.trim())) return "measured";
  if (stemsOf(end).some((stem) => settings.has(stem))) return "setting";
  const parts = end.split(/[_:()]+/);
  if (end === "" || parts.some((part) => labels.has(part))) return "label";
  return parts.some((part) => measured.has(part)) ? "measured" : undefined;
}

export type ValuesByRank = ReadonlyMap<number, readonly string[]>;

/** Tells whether few values repeat like a setting's: numbers equally often in all ranks, texts in or across ranks. */
export function looksLikeSetting(byRank: ValuesByRank): boolean {
  const values = [...byRank.values()].flat();
  const distinct = new Set(values);
  if (distinct.size < 2 || distinct.size > values.length / 2 || isNumbering([...distinct])) return false;
  if (values.some((value) => /^\d{4}-\d\d-\d\d/.test(value))) return false;
  if (values.every((value) => Number.isFinite(Number(value)))) {
    const count = (own: readonly string[], value: string) => own.filter((other) => other === value).length;
    const counts = [...byRank.values()].flatMap((own) => [...distinct].map((value) => count(own, value)));
    return byRank.size > 1 && new Set(counts).size === 1;
  }
  const ranks = [...byRank.values()].filter((own) => new Set(own).size > 1);
  const sharesTwo = ranks.some((own, i) =>
    ranks.slice(i + 1).some((other) => [...new Set(own)].filter((value) => other.includes(value)).length > 1),
  );
  return sharesTwo || ranks.some((own) => repeated(own).length > 1);
}

function repeated(values: readonly string[]): string[] {
  const distinct = [...new Set(values)];
  return distinct.filter((value) => values.indexOf(value) !== values.lastIndexOf(value));
}

/** Tells whether values merely count: gapless numbers from 0 or 1, perhaps behind a word: `fold 1`, `fold 2`. */
function isNumbering(values: readonly string[]): boolean {
  const parts = values.map((value) => /^(\D*?)(\d+)$/.exec(valueIn(value)));
  if (parts.some((part) => part === null || part[1] !== parts[0]![1])) return false;
  const numbers = parts.map((part) => Number(part![2])).sort((a, b) => a - b);
  return numbers[0]! < 2 && numbers.every((number, i) => number === numbers[0]! + i);
}
