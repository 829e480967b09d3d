// What lies beside the weights of an adapter: the names of its classes, and the Python that loads it.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSafetensors, readPeftAdapter } from "@lorank/checkpoint/files";
import { modelFolder as starterFolder } from "@lorank/starter";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";
import { writeTinyModel } from "./tiny-model.ts";

const words = {
  wet: ["rain", "flood", "dew"],
  cold: ["snow", "ice", "frost"],
  dry: ["dust", "desert", "drought"],
  windy: ["storm", "gust", "breeze"],
  warm: ["sun", "sand", "heat"],
} as const;
type Label = keyof typeof words;

const folder = temporaryFolder();
const inFolder = { cwd: folder };
const path = (name: string): string => join(folder, name);

interface Text {
  readonly text: string;
  readonly label: Label;
}

const validation = (labels: readonly Label[]): Text[] =>
  labels.flatMap((label) => words[label].map((word) => ({ text: `${word} again ${word}`, label })));

function writeTexts(labels: readonly Label[]): string {
  const train = labels.flatMap((label) =>
    words[label].flatMap((word) => [0, 1, 2].map((n) => `${word} ${word} day ${n},${label},train`)),
  );
  const rows = validation(labels).map(({ text, label }) => `${text},${label},validation`);
  writeFileSync(path(`${labels.length}.csv`), ["text,label,split", ...train, ...rows, ""].join("\n"));
  return `${labels.length}.csv`;
}

const two: readonly Label[] = ["wet", "cold"];
const five = Object.keys(words) as Label[];
/** The tiny BERT has a head of its own, of two classes. */
const cases = [
  { model: "starter", base: starterFolder, labels: two, command: "train --rank 2 --out starter-2" },
  {
    model: "starter",
    base: starterFolder,
    labels: five,
    command: "sweep --ranks 2 --seeds 1 --out starter-5",
  },
  { model: "bert", base: path("bert"), labels: two, command: "train --rank 2 --out bert-2" },
  { model: "bert", base: path("bert"), labels: five, command: "train --rank 2 --out bert-5" },
].map((each) => {
  const out = each.command.split(" ").at(-1)!;
  const adapter = each.command.startsWith("sweep") ? join(out, "adapters", "r2") : out;
  return { ...each, data: `${each.labels.length}.csv`, adapter, merged: `${out}-merged` };
});

beforeAll(async () => {
  writeTinyModel(path("bert"), "bert");
  for (const labels of [two, five]) writeTexts(labels);
  for (const { model, data, command, adapter, merged } of cases) {
    // A random model learns nothing in less.
    const training =
      model === "bert" ? "--epochs 30 --learning-rate 0.05" : "--epochs 2 --learning-rate 0.003";
    const args = `${command} --model ${model} --data ${data} --max-length 16 ${training}`.split(" ");
    expect(await cli(args, inFolder)).toMatchObject({ code: 0 });
    expect(await cli(["merge", model, adapter, "--out", merged], inFolder)).toMatchObject({ code: 0 });
  }
});

describe.each(cases)(
  "an adapter on $model of $labels.length classes",
  ({ base, labels, adapter, merged }) => {
    const sorted = labels.toSorted();
    const file = (name: string): string => readFileSync(path(join(adapter, name)), "utf8");

    test("has the names of its classes, in the order of its head", () => {
      expect(JSON.parse(file("id2label.json"))).toEqual({ ...sorted });
      expect(readPeftAdapter(path(adapter)).classNames).toEqual(sorted);
    });

    test("names a base that is there, and the classes, in the Python of its README", () => {
      expect(JSON.parse(file("adapter_config.json")).base_model_name_or_path).toBe(base);
      expect(existsSync(join(base, "config.json"))).toBe(true);
      const readme = file("README.md");
      expect(readme).toContain(`\nbase = ${JSON.stringify(base)}\n`);
      expect(readme).toContain(`\nlabels = ["${sorted.join('", "')}"]\n`);
      expect(readme).toContain("\n    num_labels=len(labels),\n");
      expect(readme.includes("npm install @lorank/starter")).toBe(base === starterFolder);
    });

    test("gives them to the model that it is merged into", () => {
      expect(JSON.parse(readFileSync(path(join(merged, "config.json")), "utf8"))).toMatchObject({
        num_labels: labels.length,
        id2label: { ...sorted },
        label2id: Object.fromEntries(sorted.map((label, id) => [label, id])),
      });
    });
  },
);

interface Answers {
  readonly names: readonly string[];
  readonly label2id: Readonly<Record<string, number>>;
  readonly answers: readonly string[];
  /** `[texts, classes]` */
  readonly logits: readonly (readonly number[])[];
}

interface Ran {
  readonly printed: string;
  readonly adapted: Answers;
  readonly merged: Answers;
}

const python = process.env.LORANK_PEERS_PYTHON;
if (!python) console.log("skipped: PEFT itself needs LORANK_PEERS_PYTHON, which is not set");
describe.skipIf(!python)("the Python of its README, as pasted", () => {
  let ran: readonly Ran[];
  beforeAll(() => {
    const asked = cases.map(({ labels, adapter, merged }, i) => ({
      folder: path(adapter),
      texts: validation(labels).map(({ text }) => text),
      tokens: path(`tokens-${i}.safetensors`),
      merged: path(merged),
    }));
    writeFileSync(path("cases.json"), JSON.stringify(asked));
    const script = fileURLToPath(new URL("adapter_readme.py", import.meta.url));
    const env = { ...process.env, HF_HUB_OFFLINE: "1", CUDA_VISIBLE_DEVICES: "" };
    ran = JSON.parse(execFileSync(python!, [script, path("cases.json")], { env, encoding: "utf8" })) as Ran[];
  });

  test.each(cases.map((each, i) => ({ ...each, i })))(
    "answers as lorank eval does: $adapter",
    async (each) => {
      const { i, model, data, labels, adapter } = each;
      const sorted = labels.toSorted();
      const { printed, adapted, merged } = ran[i]!;
      expect(sorted).toContain(printed.trim());
      for (const { names, label2id } of [adapted, merged]) {
        expect(names).toEqual(sorted);
        expect(label2id).toEqual(Object.fromEntries(sorted.map((label, id) => [label, id])));
      }
      expect(merged.answers).toEqual(adapted.answers);

      // By name: right or wrong, and how probable the right name was.
      const on = ["--adapter", adapter];
      const byText = [
        "--data",
        data,
        "--split",
        "validation",
        "--max-length",
        "16",
        "--out",
        `outcomes-${i}.jsonl`,
      ];
      expect(await cli(["eval", model, ...on, ...byText], inFolder)).toMatchObject({ code: 0 });
      const lines = readFileSync(path(`outcomes-${i}.jsonl`), "utf8")
        .trim()
        .split("\n");
      const outcomes = lines.map((line) => JSON.parse(line) as { correct: number; logLoss: number });
      const truths = validation(labels).map(({ label }) => label);
      expect(adapted.answers.map((name, at) => Number(name === truths[at]))).toEqual(
        outcomes.map(({ correct }) => correct),
      );
      const losses = adapted.logits.map((row, at) => crossEntropy(row, adapted.names.indexOf(truths[at]!)));
      for (const [at, { logLoss }] of outcomes.entries())
        expect(Math.abs(losses[at]! - logLoss)).toBeLessThan(1e-4);

      // By logit.
      const byToken = ["--tensors", `tokens-${i}.safetensors`, "--out", `logits-${i}.safetensors`];
      expect(await cli(["eval", model, ...on, ...byToken], inFolder)).toMatchObject({ code: 0 });
      const file = openSafetensors(path(`logits-${i}.safetensors`));
      const ours = file.readFloat32("logits");
      expect(file.tensors.get("logits")!.shape).toEqual([truths.length, labels.length]);
      const scale = Math.max(...ours.map(Math.abs));
      expect(scale).toBeGreaterThan(0.5); // what learned nothing says the same of all texts
      for (const theirs of [adapted, merged]) {
        const worst = Math.max(...theirs.logits.flat().map((logit, at) => Math.abs(logit - ours[at]!)));
        console.log(
          `${adapter}: ${truths.length} texts, logits up to ${scale.toFixed(2)} differ by at most ${worst.toExponential(1)}`,
        );
        expect(worst / scale).toBeLessThan(1e-4);
      }
    },
  );
});

/** −log softmax(logits)[truth], in nats. */
function crossEntropy(logits: readonly number[], truth: number): number {
  const largest = Math.max(...logits);
  return (
    largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) - logits[truth]!
  );
}
