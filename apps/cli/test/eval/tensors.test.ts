import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSafetensors } from "@lorank/checkpoint/files";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { cliHere } from "../here.ts";

// Written by transformers and PEFT: packages/train/test/fixtures/README.md.
const families = fileURLToPath(
  new URL("../../../../packages/train/test/fixtures/families/", import.meta.url),
);
const folder = temporaryFolder();

const model = (name: string): string => join(families, name);
const adapter = (name: string): string => join(families, name, "adapter");
/** The fixture's own file serves as input: other tensors than the three are passed over. */
const tensors = (name: string): string => join(families, name, "expected.safetensors");

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - b[i]!)), 0);
}

describe.each(["llama-patterns", "roberta", "gpt2-dora"])("lorank eval --tensors on %s", (name) => {
  test("writes logits, loss and gradients under PEFT's keys", async () => {
    const out = join(folder, `${name}.safetensors`);
    const args = [
      "--adapter",
      adapter(name),
      "--tensors",
      tensors(name),
      "--out",
      out,
      "--gradients",
      "--json",
    ];
    const run = await cliHere(["eval", model(name), ...args], { cwd: folder });
    expect(run.stderr).toBe("");
    expect(run.code).toBe(0);
    const [actual, wanted] = [openSafetensors(out), openSafetensors(tensors(name))];
    const loss = wanted.readFloat32("loss")[0]!;
    expect(JSON.parse(run.stdout)).toMatchObject({ examples: 3 });
    expect((JSON.parse(run.stdout) as { loss: number }).loss).toBeCloseTo(loss, 5);
    expect(actual.readFloat32("loss")[0]).toBeCloseTo(loss, 5);
    expect(actual.tensors.get("logits")!.shape).toEqual(wanted.tensors.get("logits")!.shape);
    const keys = [...wanted.tensors.keys()].flatMap((key) =>
      key.startsWith("gradient.") ? [key.slice("gradient.".length)] : [],
    );
    expect([...actual.tensors.keys()].sort()).toEqual(["logits", "loss", ...keys].sort());
    for (const key of keys) {
      const gradient = wanted.readFloat32(`gradient.${key}`);
      const scale = gradient.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      expect(largestDifference(actual.readFloat32(key), gradient) / scale, key).toBeLessThan(1e-4);
    }
  });
});

test.each([
  ["roberta", "3 texts"],
  ["llama-patterns", "18 tokens"],
])("the accuracy on %s is of %s", async (name, of) => {
  const args = [
    "--tensors",
    tensors(name),
    "--adapter",
    adapter(name),
    "--out",
    join(folder, "shown.safetensors"),
  ];
  const { stdout } = await cliHere(["eval", model(name), ...args], { cwd: folder });
  expect(stdout).toMatch(new RegExp(`^accuracy {2}[\\d.]+ % of ${of}$`, "m"));
});

test("a base alone gives other logits than with its adapter", async () => {
  const out = join(folder, "base.safetensors");
  const args = ["--model", model("qwen3"), "--tensors", tensors("qwen3"), "--out", out];
  const run = await cliHere(["eval", ...args], { cwd: folder });
  expect(run.code).toBe(0);
  const difference = largestDifference(
    openSafetensors(out).readFloat32("logits"),
    openSafetensors(tensors("qwen3")).readFloat32("logits"),
  );
  expect(difference).toBeGreaterThan(0.01);
});
