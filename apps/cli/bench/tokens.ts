/**
 * What the cache of tokens saves: the time to tokenise texts that are all different, mixed from the e-mails of
 * `@lorank/starter` five words at a time, and that to read them again.
 *
 *     node --conditions=@lorank/source --import tsx bench/tokens.ts --model starter --texts 10000 --lengths 128,512
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { modelFolder } from "@lorank/starter";
import { nodeInputs } from "@lorank/train";
import { loadDataset } from "@lorank/train/browser";
import { tokenised } from "../src/data/tokenised.ts";
import { mixedTexts } from "./scale/mixed-texts.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "starter" },
    texts: { type: "string", default: "10000" },
    lengths: { type: "string", default: "128,512" },
  },
});
const model = values.model === "starter" ? modelFolder : values.model;
const folder = mkdtempSync(join(tmpdir(), "lorank-bench-"));
const file = join(folder, "texts.jsonl");
writeFileSync(file, [...mixedTexts(Number(values.texts))].join(""));
console.log(`${values.model}, ${values.texts} texts, ${(statSync(file).size / 1e6).toFixed(1)} MB`);
const data = await timed("reading and parting the file", () =>
  loadDataset({ data: file, task: "classification" }, nodeInputs().readData),
);
for (const maxLength of values.lengths.split(",").map(Number)) {
  const cache = { folder: join(folder, String(maxLength)), mostBytes: 2 ** 30 };
  const get = () =>
    tokenised(
      model,
      { ...data.inputs, maxLength },
      (tokenizer) => data.tokenise(tokenizer, maxLength),
      cache,
    );
  await timed(`${maxLength} tokens, made and kept`, get);
  await timed(`${maxLength} tokens, read again`, get);
  const [name] = readdirSync(cache.folder);
  console.log(`  the file has ${(statSync(join(cache.folder, name!)).size / 1e6).toFixed(1)} MB`);
}
rmSync(folder, { recursive: true });

/** Processor time is what counts where other programs run beside. */
async function timed<T>(what: string, run: () => T | Promise<T>): Promise<T> {
  const start = { wall: performance.now(), cpu: process.cpuUsage() };
  const result = await run();
  const { user, system } = process.cpuUsage(start.cpu);
  const seconds = (performance.now() - start.wall) / 1000;
  console.log(
    `  ${what}: ${seconds.toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s of processor time`,
  );
  return result;
}
