/**
 * Writes sums in words, as prompts and responses, for a sweep that is judged by its answers:
 *
 *   node --conditions=@lorank/source --import tsx bench/sums.ts sums.jsonl [--count 340]
 *   lorank sweep --model SmolLM2-135M-Instruct.Q4_1.gguf --data sums.jsonl --metric equals --ranks 2,8,32 --seeds 3 \
 *     --train-examples 230 --validation-examples 100 --epochs 1 --max-new-tokens 12
 *
 * All pairs of numbers below 50 in an order drawn by seed 1. The results stand in docs/checked/answers.md.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { randomStream } from "@lorank/train/engine";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: "string", default: "340" } },
});
const [file] = positionals;
if (file === undefined) throw new Error("a file must be named: bench/sums.ts FILE");

const small =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** A whole number below 100 in words. */
function inWords(n: number): string {
  if (n < 20) return small[n]!;
  const ten = tens[Math.floor(n / 10) - 2]!;
  return n % 10 === 0 ? ten : `${ten}-${small[n % 10]}`;
}

const numbers = 50;
const rows = [...randomStream(1, "sums").shuffle(numbers ** 2)].slice(0, Number(values.count)).map((pair) => {
  const [a, b] = [Math.floor(pair / numbers), pair % numbers];
  return { prompt: `What is ${inWords(a)} plus ${inWords(b)}? Answer in words.`, response: inWords(a + b) };
});
writeFileSync(file, `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
