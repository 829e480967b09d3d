// The PEFT recipe as it stands, where a Python has its packages.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LoraLayer } from "@lorank/checkpoint";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import type { Results } from "@lorank/evidence/results";
import { modelFolder } from "@lorank/starter";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";

const python = process.env.LORANK_PEERS_PYTHON;
if (!python) console.log("skipped: the PEFT recipe needs LORANK_PEERS_PYTHON, which is not set");

const words = { wet: ["rain", "flood", "dew"], cold: ["snow", "ice", "frost"] };
const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);

const environment = { HF_HUB_OFFLINE: "1", CUDA_VISIBLE_DEVICES: "", OMP_NUM_THREADS: "1" };
const args = ["train.py", "--no-dropout", "--model", modelFolder, "--data", "data.csv", "--max-length", "16"];
const trial = { LORANK_RANK: "2", LORANK_SEED: "1", LORANK_LEARNING_RATE: "0.003", LORANK_EPOCHS: "40" };

function texts(): string {
  const labelled = Object.entries(words).flatMap(([label, own]) => own.map((word) => ({ word, label })));
  const train = labelled.flatMap(({ word, label }) =>
    [0, 1, 2].map((day) => `${word} ${word} day ${day},${label},train`),
  );
  const validation = labelled.flatMap(({ word, label }) =>
    Array.from({ length: 20 }, (_, day) => `${word} ${word} day ${day + 3},${label},validation`),
  );
  return ["text,label,split", ...train, ...validation, ""].join("\n");
}

function trainer(out: string, more: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, ...environment, ...trial, ...more, LORANK_OUT: path(out) };
  return [python!, args, { cwd: folder, env, stdio: "pipe" }] as const;
}

/** Parameters of A and B in an adapter that a trial wrote. */
function parametersOf(out: string): number {
  return layersOf(out).reduce((sum, { loraA, loraB }) => sum + loraA.data.length + loraB.data.length, 0);
}

function layersOf(out: string): LoraLayer[] {
  return [...readPeftAdapter(path(`${out}/adapter`)).layers.values()];
}

/** Runs train.py, and prints how far the written LoRA adapter's logits are from those of the model that was trained. */
const fold = `import json, torch, train
as_lora = train.as_lora

@torch.no_grad()
def compared(model, settings):
    ids = torch.randint(2, 4000, (4, 12), generator=torch.Generator().manual_seed(3))
    logits = lambda of: of.eval()(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
    with model.disable_adapter():
        base = logits(model)
    trained = logits(model)
    folded = as_lora(model, settings)
    print(json.dumps({
        "largest": (trained - base).abs().max().item(),
        "difference": (trained - logits(folded)).abs().max().item(),
    }))
    return folded

train.as_lora = compared
train.main()
`;

describe.skipIf(!python)("the PEFT recipe", () => {
  beforeAll(async () => {
    expect(await cli(["init", "--trainer", "peft", folder])).toMatchObject({ code: 0 });
    writeFileSync(path("data.csv"), texts());
    execFileSync(...trainer("whole-none"));
  });

  test("comes to the verdict of this engine on the same task", async () => {
    const settings = "--ranks 2,8 --seeds 2 --learning-rate 0.003 --epochs 10 --margin 0.05 --quiet";
    const sweep = readFileSync(path("sweep.yaml"), "utf8")
      .replaceAll("[python, ", `[${python}, `)
      .replace("train.py,", "train.py, --no-dropout,")
      .replaceAll("sentence-transformers/all-MiniLM-L6-v2", `${modelFolder}, --max-length, 16`);
    writeFileSync(path("own.yaml"), sweep);
    const judged = async (what: string, out: string) => {
      const line = `sweep ${what} --out ${out} ${settings}`;
      const { code, stderr } = await cli(line.split(" "), { cwd: folder, env: environment });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const { decision } = JSON.parse(readFileSync(path(join(out, "results.json")), "utf8")) as Results;
      for (const { rank, accuracy } of decision.ranks) expect(accuracy, `rank ${rank}`).toBeGreaterThan(0.9);
      return { verdict: decision.verdict, rank: decision.rank };
    };
    const engine = await judged("--model starter --data data.csv --max-length 16", "engine");
    expect(engine.rank).toBe(2);
    expect(await judged("own.yaml", "by-peft")).toEqual(engine);
  });

  describe.each(["none", "adalora", "eva"])("with the chooser %s", (chooser) => {
    const own = { LORANK_CHOOSER: chooser };
    const whole = `whole-${chooser}`;
    beforeAll(() => {
      if (chooser !== "none") execFileSync(...trainer(whole, own));
    });

    test("evaluates its adapter as it did after training", () => {
      const again = path(`again-${chooser}`);
      const evaluate = [
        "evaluate.py",
        ...args.slice(2),
        "--adapter",
        path(`${whole}/adapter`),
        "--out",
        again,
      ];
      execFileSync(python!, evaluate, {
        cwd: folder,
        env: { ...process.env, ...environment },
        stdio: "pipe",
      });
      expect(readFileSync(join(again, "outcomes.csv"), "utf8")).toBe(
        readFileSync(path(`${whole}/outcomes.csv`), "utf8"),
      );
    });

    test("stops on SIGTERM, goes on from resume/ and ends with the same bytes", async () => {
      const [stopped, resumed] = [path(`stopped-${chooser}`), path(`resumed-${chooser}`)];
      const lossLines = () =>
        existsSync(join(stopped, "losses.jsonl"))
          ? readFileSync(join(stopped, "losses.jsonl"), "utf8").split("\n").length
          : 0;
      const child = spawn(...trainer(`stopped-${chooser}`, own));
      const end = new Promise((resolve) => child.once("close", resolve));
      await expect.poll(lossLines, { interval: 5 }).toBeGreaterThan(20);
      child.kill("SIGTERM");
      expect(await end).toBe(143);
      expect(existsSync(join(stopped, "outcomes.csv"))).toBe(false);
      cpSync(join(stopped, "resume"), join(resumed, "resume"), { recursive: true });
      execFileSync(...trainer(`resumed-${chooser}`, own));
      for (const name of ["losses.jsonl", "outcomes.csv", "adapter/adapter_model.safetensors"])
        expect(readFileSync(join(resumed, name)).equals(readFileSync(path(`${whole}/${name}`))), name).toBe(
          true,
        );
    });

    test("ends with the parameters of the rank on all layers, at one scale", () => {
      const layers = layersOf(whole);
      for (const { alpha, loraA } of layers) expect(alpha / loraA.shape[0]).toBe(32 / 2);
      const share = parametersOf(whole) / parametersOf("whole-none");
      expect(share).toBeGreaterThan(0.97);
      expect(share).toBeLessThan(1.03);
      const ranks = new Set(layers.map(({ loraA }) => loraA.shape[0]));
      expect(ranks.size > 1, `ranks ${[...ranks].join(", ")}`).toBe(chooser !== "none");
    });
  });

  test("writes AdaLoRA's result as a LoRA adapter that gives the logits of the trained model", () => {
    writeFileSync(path("fold.py"), fold);
    const [program, given, options] = trainer("fold", { LORANK_CHOOSER: "adalora", LORANK_EPOCHS: "10" });
    const printed = execFileSync(program, ["fold.py", ...given.slice(1)], { ...options, encoding: "utf8" });
    const { largest, difference } = JSON.parse(printed.trimEnd().split("\n").at(-1)!) as Record<
      string,
      number
    >;
    expect(largest).toBeGreaterThan(0.01);
    expect(difference! / largest!).toBeLessThan(1e-5);
  });

  test("gives layers the ranks and alphas of PEFT's patterns", () => {
    const pattern = (value: number): string => JSON.stringify({ "layers.0.*": value });
    const more = { LORANK_RANK_PATTERN: pattern(1), LORANK_ALPHA_PATTERN: pattern(4), LORANK_EPOCHS: "1" };
    execFileSync(...trainer("pattern", more));
    const { layers } = readPeftAdapter(path("pattern/adapter"));
    for (const [name, { loraA, alpha }] of layers) {
      const own = name.includes("layers.0.");
      expect({ name, rank: loraA.shape[0], alpha }).toEqual({ name, rank: own ? 1 : 2, alpha: own ? 4 : 32 });
    }
  });

  test("trains each placement with the parameters that init tells", async () => {
    const told = await cli([
      "init",
      "--trainer",
      "peft",
      "--arms",
      "placement",
      "--model",
      modelFolder,
      path("arms"),
    ]);
    expect(told).toMatchObject({ code: 0 });
    for (const name of ["attention", "mlp"]) {
      const [, rank, parameters] = new RegExp(`${name} 5e-4: rank (\\d+), ([\\d,]+)`).exec(told.stdout)!;
      const more = { LORANK_TARGETS: name, LORANK_RANK: rank!, LORANK_EPOCHS: "1" };
      execFileSync(...trainer(name, more));
      expect(parametersOf(name), name).toBe(Number(parameters!.replaceAll(",", "")));
    }
  });

  test("ends with 3 where a loss is not finite, and says at which step", () => {
    const [program, given, options] = trainer("diverged", { LORANK_LEARNING_RATE: "1e30" });
    expect(() => execFileSync(program, given, options)).toThrow(expect.objectContaining({ status: 3 }));
    const last = readFileSync(path("diverged/losses.jsonl"), "utf8").trimEnd().split("\n").at(-1)!;
    expect(JSON.parse(last)).toMatchObject({ loss: null });
  });
});
