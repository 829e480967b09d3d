import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { PeftAdapter } from "@lorank/checkpoint";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../src/plan/events.ts";
import type { Attempt } from "../../src/store/store.ts";
import {
  adapterFacts,
  evaluateByCommand,
  outcomesIn,
  peakIn,
  runCommandTrial,
  statusOf,
} from "../../src/trainers/command-trial.ts";
import {
  type CommandExample,
  commandAdapter,
  commandExample,
  writesOutcomes,
} from "../helpers/command-example.ts";
import { temporaryFolder } from "../helpers/example.ts";

const events: ProgressEvent[] = [];

function run({ store, place, spec, claim }: CommandExample, attempt: Attempt = claim()) {
  events.length = 0;
  return runCommandTrial(store, place, spec, attempt, (event) => events.push(event));
}

describe("a trial of a command", () => {
  test("has the outcomes, losses and peak that were written, and what was told is in the environment", async () => {
    const example = commandExample({
      train: `
        test "$1" = "$LORANK_OUT" || exit 9
        env | grep -E '^LORANK_(RANK|ALPHA|SCALING|SEED|LEARNING_RATE|EPOCHS|OUT|TRIAL_ID|ADAPTER|SPLIT|MAX_STEPS)=' | sort > "$1/told.txt"
        printf '{"step":1,"loss":2,"steps":2}\\n{"step":2,"loss":1,"steps":2}\\n' > "$1/losses.jsonl"
        echo '{"peakBytes":4096}' > "$1/memory.json"
        ${writesOutcomes}`,
    });
    const attempt = example.claim();
    const result = await run(example, attempt);
    expect(result).toEqual({
      spec: example.spec,
      status: "completed",
      steps: 2,
      lossCurve: [
        { step: 1, loss: 2 },
        { step: 2, loss: 1 },
      ],
      evaluation: { accuracy: 2 / 3, correct: [1, 1, 0], logLoss: 1, logLosses: [0.25, 0.5, 2.25] },
      measured: {
        seconds: { total: expect.any(Number) },
        peakResidentBytes: 4096,
        provenance: expect.objectContaining({ runtime: "sh" }),
      },
    });
    expect(events).toEqual([{ kind: "step", step: 2, loss: 1, steps: 2 }]);
    const told = readFileSync(join(attempt.folder, "told.txt"), "utf8").trim().split("\n");
    expect(told).toEqual([
      "LORANK_ALPHA=16",
      "LORANK_LEARNING_RATE=0.5",
      `LORANK_OUT=${attempt.folder}`,
      "LORANK_RANK=4",
      "LORANK_SEED=7",
      `LORANK_TRIAL_ID=${attempt.trialId}`,
    ]);
  });

  test("needs outcomes alone", async () => {
    const { measured, ...result } = await run(commandExample({ train: writesOutcomes }));
    expect(result).toMatchObject({ status: "completed", lossCurve: [] });
    for (const key of ["steps", "loraParams", "trainableParams", "adapterBytes", "divergedAtStep"])
      expect(result).not.toHaveProperty(key);
    expect(measured).not.toHaveProperty("peakResidentBytes");
  });

  test("diverged or ran out of memory by its exit code, and half an adapter is not looked at", async () => {
    const train = `
      mkdir "$1/adapter" && echo '{"r"' > "$1/adapter/adapter_config.json"
      echo x > "$1/adapter/adapter_model.safetensors"
      printf '{"step":1,"loss":2}\\n{"step":2,"loss":NaN}\\n' > "$1/losses.jsonl"`;
    expect(await run(commandExample({ train: `${train}\nexit 3` }))).toMatchObject({
      status: "diverged",
      divergedAtStep: 2,
      steps: 1,
    });
    const outOfMemory = await run(commandExample({ train: `${train}\nexit 4` }));
    expect(outOfMemory.status).toBe("out-of-memory");
    expect(outOfMemory).not.toHaveProperty("divergedAtStep");
    expect(outOfMemory).not.toHaveProperty("evaluation");
  });

  test("that fails is no result, and the next attempt goes on from its checkpoints", async () => {
    const example = commandExample({
      train: `
        if test -e "$1/resume/state"; then cp "$1/resume/state" "$1/went-on"; ${writesOutcomes}; exit; fi
        mkdir "$1/resume"; echo 50 > "$1/resume/state"; exit 1`,
    });
    await expect(run(example)).rejects.toThrow("the command exited with code 1");
    const second = example.claim();
    expect(await run(example, second)).toMatchObject({ status: "completed" });
    expect(readFileSync(join(second.folder, "went-on"), "utf8")).toBe("50\n");
  });

  test.each([
    ["exit 0", "E_OUTCOMES", "outcomes.csv (or .jsonl) must be there when the command ends with 0"],
    ['mkdir "$1/outcomes.csv"', "E_OUTCOMES", "outcomes.csv (or .jsonl) must be there"],
    [
      `${writesOutcomes}; echo "e1,1,1" >> "$1/outcomes.csv"`,
      "E_OUTCOMES",
      'line 5: rank 4, seed 7, example "e1"',
    ],
    [`${writesOutcomes}; echo "e4,1,NaN" >> "$1/outcomes.csv"`, "E_OUTCOMES", "line 5: logLoss must be"],
    [
      `${writesOutcomes}; echo '{"step":1}' > "$1/losses.jsonl"`,
      "E_LOSSES",
      "losses.jsonl, line 1: loss must be",
    ],
    [
      `${writesOutcomes}; echo null > "$1/memory.json"`,
      "E_MEMORY",
      "peakBytes must be a positive integer, got nothing",
    ],
    ["sleep 60", "E_TIMEOUT", "trainer.command must end within its timeout of 1 s"],
  ])(
    "what is wrong in %s is wrong input, which another attempt would not help",
    async (train, code, words) => {
      await expect(run(commandExample({ train, timeoutSeconds: 1 }))).rejects.toMatchObject({
        code,
        message: expect.stringContaining(words),
      });
    },
  );

  test("an attempt that goes on from another's checkpoints has the whole curve", async () => {
    const example = commandExample({
      train: `if [ -e "$1/resume/at" ]; then ${writesOutcomes}
        echo '{"step":2,"loss":2}' > "$1/losses.jsonl"; exit 0; fi
      mkdir "$1/resume"; echo 1 > "$1/resume/at"; echo '{"step":1,"loss":3}' > "$1/losses.jsonl"; exit 1`,
    });
    await expect(run(example)).rejects.toThrow("exited with code 1");
    const { lossCurve, steps } = await run(example);
    expect({ lossCurve, steps }).toEqual({
      lossCurve: [
        { step: 1, loss: 3 },
        { step: 2, loss: 2 },
      ],
      steps: 2,
    });
  });

  test("a script that has changed since is not run", async () => {
    const example = commandExample({ train: writesOutcomes });
    const attempt = example.claim();
    writeFileSync(join(example.folder, "train.sh"), `echo > "$1/ran"`);
    await expect(run(example, attempt)).rejects.toMatchObject({ code: "E_TRAINER_FILE" });
    expect(existsSync(join(attempt.folder, "ran"))).toBe(false);
  });
});

test("outcomes may be .csv or .jsonl", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "outcomes.jsonl"), "");
  expect(outcomesIn(folder)).toBe(join(folder, "outcomes.jsonl"));
});

describe("statusOf", () => {
  const trainer = (exitCodes = {}) => ({ command: ["x"], files: [], exitCodes });
  const end = (code: number | null, signal: NodeJS.Signals | null = null) => ({ code, signal, seconds: 1 });

  test("0 is completed, and only a code that was named means anything else", () => {
    expect(statusOf(end(0), trainer())).toBe("completed");
    expect(statusOf(end(3), trainer({ diverged: 3 }))).toBe("diverged");
    expect(statusOf(end(3), trainer({ outOfMemory: 3 }))).toBe("out-of-memory");
    expect(() => statusOf(end(3), trainer())).toThrow("the command exited with code 3");
    expect(() => statusOf(end(null, "SIGKILL"), trainer())).toThrow("the command was killed by SIGKILL");
  });
});

describe("peakIn", () => {
  test.each(["0", "1.5", '"1GB"', "-1", "1e300"])("refuses a peak of %s bytes", (bytes) => {
    const file = join(temporaryFolder(), "memory.json");
    writeFileSync(file, `{"peakBytes":${bytes}}`);
    expect(() => peakIn(file)).toThrow(
      expect.objectContaining({
        code: "E_MEMORY",
        message: `${file}: peakBytes must be a positive integer, got ${JSON.stringify(JSON.parse(bytes))}`,
      }),
    );
  });

  test("a file that is no JSON is named", () => {
    const file = join(temporaryFolder(), "memory.json");
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, "{");
    expect(() => peakIn(file)).toThrow(`${file} must be JSON`);
    expect(peakIn(join(file, "..", "none"))).toEqual({});
  });
});

describe("evaluateByCommand", () => {
  /** Evaluates adapters of these ranks of a trial of rank 4. */
  function evaluate(script: string | undefined, ranks: number[], test?: string) {
    const example = commandExample({ train: "", ...(script === undefined ? {} : { evaluate: script }) });
    const { store, place, spec } = example;
    return {
      ...example,
      evaluations: evaluateByCommand(store, place, spec, ranks.map(commandAdapter), test),
    };
  }

  test("each adapter is evaluated on its own, and leaves nothing", async () => {
    const { store, folder, trialId, evaluations } = evaluate(
      `grep -o '"r": *[0-9]*' "$1/adapter_config.json" >> told.txt
       echo "$LORANK_RANK $LORANK_SEED $LORANK_SPLIT $LORANK_TRIAL_ID" >> told.txt
       test "$LORANK_ADAPTER" = "$1" || exit 9
       ${writesOutcomes}`,
      [1, 2],
    );
    const expected = { accuracy: 2 / 3, correct: [1, 1, 0], logLoss: 1, logLosses: [0.25, 0.5, 2.25] };
    expect(await evaluations).toEqual([expected, expected]);
    expect(readFileSync(join(folder, "told.txt"), "utf8").replaceAll(" ", "")).toBe(
      `"r":1\n17validation${trialId}\n"r":2\n27validation${trialId}\n`,
    );
    expect(readdirSync(store.path("attempts"))).toEqual([]);
    expect(existsSync(store.path("examples.json"))).toBe(true);
  });

  test("test examples are others, which are not those of the trials", async () => {
    const script = `test "$LORANK_SPLIT" = test && echo 'example,correct
t1,1' > "$LORANK_OUT/outcomes.csv"`;
    const { store, evaluations } = evaluate(script, [4], "f".repeat(64));
    expect(await evaluations).toEqual([{ accuracy: 1, correct: [1] }]);
    expect(existsSync(store.path("examples.json"))).toBe(false);
  });

  test("a code that means a result of training is a failure here", async () => {
    const { store, evaluations } = evaluate("exit 3", [4]);
    await expect(evaluations).rejects.toThrow("the command exited with code 3");
    expect(readdirSync(store.path("attempts"))).toEqual([]);
  });

  test("a trainer without such a command is refused", async () => {
    await expect(evaluate(undefined, [4]).evaluations).rejects.toThrow(
      "trainer.evaluate must be given to evaluate an adapter, got none",
    );
  });

  test("what a killed process left of its evaluation is removed, that of one which runs is not", async () => {
    const { store, place, spec } = commandExample({ train: "", evaluate: writesOutcomes });
    for (const [name, pid] of [
      [".evaluate-old", 2 ** 22 + 1],
      [".evaluate-now", process.pid],
    ] as const) {
      mkdirSync(store.path("attempts", name));
      const left = { pid: 2 ** 22 + 1, host: hostname(), watchedBy: { host: hostname(), pid } };
      writeFileSync(store.path("attempts", name, "process.json"), JSON.stringify(left));
    }
    await evaluateByCommand(store, place, spec, [commandAdapter(4)]);
    expect(readdirSync(store.path("attempts"))).toEqual([".evaluate-now"]);
  });
});

describe("adapterFacts", () => {
  function folderOf(adapter: PeftAdapter): string {
    const folder = join(temporaryFolder(), "adapter");
    writePeftAdapter(folder, adapter);
    return folder;
  }

  test("counts the numbers of the matrices, and those of a head besides", () => {
    // A [4, 12] and B [8, 4]
    expect(adapterFacts(folderOf(commandAdapter(4)), 4)).toMatchObject({
      loraParams: 4 * (12 + 8),
      trainableParams: 4 * (12 + 8),
    });
    const heads = new Map([["classifier.weight", { shape: [3, 8], data: new Float32Array(24) }]]);
    const facts = adapterFacts(folderOf({ ...commandAdapter(4), heads }), 4);
    expect(facts).toMatchObject({ loraParams: 80, trainableParams: 104 });
    expect(facts.adapterBytes).toBeGreaterThan(4 * 104);
  });

  test("knows nothing where no adapter was kept, or only a part of one", () => {
    const folder = temporaryFolder();
    expect(adapterFacts(join(folder, "none"), 4)).toEqual({});
    writeFileSync(join(folder, "adapter_config.json"), "{}");
    expect(adapterFacts(folder, 4)).toEqual({});
  });

  test("of a pickle, which is never read, the size alone is known", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "adapter_config.json"), '{"r":4}');
    writeFileSync(join(folder, "adapter_model.bin"), "12345");
    expect(adapterFacts(folder, 4)).toEqual({ adapterBytes: 5 });
  });

  test.each([
    ['{"r":8}', "8"],
    ['{"r":"4"}', '"4"'],
    ["{}", "nothing"],
    ["null", "nothing"],
  ])("refuses an adapter of another rank than the trial's: %s", (config, got) => {
    const folder = folderOf(commandAdapter(4));
    const file = join(folder, "adapter_config.json");
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, config);
    expect(() => adapterFacts(folder, 4)).toThrow(
      expect.objectContaining({
        code: "E_ADAPTER",
        message: `${file}: r must be 4, the trial's rank, got ${got}`,
      }),
    );
  });

  test("refuses weights that are no safetensors", () => {
    const folder = folderOf(commandAdapter(4));
    writeFileSync(join(folder, "adapter_model.safetensors"), "x");
    expect(() => adapterFacts(folder, 4)).toThrow("adapter_model.safetensors");
  });
});
