import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { estimateRanks, estimateTraining, memoryBars, profileOf } from "@lorank/core/memory";
import { modelShapeFromConfig } from "@lorank/core/models";
import { afterAll, describe, expect, test } from "vitest";
import { cli, makeFolder } from "./cli.ts";

// Llama 3.1 8B
const config = {
  model_type: "llama",
  hidden_size: 4096,
  intermediate_size: 14_336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128_256,
  tie_word_embeddings: false,
  max_position_embeddings: 131_072,
};
const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "llama.json"), JSON.stringify(config));
const inFolder = { cwd: folder };
const shape = modelShapeFromConfig(config);
const options = {
  ...{ shape, targets: shape.linears, profile: profileOf("peft") },
  ...{ microBatch: 2, seq: 1024 },
};
const asked = { ...options, rank: 16, base: { dtype: "bf16" } as const };
const inRanks = { ...options, ranks: [16], base: "bf16" as const };
const notes = (text: string): string => text.replace(/\s+/g, " ");
const memory = (...line: string[]) => cli(["memory", "llama.json", "--micro-batch", "2", ...line], inFolder);

describe("lorank memory", () => {
  test("gives a program what the contract names, as the library computes it", async () => {
    const run = await memory("--ranks", "4,16", "--json");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const document = JSON.parse(run.stdout);
    expect(document).toMatchObject({
      model: { name: "llama.json", modelType: "llama", totalParams: 8_030_261_248, layers: 32 },
      ...{ profile: "peft", base: "bf16", targets: "all-linear", microBatch: 2, seq: 1024 },
      settings: profileOf("peft").settings,
      from: { profile: "default", microBatch: "--micro-batch", loss: "profile peft" },
    });
    expect(document.results).toHaveLength(2);
    expect(document.results[1]).toMatchObject(JSON.parse(JSON.stringify(estimateTraining(asked))));
    for (const result of document.results) {
      for (const name of ["rank", "trainableParams", "adapterBytes", "optimizerBytes", "staticBytes"])
        expect(result[name], name).toBeGreaterThan(0);
      expect(result.reservedBytes[0]).toBeLessThan(result.reservedBytes[1]);
      expect(result.deviceBytes[0]).toBeGreaterThan(result.allocatedBytes);
      expect(result.peakPhase).toBe("loss");
      const parts = Object.values<number>(result.parts).reduce((sum, bytes) => sum + bytes, 0);
      expect(parts).toBe(result.allocatedBytes);
      expect(result.cards.fits.gigabytes).toBeGreaterThanOrEqual(result.cards.mayFit.gigabytes);
    }
  });

  test("begins with the answer, which a program has too", async () => {
    const line = ["--ranks", "4,16", "--gpu", "24GB"];
    const [text, json] = await Promise.all([memory(...line), memory(...line, "--json")]);
    const { answer } = JSON.parse(json.stdout);
    expect(answer).toMatch(
      /^llama\.json, 2 × 1,024 tokens, on a 24 GB card: ranks 4 and 16 with LoRA do not fit /,
    );
    expect(notes(text.stdout).startsWith(answer)).toBe(true);
  });

  test("then come the table, the settings and how far to trust it; the rest is behind --all", async () => {
    const [run, all] = await Promise.all([memory("--ranks", "16"), memory("--ranks", "16", "--all")]);
    const places = [
      ...["rank  trainable", "setting", "The peak of rank 16", "Nearest published measurement: "],
      ...["On 18 published measurements of profile peft", "--all shows the parts of the peak"],
    ].map((text) => run.stdout.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(run.stdout).not.toMatch(/^- /m);
    expect(run.stdout).not.toContain("inputs of adapters");
    expect(run.stdout).not.toMatch(/^loss +full/m);
    expect(notes(run.stdout)).toContain("As the profile has it: variant lora, loss full, ");
    expect(all.stdout).not.toContain("As the profile has it");
    const count = all.stdout.match(/^- /gm)?.length;
    expect(notes(run.stdout)).toContain(`and ${count} assumptions.`);
    expect(all.stdout).not.toContain("--all shows");
  });

  test("tells a person the profile, where values come from, the peak's parts, largest first, and what it assumes", async () => {
    const run = await memory("--ranks", "16", "--all");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    for (const line of [
      /^profile peft, for none was named: peft ≥ /m,
      /^micro-batch +2 +--micro-batch$/m,
      /^loss +full +profile peft$/m,
      /^ +16 +41\.9 M +16\.7 GB +\d\d\.\d GB +\d\d\.\d–\d\d\.\d GB +\d\d\.\d–\d\d\.\d GB +loss$/m,
      /most\s+of\s+it\s+weights\s+of\s+the\s+model,\s+\d+\.\d\s+%/,
      /the\s+smallest\s+card\s+that\s+surely\s+holds\s+it\s+has\s+80\s+GB\s+\(A100\s+80GB,\s+H100\)/,
      /allocated bytes\s+were off by 1\.8 % in the median, .* 78 % of the estimates were below/,
      /: measured 24\.7 GB\s+reserved, this\s+model\s+says\s+24\.8 GB\s+\(\+0\.5 %\)\.$/m,
      /^- 2 sequences of 1024 tokens in one pass/m,
      /\/lorank\/checked\/memory-accuracy\.html$/m,
    ])
      expect(run.stdout).toMatch(line);
    const words = estimateRanks(inRanks).parts.map(([each]) => each);
    const lines = run.stdout.split("\n").filter((line) => words.some((word) => line.startsWith(`${word}  `)));
    const shares = lines.map((line) => Number(/([\d.]+) %$/.exec(line)?.[1]));
    expect(shares.length).toBeGreaterThan(6);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100)).toBeLessThan(1);
  });

  test("a profile without a measurement says so before the table", async () => {
    const [none, some] = await Promise.all([memory("--profile", "unsloth"), memory("--profile", "peft")]);
    const warning = "No published measurement of profile unsloth was found";
    expect(none.stdout.indexOf(warning)).toBeGreaterThan(0);
    expect(none.stdout.indexOf(warning)).toBeLessThan(none.stdout.indexOf("trainable"));
    expect(some.stdout).not.toContain("No published measurement");
  });

  test("--gpu says what fits, how far, and which flags to change; typed in, they fit", async () => {
    const line = ["--ranks", "4,16", "--gpu", "24GB"];
    const [text, json] = await Promise.all([memory(...line), memory(...line, "--json")]);
    const { gpu, results } = JSON.parse(json.stdout);
    expect(results.map((result: { fit: string }) => result.fit)).toEqual(["does not fit", "does not fit"]);
    expect(gpu).toMatchObject({ text: "24GB", bytes: 24e9, rank: 16, fit: "does not fit" });
    expect(gpu.sequence).toEqual(
      JSON.parse(JSON.stringify(estimateRanks({ ...inRanks, card: { bytes: 24e9 } }).advice?.together)),
    );
    expect(notes(text.stdout)).toContain(
      "Largest that surely fits 24GB, one of them changed at a time from rank 16 on a base in bf16: no rank",
    );
    expect(text.stdout.replace("10^9 bytes, 1 GiB 2^30", "").replace("GiB, such as 24GiB,", "")).not.toMatch(
      /\d [KMG]iB/,
    );
    expect(text.stdout).toMatch(/^Smallest card for rank 16: 80 GB \(A100 80GB, H100\) surely fits/m);
    const flags = /^In flags: (.*)$/m.exec(text.stdout)?.[1] ?? "";
    expect(flags).not.toBe("");
    const again = await memory(...line, ...flags.split(" "), "--json");
    const fitted = JSON.parse(again.stdout);
    expect(fitted.results.map((result: { fit: string }) => result.fit)).toEqual(["fits", "fits"]);
    expect(fitted.gpu).toMatchObject({ fit: "fits", changes: [], sequence: [] });
    expect(fitted.gpu.largest.microBatch).toBeGreaterThanOrEqual(2);
  });

  test("--method compare puts LoRA, QLoRA and full fine-tuning in one table", async () => {
    const line = ["--method", "compare", "--ranks", "16"];
    const [text, json] = await Promise.all([memory(...line), memory(...line, "--json")]);
    expect(text.stdout).toMatch(/^lora bf16 +16 .*\nqlora nf4-dq +16 .*\nfull bf16 +– .*$/m);
    const { results } = JSON.parse(json.stdout);
    expect(notes(text.stdout)).toContain(
      "QLoRA, as the guides of this stack have it: k-bit preparation yes, checkpointing on.",
    );
    const { rows } = estimateRanks({ ...inRanks, method: "compare" });
    expect(results.map((each: { allocatedBytes: number }) => each.allocatedBytes)).toEqual(
      rows.map(({ estimate }) => estimate.allocatedBytes),
    );
    expect(results[2]).toMatchObject({ method: "full", rank: null, adapterBytes: 0 });
    expect(results[2].staticBytes).toBe(8 * 8_030_261_248);
    const full = await memory("--method", "full", "--base", "nf4", "--gpu", "24GB");
    expect(full.stdout).toMatch(/^full bf16 +– .* does not fit$/m);
    expect(notes(full.stdout)).toContain("full fine-tuning does not fit");
    expect(notes(full.stdout)).toContain(
      "; no change of settings makes it fit; the smallest card that surely holds it has 94 GB (H100 NVL).",
    );
    expect(notes(full.stdout)).toContain(
      "one of them changed at a time from all weights in bf16: no micro-batch",
    );
    expect(full.stdout).toMatch(/^--optimizer adamw-8bit +\d/m);
  });

  test("--method qlora is the quantised base with the stack's guides, and says so", async () => {
    const line = ["--method", "qlora", "--ranks", "16"];
    const [text, json] = await Promise.all([memory(...line, "--gpu", "t4"), memory(...line, "--json")]);
    expect(text.stdout).toMatch(/^base +nf4-dq +--method qlora$/m);
    expect(notes(text.stdout)).toMatch(/As the profile has it: .*, checkpointing on, /);
    expect(notes(text.stdout)).toContain("on a T4 (16 GB): rank 16 with QLoRA and gradient checkpointing ");
    const { results, settings } = JSON.parse(json.stdout);
    expect(settings).toMatchObject({ checkpointing: "on", kbitPrepare: true });
    const qlora = {
      base: { dtype: "nf4", doubleQuant: true },
      settings: { checkpointing: "on", kbitPrepare: true },
    } as const;
    expect(results[0].allocatedBytes).toBe(estimateTraining({ ...asked, ...qlora }).allocatedBytes);
    expect(results[0].nearest).toMatchObject({
      metric: expect.any(String),
      measuredBytes: expect.any(Number),
    });
  });

  test("several models stand side by side, each as alone", async () => {
    const line = ["qwen3-8b", "--ranks", "8,16", "--gpu", "24GB", "--method", "qlora"];
    const [text, json, alone] = await Promise.all([
      memory(...line),
      memory(...line, "--json"),
      memory(...line.slice(1), "--json"),
    ]);
    const document = JSON.parse(json.stdout);
    expect(document.models.map(({ model }: { model: { name: string } }) => model.name)).toEqual([
      ...["llama.json", "Qwen/Qwen3-8B"],
    ]);
    expect(document.models[0].results).toEqual(JSON.parse(alone.stdout).results);
    expect(document.answer).toMatch(
      /^Rank 16 with QLoRA and gradient checkpointing, 2 × 1,024 tokens, on a 24 GB card: llama\.json fits \(.*\); Qwen\/Qwen3-8B (fits|may fit) \(/,
    );
    expect(notes(text.stdout).startsWith(document.answer)).toBe(true);
    expect(text.stdout).toMatch(/^model +parameters +rank +trainable +allocated +device +card$/m);
    expect(text.stdout.match(/^Qwen\/Qwen3-8B +8\.19 B +(8|16) /gm)).toHaveLength(2);
    expect(text.stdout).toMatch(/^models +llama\.json,Qwen\/Qwen3-8B +the command line$/m);
    const lengths = await cli(
      ["memory", "bert-base", "mixtral-8x7b", "--method", "qlora", "--ranks", "8"],
      inFolder,
    );
    expect(lengths.stdout).toMatch(/^length +512,1024 +the longest that the model takes; default$/m);
    expect(notes(lengths.stdout)).toMatch(
      /^Rank 8 with QLoRA and gradient checkpointing: google-bert\/bert-base-uncased, 1 × 512 tokens, needs .*; mistralai\/Mixtral-8x7B-v0\.1, 1 × 1,024 tokens, needs at least [\d.]+ GB, not counted: experts that bitsandbytes leaves in bf16 \(90\.2 GB\), adapters on the experts \(all-linear\)\. mistralai\/Mixtral-8x7B-v0\.1: Experts are held in nf4 too\./,
    );
    const targets = await cli(["memory", "bert-base", "llama.json", "--targets", "q_proj"], inFolder);
    expect(targets).toMatchObject({ code: 2, stdout: "" });
    expect(targets.stderr).toContain('google-bert/bert-base-uncased: no layer matches "q_proj"');
    writeFileSync(join(folder, "qlora.yaml"), "base_model: org/name\nlora_r: 8\n");
    const wrong = await Promise.all([
      memory("qwen3-8b", "--svg", "memory.svg"),
      memory("qwen3-8b", "--profile", "lorank"),
      memory("qlora.yaml"),
    ]);
    expect(wrong.map(({ code, stdout }) => [code, stdout])).toEqual(wrong.map(() => [2, ""]));
    expect(wrong[0]!.stderr).toContain("--svg must be left out with several models, got 2");
    expect(wrong[1]!.stderr).toContain("--profile lorank must be left out with several models, got 2");
    expect(wrong[2]!.stderr).toContain(
      "models must be models where there are several, got the training config qlora.yaml",
    );
  });

  test("takes a tuned variant by name and says so; lists a family's sizes; suggests what was meant", async () => {
    const [variant, json, family, typo] = await Promise.all([
      cli(["memory", "Llama-3.1-8B-Instruct", "--ranks", "8"], inFolder),
      cli(["memory", "Llama-3.1-8B-Instruct", "--ranks", "8", "--json"], inFolder),
      cli(["memory", "qwen3"], inFolder),
      cli(["memory", "lama-3.1-8b"], inFolder),
    ]);
    const taken =
      "Llama-3.1-8B-Instruct is taken as meta-llama/Llama-3.1-8B: tuned variants have the same shapes.";
    expect(variant.stdout.split("\n")).toContain(taken);
    expect(JSON.parse(json.stdout).model).toMatchObject({ name: "meta-llama/Llama-3.1-8B", taken });
    expect([family.code, typo.code]).toEqual([2, 2]);
    expect(family.stderr).toContain("model must be one of the sizes of qwen3: qwen3-0.6b, qwen3-1.7b");
    expect(typo.stderr).toContain("Did you mean llama-3.1-8b?");
  });

  test("--as reads a config of an unknown type as a known one, and says so", async () => {
    writeFileSync(join(folder, "new.json"), JSON.stringify({ ...config, model_type: "newt", num_loops: 4 }));
    const [without, text, json] = await Promise.all([
      cli(["memory", "new.json"], inFolder),
      cli(["memory", "new.json", "--as", "llama", "--ranks", "8"], inFolder),
      cli(["memory", "new.json", "--as", "llama", "--ranks", "8", "--json"], inFolder),
    ]);
    expect(without).toMatchObject({ code: 2, stdout: "" });
    expect(without.stderr).toMatch(/got "newt"\. .* can be read as it: --as llama/);
    expect(notes(text.stdout)).toContain(
      "The config, of type newt, is read as llama (--as): right only if its fields mean the same there. " +
        "llama has no such sizes, and they are left out: num_loops 4.",
    );
    expect(JSON.parse(json.stdout).model).toMatchObject({ modelType: "llama", totalParams: 8_030_261_248 });
  });

  test("--svg draws the same rows, with the card's line", async () => {
    const run = await memory("--ranks", "4,16", "--gpu", "24GB", "--svg", "memory.svg", "--json");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(run.stdout).svg).toBe("memory.svg");
    expect(readFileSync(join(folder, "memory.svg"), "utf8")).toBe(
      memoryBars(estimateRanks({ ...inRanks, ranks: [4, 16] }).rows, {
        title: "llama.json, profile peft",
        limit: { label: "24GB", bytes: 24e9 },
      }),
    );
    const nowhere = await memory("--svg", "no-folder/memory.svg");
    expect(nowhere).toMatchObject({ code: 2, stdout: "" });
    expect(nowhere.stderr).toContain("--svg must lie in a folder that exists, got no-folder/memory.svg");
  });

  test("says all that is wrong at once and exits with 2", async () => {
    const flags = await memory("--loss", "half", "--gpu", "big");
    expect(flags).toMatchObject({ code: 2, stdout: "" });
    expect(flags.stderr).toMatch(/--gpu must be a card[\s\S]*--loss must be full, chunked or fused/);
    const targets = await memory("--targets", "q_porj", "--ranks", "5000");
    expect(targets).toMatchObject({ code: 2, stdout: "" });
    expect(targets.stderr).toContain('no layer matches "q_porj"');
    const rank = await memory("--ranks", "2000");
    expect(rank.stderr).toContain("rank must be at most 1024");
  });
});
