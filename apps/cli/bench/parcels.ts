/**
 * Writes questions about parcels, as prompts and responses, for a sweep that is judged by its answers:
 *
 *   node --conditions=@lorank/source --import tsx bench/parcels.ts parcels.jsonl [--count 340]
 *   lorank sweep --model SmolLM2-135M-Instruct.Q4_1.gguf --data parcels.jsonl --metric equals --ranks 2,8,32 --seeds 3 \
 *     --train-examples 120 --validation-examples 100 --epochs 1 --max-new-tokens 12
 *
 * Each names three parcels, and asks for the city of one. The results stand in packages/train/bench/answers.md.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { randomStream } from "@lorank/train/engine";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: "string", default: "340" } },
});
const [file] = positionals;
if (file === undefined) throw new Error("a file must be named: bench/parcels.ts FILE");

const colours = "red blue green black white brown yellow grey".split(" ");
const cities =
  "Oslo Lima Cairo Delhi Paris Tokyo Quito Accra Dublin Lisbon Havana Berlin Madrid Vienna Nairobi Santiago".split(
    " ",
  );

const rows = Array.from({ length: Number(values.count) }, (_, i) => {
  const stream = randomStream(1, "parcels", i);
  const [first, second, third] = [...stream.shuffle(colours.length)].map((at) => colours[at]!);
  const to = [...stream.shuffle(cities.length)].map((at) => cities[at]!);
  const asked = stream.integer(3);
  const text = `The ${first} parcel goes to ${to[0]}, the ${second} one to ${to[1]} and the ${third} one to ${to[2]}.`;
  const colour = [first, second, third][asked];
  return { prompt: `${text} Where does the ${colour} parcel go?`, response: to[asked] };
});
writeFileSync(file, `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
