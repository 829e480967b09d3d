import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cli, makeFolder } from "./cli.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeTinyModel(join(folder, "tiny"));
const fixtures = new URL("fixtures/training-configs/", import.meta.url);
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
      cli(["memory", "qlora.yaml", "--ranks", "2", "--json"], inFolder),
      cli(["memory", "tiny", "--ranks", "2", ...flags, ...stack, "--json"], inFolder),
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
  test("says where each value came from, and what is not modelled", async () => {
    const run = await cli(
      ["memory", "tiny", "--config", "adapter_config.json", "--optimizer", "adamw-8bit"],
      inFolder,
    );
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toMatch(/^adapter_config\.json: PEFT$/m);
    for (const line of [
      /^model +tiny +the command line$/m,
      /^ranks +4 +r 4$/m,
      /^targets +q_proj,v_proj +target_modules q_proj,v_proj$/m,
      /^base +bf16 +default$/m,
      /^optimiser +adamw-8bit +--optimizer$/m,
      /^dropout +0\.05 +lora_dropout 0\.05$/m,
      /^variant +dora +use_dora true$/m,
    ])
      expect(run.stdout).toMatch(line);
  });
  test("what is not counted stands in the first line, and in the document", async () => {
    writeFileSync(
      join(folder, "split.yaml"),
      `${axolotl}\ntensor_parallel_size: 2\ncontext_parallel_size: 1\n`,
    );
    const [run, json] = await Promise.all(
      [[], ["--json"]].map((more) =>
        cli(["memory", "tiny", "--config", "split.yaml", "--ranks", "2", ...more], inFolder),
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
    const run = await cli(["memory", "tiny", "--config", "tune.yaml", "--json"], inFolder);
    const [row] = JSON.parse(run.stdout).results;
    // q 16+16, two bytes each
    expect(row).toMatchObject({
      trainableParams: 64,
      adapterBytes: 128,
      gradientBytes: 128,
      optimizerBytes: 256,
    });
  });
  test("a config in both places, a file of no tool, a misspelt key and no model are wrong usage", async () => {
    writeFileSync(join(folder, "sweep.yaml"), "model: starter\n");
    writeFileSync(
      join(folder, "vision.yaml"),
      "model:\n  _component_: torchtune.models.llama3_2_vision.lora_llama3_2_vision_11b\n  lora_attn_modules: [q_proj]\n",
    );
    const misspelt = axolotl
      .replace("sequence_len:", "sequence_length:")
      .replace("micro_batch_size:", "micro_batch:");
    writeFileSync(join(folder, "misspelt.yaml"), misspelt);
    const runs = await Promise.all(
      [
        ["qlora.yaml", "--config", "adapter_config.json"],
        ["sweep.yaml"],
        ["--config", "vision.yaml"],
        ["tiny", "--config", "misspelt.yaml", "--gpu", "24GB"],
        [],
      ].map((args) => cli(["memory", ...args], inFolder)),
    );
    expect(runs.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    expect(runs.map(({ stdout }) => stdout).join("")).toBe("");
    const [both, none, vision, unknown, nothing] = runs.map(({ stderr }) => stderr);
    expect(both).toContain("got qlora.yaml, which is one too");
    expect(none).toContain("base_model or lora_r");
    expect(vision).toContain("vision.yaml names none that is known here");
    expect(unknown).toContain('misspelt.yaml: unknown key "sequence_length". Did you mean sequence_len?');
    expect(unknown).toContain('misspelt.yaml: unknown key "micro_batch". Did you mean micro_batch_size?');
    expect(nothing).toContain("model must be given");
  });
});
