import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { cliHere } from "../here.ts";
import { axolotlQlora } from "../training-configs.ts";

const folder = temporaryFolder();

async function answered(line: string) {
  const run = await cliHere(["memory", ...line.split(" "), "--json"], { cwd: folder });
  return { ...run, document: JSON.parse(run.stdout) };
}

test("nothing of time is in the document unless it is asked for", async () => {
  const { document } = await answered("llama-3.2-1b --gpu 4090 --ranks 8");
  expect(document).not.toHaveProperty("time");
  expect(document.results[0]).not.toHaveProperty("time");
});

test("examples count as many tokens as the length, in each pass over them", async () => {
  const { document } = await answered(
    "llama-3.2-1b --gpu 4090 --ranks 8 --seq 512 --examples 1000 --epochs 3",
  );
  expect(document.time).toMatchObject({ tokens: 3 * 1000 * 512, epochs: 3 });
  const [{ time }] = document.results;
  expect(time.hours).toBeCloseTo((3 * 1000 * 512) / time.tokensPerSecond / 3600, 10);
  expect(time).not.toHaveProperty("cost");
});

test("a price is that of one card's hour", async () => {
  const line = "llama-3.2-1b --ranks 8 --tokens 1.5B --price 0.5 --gpu";
  const one = (await answered(`${line} 4090`)).document;
  const two = (await answered(`${line} 2x4090`)).document;
  expect(one.time).toMatchObject({ tokens: 1.5e9, price: 0.5 });
  expect(one.results[0].time.cost).toBeCloseTo(one.results[0].time.hours / 2, 10);
  expect(two.results[0].time.hours).toBeCloseTo(one.results[0].time.hours / 2, 10);
  expect(two.results[0].time.cost).toBeCloseTo(one.results[0].time.cost, 10);
});

test("a rank that does not fit has no hours", async () => {
  const { document } = await answered("llama-3.1-8b --gpu 4090 --ranks 8 --tokens 2M");
  expect(document.results[0]).toMatchObject({ fit: "does not fit", time: { notKnown: "it does not fit" } });
});

test("in a comparison, full fine-tuning has none", async () => {
  const { document } = await answered("llama-3.2-1b --gpu l40s --method compare --ranks 8 --tokens 2M");
  expect(document.results.map(({ time }: { time: object }) => Object.keys(time)[0])).toEqual([
    ...["hours", "hours", "notKnown"],
  ]);
});

test("a config that trains by preference has none, for no such step was measured", async () => {
  writeFileSync(join(folder, "dpo.yaml"), `base_model: meta-llama/Llama-3.1-8B\n${axolotlQlora}\nrl: dpo\n`);
  const { document } = await answered("dpo.yaml --gpu a100-80gb --tokens 2M");
  expect(document.results[0].time.notKnown).toMatch(/no published step time of DPO was found/);
});
