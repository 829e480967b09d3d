import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { profileOf } from "@lorank/core/memory";
import { memoryNames } from "@lorank/core/memory-names";
import { afterAll, describe, expect, test } from "vitest";
import { program } from "../../../apps/cli/test/cli.ts";
import { buildPage } from "../src/build.ts";
import type { Calculation } from "../src/calculate.ts";
import { type FormValues, fields, pasted, settingFields } from "../src/fields.ts";
import { models } from "../src/models.ts";
import type { ResultHtml } from "../src/render.ts";

const html = await buildPage();
const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? "";
/** What a browser runs, in a world without a page. */
const { calculate, renderCalculation } = runInNewContext(`${script};memoryCalculator`, {}) as {
  calculate: (values: FormValues) => Calculation;
  renderCalculation: (calculation: Calculation) => ResultHtml;
};
const form: FormValues = Object.fromEntries(fields.map(({ name, value }) => [name, value]));

const folder = mkdtempSync(join(tmpdir(), "lorank-calculator-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `lorank memory --json` says of the command line that the page gives. */
function commandLine(command: string, config: unknown) {
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const run = spawnSync(process.execPath, [...program, ...command.split(" ").slice(1), "--json"], {
    ...{ cwd: folder, encoding: "utf8" },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("the page's script", () => {
  const forms: readonly (readonly [name: string, values: FormValues])[] = [
    ["as it opens", form],
    ["QLoRA for a short list of layers", { ...form, base: "nf4-dq", targets: "q_proj, v_proj", ranks: "8" }],
    [
      "everything set otherwise",
      {
        ...{ ...form, model: "Qwen/Qwen3-8B", method: "compare", microBatch: "4", seq: "2k", gpu: "40GiB" },
        ...{
          profile: "trl-2024",
          loss: "fused",
          attention: "eager",
          checkpointing: "offload",
          packing: "true",
          compile: "true",
          accumulation: "true",
        },
        ...{
          optimizer: "lion",
          adapterDtype: "bf16",
          dropout: "0.1",
          kbitPrepare: "true",
          bnbVersion: "0.42.0",
        },
      },
    ],
    ["no card", { ...form, gpu: "" }],
    [
      "QLoRA on a card by name",
      { ...form, method: "qlora", kbitPrepare: "true", checkpointing: "on", gpu: "t4" },
    ],
    [
      "experts that stay in 16 bits",
      { ...form, model: "mistralai/Mixtral-8x7B-v0.1", base: "nf4-dq", ranks: "8" },
    ],
    ["an encoder with classes", { ...form, model: "google-bert/bert-base-uncased", labels: "3", seq: "512" }],
  ];
  test.each(forms)("computes what the command line does: %s", (_, values) => {
    const { rows, advice, card, command, notCounted } = calculate(values);
    const config = models.find(({ name }) => name === values.model)?.config;
    const { results, gpu, notCounted: omissions } = commandLine(command, config);
    expect(omissions).toEqual(plain(notCounted));
    expect(results).toHaveLength(rows.length);
    for (const [index, { estimate, fit, rank }] of rows.entries()) {
      expect(results[index]).toMatchObject(plain({ ...estimate, rank, ...(fit && { fit }) }) as object);
    }
    expect(gpu?.bytes).toBe(card?.bytes);
    if (advice)
      expect(gpu).toMatchObject(plain({ changes: advice.single, sequence: advice.together }) as object);
  });

  test.each(memoryNames.profile)("takes the profile's settings as the form has them: %s", (profile) => {
    const own = settingFields(profileOf(profile).settings).map(({ name, value }) => [name, value]);
    const values = { ...form, profile, ...Object.fromEntries(own) };
    expect(renderCalculation(calculate(values)).details).toContain(`Profile ${profile}: `);
  });

  test.each([
    [
      {},
      "<strong>24GB: ranks 4, 8, 16, 32, 64 do not fit.</strong> Rank 64 needs 29.9 GB – 35.8 GB. " +
        "It fits with chunked loss and gradient checkpointing: 19.1 GB – 22.6 GB. " +
        "Smallest card for rank 64: 40 GB (A100 40GB) surely fits; 32 GB (RTX 5090) may fit.",
    ],
    [
      { model: "meta-llama/Llama-3.2-1B", ranks: "8", seq: "128", gpu: "" },
      "Smallest card for rank 8: 8 GB (RTX 3070, RTX 4060) surely fits.</p>",
    ],
    [{ gpu: "" }, "<strong>Rank 64 needs 29.9 GB – 35.8 GB.</strong> Smallest card"],
    [{ gpu: "34GB" }, "<strong>34GB: ranks 4, 8 fit; ranks 16, 32, 64 may fit.</strong>"],
    [
      { method: "compare", ranks: "8", gpu: "40GB" },
      "<strong>40GB: lora of rank 8 fits; qlora of rank 8 fits; full fine-tuning does not fit.</strong>",
    ],
    [
      { model: "mistralai/Mixtral-8x7B-v0.1", base: "nf4-dq", targets: "q_proj", ranks: "8", gpu: "80GB" },
      "<strong>80GB: rank 8 may fit; not counted: experts that bitsandbytes leaves in bf16 (90.2 GB).</strong> Rank 8 needs at least 34.3 GB.</p>",
    ],
    [
      { model: "google/gemma-3-4b-pt", ranks: "8", gpu: "" },
      "<strong>Rank 8 needs at least 19.9 GB; not counted: parts that read images or sound.</strong> </p>",
    ],
    [{ gpu: "t4" }, "T4 has no bf16 in hardware; fp16 takes as much memory (requested: "],
  ])("answers %o in sentences", (change, sentences) => {
    expect(renderCalculation(calculate({ ...form, ...change })).answer).toContain(sentences);
  });

  test("takes a pasted config, and says what is wrong with one", () => {
    const own = {
      ...form,
      model: pasted,
      config: JSON.stringify(models.find(({ name }) => name === "meta-llama/Llama-3.2-1B")?.config),
    };
    expect(calculate(own).shape.totalParams).toBe(1_235_814_400);
    for (const [values, message] of [
      [{ ...own, config: "{" }, /config\.json must be JSON/],
      [{ ...own, config: " " }, /config\.json must be pasted into its field, got nothing yet/],
      [{ ...own, config: '{"model_type":"llama"}' }, /hidden_size must be a positive integer/],
      [{ ...form, ranks: "0" }, /ranks must be a positive integer, got "0"/],
      [{ ...form, ranks: "5000" }, /rank must be at most 1024/],
      [{ ...form, microBatch: "0" }, /^micro-batch must be a positive integer, got "0"/],
      [{ ...form, gpu: "24" }, /card must be a card such as t4 or a size such as 24GB or 40GiB, got "24"/],
      [{ ...form, dropout: "2" }, /dropout must be at least 0 and below 1, got 2/],
      [{ ...form, targets: "<b>" }, /no layer matches "<b>"/],
    ] as const)
      expect(() => calculate(values)).toThrow(message);
  });

  test("escapes what somebody typed", () => {
    const values = { ...form, gpu: "24GB", targets: "q_proj", bnbVersion: "0.50<script>" };
    const { answer, details } = renderCalculation(calculate(values));
    expect(answer + details).not.toContain("<script>");
  });
});

describe("the page", () => {
  test("asks for nothing: no address in it but the name of SVG", () => {
    expect(html.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(
      /https?:|\/\/[a-z]+\.|url\(|@import/i,
    );
    expect(html).not.toMatch(/\b(?:fetch|XMLHttpRequest|WebSocket|sendBeacon|importScripts)\b/);
    expect(html).not.toMatch(/\s(?:src|href|style)=/);
  });

  test("allows its own script and style, by their hashes, and nothing else", () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toContain("unsafe");
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? "";
    for (const [kind, text] of [
      ["script-src", script],
      ["style-src", style],
    ] as const)
      expect(policy).toContain(`${kind} 'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  });

  test("has a field for every value, named as the form reads it", () => {
    for (const { name, label } of fields) {
      expect(html).toContain(`name="${name}"`);
      expect(html).toContain(`<label><span>${label}</span>`);
    }
  });
});
