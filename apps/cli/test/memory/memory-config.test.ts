import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { cliHere } from "../here.ts";
import { writeTinyModel } from "../tiny-model.ts";

const folder = temporaryFolder();
writeTinyModel(join(folder, "tiny"));
const fixtures = new URL("../fixtures/training-configs/", import.meta.url);
const axolotl = readFileSync(new URL("axolotl/config.yaml", fixtures), "utf8");
writeFileSync(join(folder, "qlora.yaml"), axolotl.replace("org/small-llama", "./tiny"));
const peft = readFileSync(new URL("peft/adapter_config.json", fixtures), "utf8");
writeFileSync(join(folder, "adapter_config.json"), peft.replace('"r": 16', '"r": 4'));
const inFolder = { cwd: folder };

/** A document without what a config leaves uncounted, and what it claims for that reason. */
function withoutClaims({
  answer: _,
  notCounted: __,
  shared: ___,
  results,
  ...document
}: Record<string, unknown>) {
  const facts = results as { cards: unknown; notCounted: unknown }[];
  const rows = facts.map(({ cards: _, notCounted: __, ...row }) => row);
  return { ...document, rows, config: document.config as { notes: string[] }, from: document.from };
}

describe("lorank memory under a training config", () => {
  test("takes the config in the model's place, and agrees with the flags that say the same", async () => {
    const flags = ["--profile", "axolotl", "--method", "qlora", "--micro-batch", "2", "--seq", "4096"];
    const stack = ["--loss", "fused", "--dropout", "0.05", "--accumulation"];
    const [ofFile, ofFlags] = await Promise.all([
      cliHere(["memory", "qlora.yaml", "--ranks", "2", "--json"], inFolder),
      cliHere(["memory", "tiny", "--ranks", "2", ...flags, ...stack, "--json"], inFolder),
    ]);
    expect(ofFile).toMatchObject({ code: 0, stderr: "" });
    const { config, from, ...document } = withoutClaims(JSON.parse(ofFile.stdout));
    const { from: _, ...said } = withoutClaims(JSON.parse(ofFlags.stdout));
    expect(document).toEqual(said);
    expect(config).toMatchObject({ file: "qlora.yaml", tool: "axolotl", remarks: expect.any(Array) });
    expect(document).toMatchObject({
      profile: "axolotl",
      microBatch: 2,
      seq: 4096,
      settings: { packing: true },
    });
    expect(from).toMatchObject({ ranks: "--ranks", base: expect.stringContaining("load_in_4bit") });
    expect(config.notes).toContain("lora_r 32 → rank 32");
  });
  test("what is not counted stands in the first line, and in the document", async () => {
    writeFileSync(
      join(folder, "split.yaml"),
      `${axolotl}\ntensor_parallel_size: 2\ncontext_parallel_size: 1\n`,
    );
    const [run, json] = await Promise.all(
      [[], ["--json"]].map((more) =>
        cliHere(["memory", "tiny", "--config", "split.yaml", "--ranks", "2", ...more], inFolder),
      ),
    );
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const { answer, notCounted } = JSON.parse(json!.stdout);
    expect(run!.stdout.replace(/\s+/g, " ").startsWith(answer)).toBe(true);
    expect(answer).toContain(" of what is counted; not counted: ");
    expect(answer).toContain("memory split over devices (tensor_parallel_size 2)");
    expect(answer).not.toContain("context_parallel_size");
    expect(notCounted).toContainEqual({
      what: "memory split over devices",
      direction: "either",
      from: "tensor_parallel_size 2",
    });
  });
  test("an adapter that the tool holds in 16 bits is counted so", async () => {
    const config = { dtype: "bf16", model: { _component_: "torchtune.models.llama3.lora_llama3_8b" } };
    Object.assign(config.model, { lora_attn_modules: ["q_proj"], lora_rank: 2 });
    writeFileSync(join(folder, "tune.yaml"), JSON.stringify(config));
    const run = await cliHere(["memory", "tiny", "--config", "tune.yaml", "--json"], inFolder);
    const [row] = JSON.parse(run.stdout).results;
    // q 16+16, two bytes each
    expect(row).toMatchObject({
      trainableParams: 64,
      adapterBytes: 128,
      gradientBytes: 128,
      optimizerBytes: 256,
    });
  });
});
