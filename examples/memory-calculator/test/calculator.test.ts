import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { matchCatalogueModel, profileOf } from "@lorank/core/memory";
import { memoryNames } from "@lorank/core/memory-names";
import { afterAll, describe, expect, test } from "vitest";
import { program } from "../../../apps/cli/test/cli.ts";
import { buildPage } from "../src/build.ts";
import type { calculate as Calculate, Calculation, TimeCode } from "../src/calculate.ts";
import {
  type FormValues,
  fields,
  openingValues as form,
  pasted,
  settingFields,
  settingsOf,
} from "../src/fields.ts";
import type { Problems } from "../src/read-form.ts";
import type { ResultHtml } from "../src/render.ts";

const html = await buildPage();
const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? "";
/** What a browser runs, in a world without a page. */
const {
  calculate: calculateWith,
  time,
  renderCalculation,
  problemWords,
} = runInNewContext(`${script};memoryCalculator`, {}) as {
  calculate: typeof Calculate;
  time: TimeCode;
  renderCalculation: (calculation: Calculation) => ResultHtml;
  problemWords: (problems: Problems) => string;
};

const calculate = (values: FormValues) => calculateWith(values, time);

function calculated(values: FormValues): Calculation {
  const found = calculate(values);
  if ("problems" in found) throw new Error(JSON.stringify(found.problems));
  return found;
}

function problemsIn(values: FormValues): Problems {
  const found = calculate(values);
  return "problems" in found ? { ...found.problems } : {};
}

const configOf = (name: string) => matchCatalogueModel(name)!.model.config;

const folder = mkdtempSync(join(tmpdir(), "lorank-calculator-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `lorank memory --json` says of the command line that the page gives. */
function commandLine(command: string) {
  const run = spawnSync(process.execPath, [...program, ...command.split(" ").slice(1), "--json"], {
    ...{ cwd: folder, encoding: "utf8" },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

/** What the command prints, with one space for any. */
function printedBy(command: string): string {
  const run = spawnSync(process.execPath, [...program, ...command.split(" ").slice(1)], {
    ...{ cwd: folder, encoding: "utf8" },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout.replaceAll(/\s+/g, " ");
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("the page's script", () => {
  const lora = { ...form, method: "lora", base: "bf16", kbitPrepare: "false", checkpointing: "off" };
  const forms: readonly (readonly [name: string, values: FormValues])[] = [
    ["as it opens", form],
    ["LoRA that does not fit, with what would make it fit", lora],
    [
      "a base in 4 bits for a short list of layers",
      { ...lora, base: "nf4-dq", targets: "q_proj, v_proj", ranks: "8" },
    ],
    [
      "everything set otherwise",
      {
        ...{ ...lora, model: "Qwen/Qwen3-8B", method: "compare", microBatch: "4", seq: "2k", gpu: "40GiB" },
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
          loraKernels: "on",
          fusedNorms: "true",
          dropout: "0.1",
          kbitPrepare: "true",
          bnbVersion: "0.42.0",
        },
      },
    ],
    ["all three side by side", { ...lora, method: "compare", ranks: "8,16" }],
    ["no card", { ...form, gpu: "" }],
    ["a card by name", { ...form, gpu: "t4" }],
    ["several cards by size", { ...lora, gpu: "24 GB", count: "2", strategy: "fsdp" }],
    ["several cards by name", { ...lora, gpu: "RTX 4090", count: "4", strategy: "zero3", ranks: "8" }],
    ["several cards in one field", { ...lora, gpu: "2x80GB", method: "full" }],
    ["a tuned model by its name", { ...form, model: "Llama-3.2-1B-Instruct", ranks: "8" }],
    [
      "experts that stay in 16 bits",
      { ...lora, model: "mistralai/Mixtral-8x7B-v0.1", base: "nf4-dq", ranks: "8" },
    ],
    ["an encoder with classes", { ...lora, model: "google-bert/bert-base-uncased", labels: "3", seq: "512" }],
  ];
  test.each(forms)("says what the command line says, by the same numbers: %s", (_, values) => {
    const { sentence, rows, advice, card, command, notCounted, largestRank } = calculated(values);
    const { answer, results, gpu, notCounted: omissions } = commandLine(command);
    expect(sentence).toBe(answer);
    expect(omissions).toEqual(plain(notCounted));
    expect(results).toHaveLength(rows.length);
    for (const [index, { estimate, fit, rank }] of rows.entries()) {
      expect(results[index]).toMatchObject(plain({ ...estimate, rank, ...(fit && { fit }) }) as object);
    }
    expect(gpu?.bytes).toBe(card?.bytes);
    if (advice) {
      const changes = largestRank.fit === "fits" ? [] : advice.single;
      expect(gpu).toMatchObject(plain({ changes, sequence: advice.together }) as object);
    }
  });

  const timed = { ...form, gpu: "RTX 4090", examples: "10000" };
  test.each<readonly [string, FormValues, RegExp]>([
    [
      "on a card by name",
      { ...timed, epochs: "2.5" },
      /take about [\d.]+ at rank 4 to [\d.]+ hours at rank 64/,
    ],
    ["at a price", { ...timed, price: "0.4", ranks: "8" }, /hours, at a cost of [\d.]+–[\d.]+\)\.$/],
    ["on two cards", { ...timed, price: "0.4", count: "2" }, /, at a cost of /],
    [
      "of three methods",
      { ...lora, gpu: "RTX 4090", method: "compare", examples: "9" },
      /hours are not known: it does not fit\.$/,
    ],
    ["on a card without a name", { ...timed, gpu: "24GB" }, /hours are not known: no card is named; /],
    [
      "on a card that nobody measured",
      { ...timed, gpu: "t4" },
      /hours are not known: no published step time /,
    ],
  ])("says hours and cost as the command line does: %s", (_, values, words) => {
    const { time: own, command, sentence } = calculated(values);
    expect(own?.sentence).toMatch(words);
    const printed = printedBy(command);
    expect(printed).toContain(`${sentence} ${own?.sentence} `);
    for (const [hours, cost] of own?.cells ?? []) expect(printed).toContain(`${hours} ${cost}`.trim());
  });

  test("says nothing of hours unless data is typed, and shows them where it is", () => {
    const { answer, details } = renderCalculation(calculated(form));
    expect(calculated(form).time).toBeUndefined();
    expect(answer + details).not.toContain("hours");
    const shown = renderCalculation(calculated({ ...timed, price: "0.4" }));
    expect(shown.answer).toMatch(/<\/strong> <span class="hours">meta-llama\/Llama-3\.1-8B: 10\.2 M tokens /);
    expect(shown.details).toContain('<th scope="col">hours (likely)</th><th scope="col">cost (likely)</th>');
    expect(shown.details).toContain(
      "Each example counts 1,024 tokens: padded, or packed to the full length.",
    );
  });

  test("opens on a model that fits its card at every rank", () => {
    const { rows, card, advice } = calculated(form);
    expect(card?.text).toBe("24GB");
    expect(rows.map(({ fit }) => fit)).toEqual(rows.map(() => "fits"));
    expect(advice?.together).toEqual([]);
  });

  test("its command is short where the profile's settings are kept, and has what is not its own", () => {
    const command = (change: FormValues) => calculated({ ...form, ...change }).command;
    expect(command({})).toBe(
      "lorank memory meta-llama/Llama-3.1-8B --method qlora --ranks 4,8,16,32,64 --gpu 24GB --micro-batch 1 " +
        "--seq 1024 --targets all-linear --base nf4-dq --profile peft",
    );
    expect(
      command({ kbitPrepare: "false", loss: "chunked", gpu: "A100 80GB", count: "8", strategy: "zero2" }),
    ).toMatch(/ --gpu 8xa100-80gb --strategy zero2 .* --profile peft --loss chunked --no-kbit-prepare$/);
  });

  test.each(memoryNames.profile)("takes the profile's settings as the form has them: %s", (profile) => {
    const own = settingFields(profileOf(profile).settings).map(({ name, value }) => [name, value]);
    const values = { ...form, profile, ...Object.fromEntries(own) };
    expect(renderCalculation(calculated(values)).details).toContain(`Profile ${profile}: `);
  });

  test("an adapter of TRL is in bf16 on a quantised base, and in fp32 where the form says so", () => {
    const base = { ...form, profile: "trl", base: "nf4-dq", method: "lora" };
    const dtype = (adapterDtype: string) => calculated({ ...base, adapterDtype }).command;
    expect(settingsOf("trl", "lora", "nf4-dq").adapterDtype).toBe("bf16");
    expect(dtype("bf16")).not.toContain("--adapter-dtype");
    expect(dtype("fp32")).toContain("--adapter-dtype fp32");
  });

  test("says below the sentence what the command does: limits, cards, what is assumed, and the smallest card", () => {
    const said = (change: FormValues) => renderCalculation(calculated({ ...form, ...change })).details;
    expect(said({ gpu: "t4" })).toContain(
      "<p>T4 has no bf16 in hardware; fp16 takes as much memory (requested: ",
    );
    expect(said({ gpu: "8GB" })).toContain("<p>Smallest card for rank 64: 20 GB (RTX A4500) surely fits, ");
    expect(said({ count: "2", strategy: "ddp" })).toContain("<p>All figures are of one of 2 cards, ");
    expect(said({})).not.toContain("Smallest card");
  });

  const own = {
    ...{ ...form, model: pasted },
    config: JSON.stringify(configOf("meta-llama/Llama-3.2-1B")),
  };
  test("takes a pasted config", () => {
    const { shape, command } = calculated(own);
    expect(shape.totalParams).toBe(1_235_814_400);
    expect(command).toMatch(/^lorank memory config\.json --method qlora /);
  });

  test.each([
    [{ ...own, config: "{" }, { config: /^config\.json must be JSON: / }],
    [{ ...own, config: " " }, { config: /^config\.json must be pasted into its field, got nothing yet/ }],
    [{ ...own, config: '{"model_type":"llama"}' }, { config: /hidden_size must be a positive integer/ }],
    [
      { model: "qwen4-8b" },
      { model: /^model must be one of the list, got "qwen4-8b"\. Did you mean qwen3-8b\?$/ },
    ],
    [
      { model: "" },
      { model: /^model must be one of the list, got nothing\. Another model's config\.json can / },
    ],
    [{ ranks: "0" }, { ranks: /^ranks must be a positive integer, got "0"$/ }],
    [{ ranks: " , " }, { ranks: /^ranks must be a list such as 8,16, got none$/ }],
    [{ ranks: "5000" }, { ranks: /^rank must be at most 1024/ }],
    [{ microBatch: "0" }, { microBatch: /^micro-batch must be a positive integer, got "0"$/ }],
    [{ seq: "1.5k" }, { seq: /^length must be a positive integer, got "1\.5k"$/ }],
    [{ gpu: "24" }, { gpu: /^card must be a name such as T4 or a size such as 24GB, got "24"$/ }],
    [{ gpu: "", count: "2" }, { gpu: /, got nothing$/ }],
    [{ gpu: "2x24GB", count: "2" }, { gpu: /, got "2x24GB"$/ }],
    [{ count: "two" }, { count: /^number of cards must be a positive integer, got "two"$/ }],
    [{ count: "100000" }, { count: /^number of cards must be at most 99999, got 100000$/ }],
    [{ base: "bf16" }, { base: /^base must be int8, gptq, nf4 or nf4-dq with QLoRA, got bf16$/ }],
    [
      { base: "int8", count: "2", strategy: "fsdp" },
      { strategy: /^strategy must be ddp, zero1 or zero2 on / },
    ],
    [{ dropout: "2" }, { dropout: /^dropout must be at least 0 and below 1, got 2$/ }],
    [{ dropout: "" }, { dropout: /^dropout must be a number, got ""$/ }],
    [{ bnbVersion: "new" }, { bnbVersion: /^bitsandbytes must be a version such as 0\.50\.0, got "new"$/ }],
    [{ targets: "<b>" }, { targets: /^no layer matches "<b>"\. This model has: q_proj, / }],
    [{ examples: "few" }, { examples: /^examples must be a positive integer, got "few"$/ }],
    [{ price: "2" }, { examples: /^examples must be there with epochs and price, got none$/ }],
    [{ examples: "9", epochs: "0" }, { epochs: /^epochs must be a positive number, got "0"$/ }],
    [{ examples: "9", price: "2 €" }, { price: /^price must be a positive number, got "2 €"$/ }],
    [
      { model: "openai-community/gpt2", seq: "2k" },
      { seq: "Length must be at most 1024, the positions that this gpt2 has learned, got 2048" },
    ],
    [{ labels: "-1" }, { labels: /^classes must be a positive integer, got "-1"$/ }],
  ] as const)("says of a wrong field what it must be: %j", (change, problems) => {
    const found = problemsIn({ ...form, ...change });
    expect(Object.keys(found)).toEqual(Object.keys(problems));
    for (const [field, rule] of Object.entries(problems)) expect(found[field]).toMatch(rule);
  });

  test("names all wrong fields at once, by their labels in the form's order", () => {
    const found = problemsIn({ ...form, seq: "x", ranks: "", dropout: "5", gpu: "big" });
    expect(Object.keys(found).sort()).toEqual(["dropout", "gpu", "ranks", "seq"]);
    expect(problemWords(found)).toBe(
      "Ranks, Card, Length and Adapter dropout are wrong. The answer before: ",
    );
    expect(problemWords({ seq: "length must be …" })).toBe("Length is wrong. The answer before: ");
    expect(problemWords({})).toBe("");
  });

  const typed = Object.keys(form).filter((field) => field !== "method"); // chosen from a list
  test.each(typed)("refuses markup in a field, or escapes it: %s", (field) => {
    const found = calculate({ ...form, gpu: "24GB", [field]: `${form[field as keyof typeof form]}<script>` });
    const { answer, details } = "problems" in found ? { answer: "", details: "" } : renderCalculation(found);
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
      expect(html).toContain(`<label for="${name}-field">${label}</label>`);
      expect(html).toMatch(
        new RegExp(`id="${name}-field" name="${name}" aria-describedby="(?:${name}-hint )?${name}-wrong"`),
      );
    }
  });
});
