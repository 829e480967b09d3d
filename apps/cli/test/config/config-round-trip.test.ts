import type { EngineSpec } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { exampleSpec, exampleSha256 as sha256 } from "../../../../packages/evidence/test/fixtures/spec.ts";
import { snippetFor } from "../../src/commands/config/config.ts";
import { recipeOfSpec } from "../../src/commands/config/find-recipe.ts";
import { toolNames } from "../../src/tools/tools.ts";
import type { Recipe } from "../../src/tools/writing.ts";
import { writings } from "../../src/tools/writings.ts";
import { readText, toolPaths } from "../training-configs.ts";

/** Tools whose config is the YAML that is read. */
const yamlTools = toolNames.filter((name) => writings.get(name)?.python === undefined);

const attention = ["k_proj", "o_proj", "q_proj", "v_proj"];
const llama = ["down_proj", "gate_proj", ...attention.slice(0, 2), "q_proj", "up_proj", "v_proj"];

function spec(lora: Partial<EngineSpec["lora"]> = {}, rest: Partial<EngineSpec> = {}): EngineSpec {
  return {
    specVersion: 1,
    base: { kind: "pretrained", name: "meta-llama/Llama-3.2-1B-Instruct", sha256 },
    data: { name: "tickets", sha256, trainExamples: 800, validationExamples: 200 },
    task: { kind: "causal-lm" },
    seed: 1,
    ...rest,
    lora: { rank: 16, alpha: 24, scalingRule: "lora", dropout: 0.05, targetModules: llama, ...lora },
    optimizer: {
      ...exampleSpec.optimizer,
      ...{ learningRate: 3e-7, weightDecay: 0.01, schedule: "cosine", warmupRatio: 0.06, epochs: 2 },
      microBatchSize: 2,
      ...rest.optimizer,
    },
  };
}

test("what was found on the starter alone is commented out, for each tool", () => {
  const onStarter = { base: { kind: "pretrained", name: "starter", sha256 } } as const;
  const other = recipe();
  for (const tool of toolNames) {
    const lines = text(tool, recipe({}, onStarter)).split("\n");
    const rates = lines.filter((line) => /3(\.0)?e-7/.test(line));
    expect(rates.map((line) => /^ *# /.test(line))).toEqual([true]);
    expect(lines.filter((line) => /epochs[:=]/.test(line)).every((line) => /^ *# /.test(line))).toBe(true);
    expect(lines.filter((line) => /starter"?,?$/.test(line)).every((line) => /^ *# /.test(line))).toBe(true);
    expect(lines.some((line) => line.startsWith("# The base was the starter, a model of 2.4 million"))).toBe(
      true,
    );
    expect(text(tool, other)).not.toMatch(/^ *# [\w ]*(learning_rate|lr|epochs)[:=]/m);
  }
});

test("a GGUF file, which trainers do not train, is commented out for each tool; the rate stands", () => {
  for (const name of ["smol.gguf", "org/model:smol.GGUF"]) {
    const onFile = { base: { kind: "pretrained", name, sha256 } } as const;
    for (const tool of toolNames) {
      const lines = text(tool, recipe({}, onFile)).split("\n");
      const named = lines.filter((line) => line.includes(name));
      expect(named.length).toBeGreaterThan(0);
      expect(named.every((line) => /^ *# /.test(line))).toBe(true);
      expect(lines.some((line) => /^[^#]*3(\.0)?e-7/.test(line))).toBe(true);
    }
  }
});

test("comments are no longer than 100 characters, and each line of them is one", () => {
  const remarks = ["many words ".repeat(30).trim()];
  const lines = text("axolotl", { ...recipe(), remarks }).split("\n");
  const comments = lines.filter((line) => line.startsWith("# many") || line.startsWith("# words"));
  expect(comments.length).toBeGreaterThan(3);
  expect(Math.max(...comments.map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(comments.map((line) => line.slice(2)).join(" ")).toBe(remarks[0]);
});

const recipe = (...of: Parameters<typeof spec>): Recipe => recipeOfSpec(spec(...of), { steps: 200 });
const text = (tool: Parameters<typeof snippetFor>[0], of: Recipe): string =>
  snippetFor(tool, of, "Rank 16.").text;

function pathsOf(value: object, above = ""): string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? pathsOf(inner, `${above}${key}.`)
      : `${above}${key}`,
  );
}

/** The arguments of one call of the snippet, as the JSON that PEFT would keep of them. */
function argumentsOf(callee: string, snippet: string): Record<string, unknown> {
  const body = new RegExp(`${callee.replace(".", "\\.")}\\(\\n([^)]*)\\n\\)`).exec(snippet)?.[1] ?? "";
  const lines = body.split("\n").filter((line) => line.includes("="));
  const json = lines.map((line) =>
    line.replace(/^ +(\w+)=(.*),$/, '"$1":$2').replace(/:(True|False)$/, (_, on) => `:${on.toLowerCase()}`),
  );
  return JSON.parse(`{${json.join(",")}}`) as Record<string, unknown>;
}

describe("what is written is read back by the reader of the tool's configs", () => {
  const cases = [
    { targetModules: llama },
    { targetModules: attention, rank: 4, alpha: 4, dora: true },
    { targetModules: ["q_proj", "v_proj"], rank: 256, alpha: 32, dropout: 0 },
  ] as const;
  test.each(yamlTools.flatMap((tool) => cases.map((lora) => [tool, lora] as const)))(
    "%s, %o",
    (tool, lora) => {
      const snippet = text(tool, recipe(lora));
      const config = readText(snippet);
      const { rank = 16, alpha = 24, dropout = 0.05 } = lora as Partial<EngineSpec["lora"]>;
      expect(config).toMatchObject({
        tool,
        method: "lora",
        rank,
        microBatch: 2,
        settings: { dropout, optimizer: "adamw" },
      });
      expect([config.targets].flat().sort()).toEqual([...lora.targetModules].sort());
      expect(config.model?.replace("Meta-", "")).toBe("meta-llama/Llama-3.2-1B-Instruct");
      const content = parse(snippet) as Record<string, Record<string, unknown>>;
      expect((tool === "torchtune" ? content.model! : content).lora_alpha).toBe(alpha);
    },
  );
  test.each(cases)("peft, %o", (lora) => {
    const config = argumentsOf("LoraConfig", text("peft", recipe(lora)));
    const { rank = 16, alpha = 24 } = lora as Partial<EngineSpec["lora"]>;
    expect(config.lora_alpha).toBe(alpha);
    const read = readText(JSON.stringify({ peft_type: "LORA", ...config }), "adapter_config.json");
    expect(read).toMatchObject({ tool: "peft", rank, targets: lora.targetModules });
    expect(Object.keys(config).filter((key) => !toolPaths("peft").includes(key))).toEqual([]);
  });
  test.each(["axolotl", "llama-factory"] as const)("%s, a base in 4 bits", (tool) => {
    for (const doubleQuant of [true, undefined] as const) {
      const quantization = { format: "nf4", blockSize: 64, ...(doubleQuant && { doubleQuant }) } as const;
      const base = { kind: "pretrained", name: "org/m", sha256, quantization } as const;
      expect(readText(text(tool, recipe({}, { base }))).base).toBe(doubleQuant ? "nf4-dq" : "nf4");
    }
  });
});

test.each(yamlTools)("%s knows every key that is written", (tool) => {
  const optimizer = { ...spec().optimizer, loraPlusRatio: 16 };
  const paths = pathsOf(parse(text(tool, recipe({ dora: true, scalingRule: "rslora" }, { optimizer }))));
  const known = toolPaths(tool);
  // Keys below it are listed nowhere, for nothing is read there.
  expect(paths.filter((path) => !known.includes(path) && !path.startsWith("lr_scheduler."))).toEqual([]);
  expect(paths.length).toBeGreaterThan(15);
});

test("a rate with an exponent is a number to PyYAML too, which wants a point", () => {
  expect(text("axolotl", recipe())).toContain("learning_rate: 3.0e-7\n");
  expect(parse(text("axolotl", recipe()))).toMatchObject({
    learning_rate: 3e-7,
    gradient_accumulation_steps: 4,
  });
});

test("what a tool cannot say stands in a comment", () => {
  const optimizer = { ...spec().optimizer, loraPlusRatio: 16, schedule: "linear" } as const;
  const torchtune = text(
    "torchtune",
    recipe({ scalingRule: "rslora", targetModules: ["q_proj", "up_proj"] }, { optimizer }),
  );
  // 24 / √16 = 96 / 16
  expect(parse(torchtune)).toMatchObject({ model: { lora_alpha: 96, apply_lora_to_mlp: false } });
  expect(torchtune).toMatch(/# torchtune has no rsLoRA: .* 24 \/ √16/);
  expect(torchtune).toContain("# torchtune cannot adapt up_proj alone");
  expect(torchtune).toContain(
    "# torchtune has no linear schedule with warm-up; the sweep had one, with a share of 0.06 of its 200\n# steps",
  );
  expect(torchtune).toMatch(/# torchtune \S+ has no key for LoRA\+'s ratio; it was 16\./);
  expect(text("peft", recipe({}, { optimizer }))).toContain("# LoRA+: create_loraplus_optimizer");
  expect(text("axolotl", recipe({ alpha: 2.5 }))).toMatch(/lora_alpha; it was 2\.5\.[\s\S]*lora_alpha: 3\n/);
  const task = { kind: "classification", labels: ["a", "b"] } as const;
  for (const tool of toolNames)
    expect(text(tool, recipe({}, { task })).includes("classification head")).toBe(tool !== "peft");
});

test("ranks and alphas by layer keep their order; where a tool has no key for them, they stand in a comment", () => {
  const first = String.raw`layers\.0\..*`;
  const rankPattern = [
    { pattern: "q_proj", rank: 4 },
    { pattern: first, rank: 2 },
  ];
  const own = recipe({ rankPattern, alphaPattern: [{ pattern: "(q|v)_proj", alpha: 6 }] });
  const ranks = String.raw`{"q_proj": 4, "layers\\.0\\..*": 2}`;
  for (const tool of ["peft", "trl", "unsloth"] as const) {
    expect(text(tool, own)).toContain(`\n    rank_pattern=${ranks},\n    alpha_pattern={"(q|v)_proj": 6},\n`);
  }
  expect(text("axolotl", own)).toContain(`\nlora_rank_pattern: ${ranks}\n`);
  expect(parse(text("axolotl", own))).toMatchObject({
    lora_rank_pattern: { q_proj: 4, [first]: 2 },
    lora_alpha_pattern: { "(q|v)_proj": 6 },
  });
  for (const tool of ["torchtune", "llama-factory"] as const) {
    expect(text(tool, own)).toMatch(/^# .* has no key for PEFT's rank_pattern; it was \{"q_proj": 4, /m);
    expect(parse(text(tool, own))).toEqual(parse(text(tool, recipe())));
  }
});

test("no layers are written for torchtune where it has none of them", () => {
  for (const targetModules of [["c_attn"], ["down_proj", "gate_proj", "up_proj"]]) {
    const written = text("torchtune", recipe({ targetModules }));
    expect(written).toContain("# torchtune wants lora_attn_modules, one at least");
    expect(Object.keys((parse(written) as { model: object }).model).join()).not.toMatch(/apply_lora|attn/);
  }
});

test("of another trainer's sweep only what is known is written", () => {
  const known = recipeOfSpec({
    ...{ specVersion: 1, trainer: { command: ["python"], files: [] }, seed: 1 },
    ...{ lora: { rank: 8, alpha: 16 }, optimizer: { learningRate: 0.001 } },
  });
  for (const tool of toolNames) {
    const written = text(tool, known);
    expect(written).toContain("# The sweep's own trainer decided what does not stand here");
    expect(written).not.toMatch(/undefined|NaN|dropout[:=]|batch_size/);
    expect(written).toContain("0.001");
  }
  expect(parse(text("axolotl", known))).toEqual({
    lora_r: 8,
    lora_alpha: 16,
    adapter: "lora",
    learning_rate: 0.001,
  });
});

test("Unsloth's model gets the same adapter as PEFT's", () => {
  const { task_type: _, ...lora } = argumentsOf("LoraConfig", text("peft", recipe({ dora: true })));
  expect(argumentsOf("FastLanguageModel.get_peft_model", text("unsloth", recipe({ dora: true })))).toEqual(
    lora,
  );
});

test("a name from elsewhere stays a name", () => {
  const name = 'a"\nimport os\u2028\u001b[31m';
  for (const tool of toolNames) {
    const written = text(tool, recipe({}, { base: { kind: "pretrained", name, sha256 } }));
    expect(written).not.toMatch(/^import os/m);
    expect(/[\p{Cc}\u2028]/u.test(written.replaceAll("\n", ""))).toBe(false);
    if (writings.get(tool)!.lora.model && tool !== "torchtune")
      expect(JSON.stringify(parse(written))).toContain("import os");
  }
});
