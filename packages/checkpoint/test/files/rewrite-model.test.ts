import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatDecimalBytes, InputError } from "@lorank/core";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { modelAt } from "../../src/files/model-folder.ts";
import { rewriteModel } from "../../src/files.ts";
import { modelConfig, modelWeights } from "../../src/model/model.ts";
import { caught } from "../helpers/caught.ts";
import { fixture } from "../helpers/fixture.ts";

const base = fixture("merge/llama-patterns/base");
const gguf = fixture("gguf/families/llama.gguf");
const replaced = "model.layers.0.self_attn.q_proj.weight";
const bytes = Uint8Array.of(7, 8, 9);
const two = new Map([
  [`${replaced}.codes`, { dtype: "U8" as const, shape: [3], bytes }],
  [`${replaced}.scale`, { dtype: "F32" as const, shape: [], bytes: new Uint8Array(4) }],
]);
const replace = (name: string) => (name === replaced ? two : undefined);

describe("rewriteModel", () => {
  test("puts several tensors in the place of one, in its shard, and leaves the others' bytes", () => {
    const out = join(temporaryFolder(), "out");
    const summary = rewriteModel({ base, out, replace });
    const [before, after] = [modelWeights(modelAt(base)), modelWeights(modelAt(out))];
    expect(after.readBytes(`${replaced}.codes`)).toEqual(bytes);
    expect(after.tensors.has(replaced)).toBe(false);
    for (const name of before.tensors.keys()) {
      if (name !== replaced) expect(after.readBytes(name), name).toEqual(before.readBytes(name));
    }
    expect(after.tensors.size).toBe(before.tensors.size + 1);
    expect(summary).toMatchObject({ tensors: after.tensors.size, tokenizerProblem: null });
    const total = [...after.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(summary.bytes).toBe(total);
    before.close();
    after.close();
    const index = "model.safetensors.index.json";
    const [mapBefore, mapAfter] = [base, out].map(
      (folder) => JSON.parse(readFileSync(join(folder, index), "utf8")).weight_map,
    );
    expect(mapAfter[`${replaced}.scale`]).toBe(mapBefore[replaced]);
    expect(readdirSync(out).toSorted()).toEqual(["config.json", ...summary.files, index]); // and nothing that waited
  });

  test("adds members to the config, and copies what stands beside the weights", () => {
    const folder = temporaryFolder();
    cpSync(base, join(folder, "base"), { recursive: true });
    writeFileSync(join(folder, "base/tokenizer.json"), "{}");
    const out = join(folder, "out");
    rewriteModel({ base: join(folder, "base"), out, replace, config: { added: { x: 1 } } });
    const { config } = modelConfig(modelAt(out));
    expect(config).toEqual({ ...modelConfig(modelAt(base)).config, added: { x: 1 } });
    expect(readFileSync(join(out, "tokenizer.json"), "utf8")).toBe("{}");
  });

  test("writes what is left in another type where one is chosen", () => {
    const out = join(temporaryFolder(), "out");
    rewriteModel({ base, out, replace, dtype: "F16" });
    const [before, after] = [modelWeights(modelAt(base)), modelWeights(modelAt(out))];
    const norm = "model.norm.weight";
    expect(after.tensors.get(norm)!.dtype).toBe("F16");
    const exact = before.readFloat32(norm);
    const halves = after.readFloat32(norm);
    expect(halves.every((half, i) => Math.abs(half - exact[i]!) <= 2 ** -11 * Math.abs(exact[i]!))).toBe(
      true,
    );
    expect(modelConfig(modelAt(out)).config).toMatchObject({ dtype: "float16" });
    before.close();
    after.close();
  });

  test("a GGUF becomes a folder under Hugging Face names, bfloat16 where nothing else is said", () => {
    const out = join(temporaryFolder(), "out");
    const { files } = rewriteModel({ base: gguf, out, replace });
    expect(files).toEqual(["model.safetensors"]);
    const [before, after] = [modelWeights(modelAt(gguf)), modelWeights(modelAt(out))];
    expect(after.tensors.has(`${replaced}.codes`)).toBe(true);
    const name = "model.layers.0.self_attn.k_proj.weight"; // which the converter has permuted
    expect(after.tensors.get(name)!.dtype).toBe("BF16");
    const [exact, rounded] = [before.readFloat32(name), after.readFloat32(name)];
    expect(rounded.every((value, i) => Math.abs(value - exact[i]!) <= 2 ** -8 * Math.abs(exact[i]!))).toBe(
      true,
    );
    expect(modelConfig(modelAt(out)).config).toMatchObject({ model_type: "llama", torch_dtype: "bfloat16" });
    before.close();
    after.close();
  });

  test("leaves nothing when a replacement fails, and does not touch what is there", () => {
    const folder = temporaryFolder();
    const fail = (name: string) => {
      if (name === replaced) throw new InputError("E_TEST", "no");
      return undefined;
    };
    expect(caught(() => rewriteModel({ base, out: join(folder, "out"), replace: fail })).code).toBe("E_TEST");
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, "notes.txt"), "mine");
    expect(caught(() => rewriteModel({ base, out: folder, replace, force: true })).code).toBe("E_OUT");
    expect(existsSync(join(folder, "notes.txt"))).toBe(true);
  });

  test("asks for room on the disk before it reads a tensor: for what is left, what is replaced, and that again while it waits", () => {
    const source = modelWeights(modelAt(base));
    const sizes = [...source.tensors].map(([name, { byteLength }]) => [name, byteLength] as const);
    source.close();
    const left = sizes.reduce((sum, [name, bytes]) => sum + (name === replaced ? 0 : bytes), 0);
    const asked: string[] = [];
    const refused = caught(() =>
      rewriteModel({
        base,
        out: join(temporaryFolder(), "out"),
        replace: (name) => void asked.push(name),
        replacedBytes: (name) => (name === replaced ? 1e18 : undefined),
      }),
    );
    expect(refused).toMatchObject({
      code: "E_OUT",
      message: expect.stringContaining(`on a disk with ${formatDecimalBytes(2e18 + left)} free`),
    });
    expect(asked).toEqual([]);
  });

  test("asks for each tensor once, and says which", () => {
    const out = join(temporaryFolder(), "out");
    const [asked, shown]: [string[], string[]] = [[], []];
    rewriteModel({
      base,
      out,
      replace: (name) => {
        asked.push(name);
        return undefined;
      },
      onTensor: ({ done, total, name }) => shown.push(`${done} of ${total} ${name}`),
    });
    const source = modelWeights(modelAt(base));
    expect(asked.toSorted()).toEqual([...source.tensors.keys()].toSorted());
    expect(shown).toEqual(asked.map((name, done) => `${done} of ${source.tensors.size} ${name}`));
    source.close();
  });
});
