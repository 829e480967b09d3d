import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelConfig, modelWeights } from "@lorank/checkpoint";
import { modelAt, readPeftAdapter, writePeftAdapter } from "@lorank/checkpoint/files";
import { afterAll, describe, expect, test } from "vitest";
import { cli, makeFolder } from "./cli.ts";
import { smallAdapter } from "./small-adapter.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = { cwd: folder };
writeTinyModel(join(folder, "tiny"));
const classNames = ["warm", "cold", "wet"];
writePeftAdapter(join(folder, "r3"), smallAdapter({ classNames }));
writePeftAdapter(join(folder, "nameless"), smallAdapter());
const elsewhere = new Map(
  [...smallAdapter().layers].map(([path, layer]) => [path.replace("layers.0", "layers.7"), layer]),
);
writePeftAdapter(join(folder, "foreign"), smallAdapter({ layers: elsewhere }));
const dora = new Map(
  [...smallAdapter().layers].map(([path, layer]) => [
    path,
    { ...layer, magnitude: new Float32Array(layer.loraB.shape[0]).fill(2) },
  ]),
);
writePeftAdapter(join(folder, "dora"), smallAdapter({ dora: true, layers: dora, heads: new Map() }));

describe("truncate", () => {
  test("writes the lower rank with its head and says what is lost", async () => {
    const run = await cli(["truncate", "r3", "--rank", "1", "-o", "r1", "--json"], inFolder);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
    const { relativeError, kinds, layers } = JSON.parse(run.stdout);
    expect(relativeError).toBeGreaterThan(0);
    expect(kinds.map(({ kind }: { kind: string }) => kind)).toEqual(["self_attn.q_proj", "self_attn.v_proj"]);
    const { error, norm } = layers[0];
    expect(kinds[0].relativeError).toBeCloseTo(error / norm, 12);
    const lower = readPeftAdapter(join(folder, "r1"));
    expect(lower).toMatchObject({ rank: 1, alpha: 1, classNames });
    expect([...lower.heads.keys()]).toEqual(["score.weight"]);
  });

  test.each([
    [["r3", "--rank", "4", "-o", "new"], "rank must be at most the adapter's own, 3, got 4"],
    [["r3", "--rank", "two", "-o", "new"], '--rank must be a positive integer, got "two"'],
    [["r3", "--rank", "1", "-o", "r3", "--force"], "output folder must not hold what is read, got r3"],
    [["r3", "--rank", "1", "-o", "tiny"], "output folder must be new or empty, got tiny"],
    [["tiny", "--rank", "1", "-o", "new"], "adapter must be a folder with an adapter_config.json"],
    [["r3", "-o", "new"], "required option '--rank <n>' not specified"],
  ])("%j: %s", async (args, message) => {
    const run = await cli(["truncate", ...args], inFolder);
    expect(run.stderr).toContain(message);
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 2, stdout: "" });
    expect(existsSync(join(folder, "new"))).toBe(false);
  });
});

describe("export", () => {
  test("writes the portable form and says that the head is left out, unless it is kept", async () => {
    const run = await cli(["export", "r3", "-o", "portable"], inFolder);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("the trained head score.weight");
    expect(run.stdout).not.toContain("--max-lora-rank");
    expect(readPeftAdapter(join(folder, "portable"))).toMatchObject({ rank: 3, alpha: 3, heads: new Map() });
    const kept = await cli(["export", "r3", "-o", "portable", "--keep-head", "--force"], inFolder);
    expect(kept.stdout).not.toContain("Left out");
    expect(readPeftAdapter(join(folder, "portable"))).toMatchObject({ classNames });
    expect(readPeftAdapter(join(folder, "portable")).heads.size).toBe(1);
  });

  test("says as which rank vLLM serves the adapter of a language model", async () => {
    writePeftAdapter(join(folder, "text"), smallAdapter({ taskType: "CAUSAL_LM", heads: new Map() }));
    const run = await cli(["export", "text", "-o", "served"], inFolder);
    expect(run.stdout.replaceAll("\n", " ")).toContain("rank 3 needs 8, 896 B for each of --max-loras");
  });

  test("writes llama.cpp's format, without the head only when asked to", async () => {
    const args = ["export", "r3", "--format", "gguf", "-o", "r3.gguf"];
    const refused = await cli(args, inFolder);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("--drop-head leaves them out");
    expect(existsSync(join(folder, "r3.gguf"))).toBe(false);
    const run = await cli([...args, "--drop-head", "--dtype", "fp16", "--base", "tiny", "--json"], inFolder);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).toContain("left out: the trained head score.weight");
    const bytes = readFileSync(join(folder, "r3.gguf"));
    expect(bytes.toString("latin1")).toMatch(/^GGUF.*blk\.0\.attn_q\.weight\.lora_a/s);
    expect(JSON.parse(run.stdout)).toMatchObject({
      architecture: "llama",
      alpha: 6,
      layers: 2,
      dtype: "F16",
      foldedLayers: [],
      bytes: bytes.length,
    });
    const again = await cli([...args, "--drop-head"], inFolder);
    expect(again.stderr).toBe(
      "error: --out must be a new file, got r3.gguf, which is there\n--force replaces it.\n",
    );
  });

  test.each([
    [[], "required option '-o, --out <path>' not specified"],
    [["-o", "no", "--format", "gguf"], "--out must end in .gguf with --format gguf, got no"],
    [
      ["-o", "no", "--dtype", "fp16", "--base", "tiny"],
      "--base must be left out without --format gguf\n--dtype must",
    ],
  ])("%j: %s", async (args, message) => {
    const run = await cli(["export", "r3", ...args], inFolder);
    expect(run.stderr).toContain(message);
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("sends DoRA to merge", async () => {
    const run = await cli(["export", "dora", "-o", "no"], inFolder);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toBe(
      "error: a portable adapter must be without DoRA, got one with magnitudes\nMerge it into its base instead.\n",
    );
  });
});

describe("merge", () => {
  test("writes a model with the update, the head and the tokenizer in it", async () => {
    const run = await cli(["merge", "tiny", "r3", "-o", "merged", "--dtype", "bf16"], inFolder);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
    expect(run.stdout).toMatch(/^The merged model is in merged: .* in 1 file, 2 of \d+ tensors changed\.$/m);
    expect(readdirSync(join(folder, "merged")).toSorted()).toEqual(
      readdirSync(join(folder, "tiny")).toSorted(),
    );
    const { config } = modelConfig(modelAt(join(folder, "merged")));
    expect(config).toMatchObject({
      num_labels: 3,
      id2label: { 0: "warm", 1: "cold", 2: "wet" },
      label2id: { warm: 0, cold: 1, wet: 2 },
    });
    expect(run.stdout).toContain("Its classes are warm, cold, wet.\n");
    const [before, after] = ["tiny", "merged"].map((name) => modelWeights(modelAt(join(folder, name))));
    expect(after!.tensors.get("score.weight")).toMatchObject({ dtype: "BF16", shape: [3, 16] });
    const name = "model.layers.0.self_attn.q_proj.weight";
    const { loraA, loraB } = smallAdapter().layers.get("model.layers.0.self_attn.q_proj")!;
    const update = [0, 1, 2].reduce((sum, k) => sum + loraB.data[k]! * loraA.data[k * 16]!, 0);
    const expected = before!.readFloat32(name)[0]! + 2 * update;
    expect(Math.abs(after!.readFloat32(name)[0]! / expected - 1)).toBeLessThan(2 ** -8);
    before!.close();
    after!.close();
    expect(readFileSync(join(folder, "merged/tokenizer.json"))).toEqual(
      readFileSync(join(folder, "tiny/tokenizer.json")),
    );
  });

  test("merges into what 4 bits leave", async () => {
    const args = ["merge", "tiny", "r3", "--into", "dequantized"];
    const run = await cli([...args, "--quantize", "nf4", "-o", "merged-4bit", "--json"], inFolder);
    expect(run.code, run.stderr).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ into: "dequantized", merged: 2 });
    const refused = await cli([...args, "-o", "no"], inFolder);
    expect(refused.stderr).toContain("quantize must name the 4 bits that the adapter was trained on");
    expect({ code: refused.code, there: existsSync(join(folder, "no")) }).toEqual({ code: 2, there: false });
  });

  test("says what the base of an adapter was trained in, where nobody chose what to merge into", async () => {
    const base = { kind: "pretrained", quantization: { format: "nf4", blockSize: 64 } };
    const spec = { specVersion: 1, lora: {}, optimizer: {}, task: {}, base };
    writePeftAdapter(join(folder, "in-4bit"), smallAdapter({ classNames }));
    writeFileSync(join(folder, "in-4bit", "trial.json"), JSON.stringify({ spec }));
    const merged = (out: string, ...flags: string[]) =>
      cli(["merge", "tiny", "in-4bit", "-o", out, ...flags], inFolder);
    const [plain, chosen] = await Promise.all([merged("plain"), merged("chosen", "--into", "original")]);
    expect(plain).toMatchObject({
      code: 0,
      stderr:
        "The adapter was trained on nf4: --into dequantized merges it into those weights. lorank eval scores both.\n",
    });
    expect(chosen).toMatchObject({ code: 0, stderr: "" });
  });

  test("says that the adapter has no names for the classes", async () => {
    const run = await cli(["merge", "tiny", "nameless", "-o", "merged-nameless"], inFolder);
    expect(run.code).toBe(0);
    expect(run.stderr).toBe(
      "warning: the adapter does not name its classes: id2label in merged-nameless/config.json is the base's, " +
        "or LABEL_0 and so on\n",
    );
  });

  test("refuses an adapter of another model with everything that does not fit", async () => {
    const run = await cli(["merge", "tiny", "foreign", "-o", "no"], inFolder);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toBe(
      "error: the adapter must fit the base, got 2 mismatches:\n" +
        'layer "model.layers.7.self_attn.q_proj" must be in the base, which has no such weight\n' +
        'layer "model.layers.7.self_attn.v_proj" must be in the base, which has no such weight\n',
    );
    expect(existsSync(join(folder, "no"))).toBe(false);
  });

  test("names the types that there are", async () => {
    const run = await cli(["merge", "tiny", "r3", "-o", "no", "--dtype", "int8"], inFolder);
    expect(run.stderr).toBe('error: --dtype must be fp32, fp16 or bf16, got "int8"\n');
  });
});
