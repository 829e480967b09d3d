import { expect, test } from "vitest";
import { createOutput } from "../../src/output.ts";
import { runHere } from "../run-here.ts";
import { axolotlQlora, writtenConfig } from "../training-configs.ts";

const qlora = `base_model: meta-llama/Llama-3.1-8B
${axolotlQlora}
sample_packing: true
optimizer: paged_adamw_8bit
flash_attention: true`;

/** What the command prints about an Axolotl config, without tables, each sentence in one line. */
async function printed(flags: Record<string, string> = {}): Promise<string> {
  const lines: string[] = [];
  const print = (text = "") => void lines.push(text);
  const output = { ...createOutput({ color: false }), print, say: print, table: () => {} };
  await runHere("memory", [[writtenConfig(qlora, "qlora.yaml")]], flags, output);
  return lines.join("\n");
}

test("advice on a training config is in flags and in the tool's fields", async () => {
  expect(await printed({ gpu: "24GB" })).toMatch(
    /^In flags: --loss chunked; in \S+qlora\.yaml: chunked_cross_entropy: true$/m,
  );
});

test("adapter qlora is called QLoRA, as --method qlora is, and --method lora is another name for its figures", async () => {
  expect(await printed({ gpu: "24GB" })).toMatch(/: rank 32 with QLoRA and gradient checkpointing may fit/);
  expect(await printed({ gpu: "24GB", method: "lora" })).toContain("on a base in nf4-dq may fit");
  await expect(printed({ base: "bf16" })).rejects.toThrow(
    /^--base must be .* with adapter qlora, got bf16$/m,
  );
  await expect(printed({ base: "bf16", method: "lora" })).resolves.toContain("rank 32 with LoRA and");
});

test("a profile's measurements that leave settings open are named as such, beside the nearest of them", async () => {
  const found = await printed();
  expect(found).toMatch(
    /^Nearest published measurement: .*, profile axolotl, .*: measured 9\.41 GB on the device/m,
  );
  expect(found).toMatch(
    /^Published measurements of profile axolotl leave open some settings that decide memory\./m,
  );
  expect(await printed({ profile: "trl" })).toMatch(
    /^No published measurement of profile trl was found, so no error of its estimates is known\./m,
  );
});
