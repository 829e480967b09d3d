// A finished sweep is copied, one thing in it is damaged, and the sweep is run again.
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isInputError } from "@lorank/core";
import type { Results, TrialResult } from "@lorank/evidence/results";
import { beforeAll, expect, test } from "vitest";
import { isNightly } from "../../../scripts/nightly.ts";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { publishedAdapters, sweepStatus } from "../src/folder.ts";
import type { SweepEvent, SweepOutcome } from "../src/index.ts";
import { asUser, changes, damages, edited, snapshot } from "./helpers/damages.ts";
import {
  comparable,
  type ExampleSweep,
  examplePlan,
  exampleTest,
  runExample,
  workplace,
} from "./helpers/example.ts";
import { inProcess } from "./helpers/in-process-executor.ts";

const root = temporaryFolder();
chmodSync(root, 0o755);

const plan = examplePlan({
  test: exampleTest,
  metric: "log-loss",
  margin: 99,
  method: "probe",
  ranks: [1, 2],
  seeds: [0, 1],
});
let place: ExampleSweep;
let trials: readonly TrialResult[];
let decision: Results["decision"];
let whole: Map<string, string>;
beforeAll(async () => {
  place = { ...workplace(root), executor: inProcess, maxAttempts: 1 };
  ({ trials, decision } = (await run(place.out)).results!);
  writeFileSync(join(place.out, "report.html"), "<p>a report</p>\n");
  whole = snapshot(place.out);
});

async function run(out: string, onEvent: (event: SweepEvent) => void = () => {}): Promise<SweepOutcome> {
  return runExample(plan, { ...place, out, onEvent });
}

type Damage = keyof typeof damages | readonly [words: string, damage: (path: string) => void];

/** What a run makes of a damage; any other text is what it refuses with, and then the folder stays as it was. */
const outcomes = {
  /** The folder has its old bytes again, and nothing is trained. */
  rebuilt: "is rebuilt",
  /** The same, and a line says so. */
  said: "is rebuilt, and a line says so",
  /** Nothing reads it, and it stays. */
  kept: "stays as it is",
  /** The trial is run again, to the same results. */
  trained: "has its trial run again",
} as const;
const { rebuilt, said, kept, trained } = outcomes;

const anew = "the sweep runs this trial anew.";
const evaluates = "the sweep evaluates that adapter anew.";
const began = "then run the sweep again with the settings that it began with";
const unreadable = "Get permission to read it, then run the same again.";
const noFolder = "must be a folder, got ";
const noFile = "must be a file, got a folder";

/** Damages of one kind: a file is given all of them at night, else the first. */
const ofKind = <Words extends string>(...all: Words[]): readonly Words[] =>
  isNightly ? all : all.slice(0, 1);

const links = ofKind("a link to nothing", "a loop of links");
/** Windows has neither. */
const endless = process.platform === "win32" ? [] : ofKind("a FIFO", "a link to a device without an end");
const texts = ofKind("cut in half", "empty", "null", "an empty object");
const copies = ofKind("with a flipped bit", "of its neighbour");

const holding = (text: string): Damage => [`holding ${text}`, (path) => writeFileSync(path, text)];
const otherTrial: Damage = ["of another trial", edited(/"trialId":"./, '"trialId":"x')];
const otherLoss: Damage = ["with another loss", edited(/("logLosses":\[\d\.)\d/, "$18")];
/** Damages the best trial's adapter, of which there is no copy any more. */
const withoutCopy = (words: keyof typeof damages): Damage => [
  `${words}, without its copy`,
  (path) => {
    damages[words](path);
    rmSync(path.replace(/attempts.*/, "adapters"), { recursive: true });
  },
];
const adapter = "attempts/<best>/1/adapter/";
const log = "attempts/<best>/1/log.jsonl";

const kinds: readonly (readonly [file: string, damaged: readonly Damage[], outcome: string])[] = [
  // What derives from other files, or from the inputs.
  [
    "adapters/r2/adapter_model.safetensors",
    ["missing", "cut in half", ...copies.slice(0, 1), ...links, ...endless],
    rebuilt,
  ],
  ["adapters/r2/adapter_config.json", ["missing", ...texts, "of its neighbour", "not readable"], rebuilt],
  ["adapters/r2/trial.json", ["missing", ...texts, ...links, ...endless], rebuilt],
  ["adapters/r2", ["missing"], rebuilt],
  ["adapters", ["missing"], rebuilt],
  ["data/*", ["missing", ...links], rebuilt],
  ["data/*", [...texts, ...copies, "not readable"], said],
  ["data", ["missing"], rebuilt],
  ["specs/<best>.json", ["missing", ...texts, ...copies, ...links, ...endless, "not readable"], rebuilt],
  ["specs", ["missing"], rebuilt],
  ["results.json", ["missing", ...links, "in upper case"], rebuilt],
  ["results.json", [["with another rate", edited(/"learningRate":0\.001/, '"learningRate":0.002')]], rebuilt],
  ["results.json", [...texts, ...endless, "not readable"], said],
  ["results.json", [["with an accuracy of 1.5", edited(/"accuracy":0\.\d+/, '"accuracy":1.5')]], said],
  ["sweep.json", ["missing", ...links], rebuilt],
  // What is evaluated again.
  ["truncations/*/r1.json", ["missing", ...links], rebuilt],
  ["truncations/*/r1.json", [...texts, ...endless, "a folder"], evaluates],
  ["truncations/*/r1.json", ["not readable"], unreadable],
  [
    "truncations/*/r1.json",
    [["of another rank", edited('"rank":1', '"rank":2')], otherTrial, otherLoss],
    evaluates,
  ],
  ["truncations", ["missing"], rebuilt],
  ["test/*/<tested>.json", ["missing", ...links], rebuilt],
  ["test/*/<tested>.json", [...texts, otherTrial, otherLoss, "of its neighbour", "a folder"], evaluates],
  ["test/*/<tested>.json", ["not readable"], unreadable],
  [
    "test/*/<tested>.json",
    [["with a log loss below 0", edited(/"logLosses":\[/, '"logLosses":[-')]],
    evaluates,
  ],
  ["test", ["missing"], rebuilt],
  // What only training gives.
  ["results/<best>.json", ["missing", "in upper case"], trained],
  ["results/<best>.json", [...texts, "of its neighbour", ...links, ...endless, "a folder"], anew],
  ["results/<best>.json", [["of another accuracy", edited(/"accuracy":[\d.]+/, '"accuracy":0.0625')]], anew],
  ["results/<best>.json", ["not readable"], unreadable],
  ["results/<best>.json", [["of another version", edited('"specVersion":1', '"specVersion":2')]], anew],
  ["results/<best>.json", [["of another rank", edited('"rank":2', '"rank":3')]], anew],
  [
    "results/<best>.json",
    [["without its last example", edited(/,\d("?\],"logLoss":[^[]*\[.*?),[\d.]+\]/s, "$1]")]],
    anew,
  ],
  [
    `${adapter}adapter_model.safetensors`,
    ["missing", "empty", "cut in half", "with a flipped bit", "a folder", ...links, ...endless],
    kept,
  ],
  [
    `${adapter}adapter_model.safetensors`,
    ["missing", "with a flipped bit"].map((words) => withoutCopy(words as "missing")),
    "to have it trained again",
  ],
  [`${adapter}adapter_model.safetensors`, [withoutCopy("not readable")], unreadable],
  [
    `${adapter}adapter_config.json`,
    ["missing", ...texts].map((words) => withoutCopy(words as "missing")),
    "to have it trained again",
  ],
  ["attempts/<best>/1/adapter.sha256", ["missing"], kept],
  [
    "attempts/<best>/1/adapter.sha256",
    ["empty", "cut in half", "with a flipped bit"],
    "to have it trained again",
  ],
  // What nothing counts on.
  [log, ["missing", ...texts, "a folder", ...links, ...endless, "with a flipped bit", "not readable"], kept],
  ["attempts/<best>/1/result.json", ["missing", ...texts, "a folder", ...links], kept],
  ["attempts/<best>/1/result.json", ["not readable"], unreadable],
  ["attempts/<best>/2/result.json", [holding("null"), holding("{")], kept],
  ["attempts/<best>", ["missing"], kept],
  ["report.html", ["missing", "empty", ...links], kept],
  ["results/<best>.json", ["beside a foreign file"], kept],
  ["results.json", ["beside a foreign file"], kept],
  ["specs/<best>.json", ["beside a stray temporary file"], rebuilt],
  ["results.json", ["beside a stray temporary file"], rebuilt],
  // Other settings, another version, other things under our names.
  ["sweep.json", [...texts, ...endless], began],
  ["sweep.json", ["not readable"], unreadable],
  [
    "sweep.json",
    [["with another rate", edited('"learningRate": 0.001', '"learningRate": 0.5')]],
    "optimizer.learningRate: 0.5 -> 0.001",
  ],
  [
    "results.json",
    [["of a later version", edited('"schemaVersion":2', '"schemaVersion":3')]],
    "a later version of LoRAnk wrote this file",
  ],
  [
    "results.json",
    [
      [
        "of a later version, with a trial missing",
        (path) => {
          edited('"schemaVersion":2', '"schemaVersion":3')(path);
          rmSync(path.replace("results.json", pathOf("results/<best>.json")));
        },
      ],
    ],
    "a later version of LoRAnk wrote this file",
  ],
  ["sweep.lock", [holding("null"), holding(""), holding('"7"'), holding('{"pid":')], rebuilt],
  ["cancel.json", [holding("null"), holding(""), holding('{"all":true}')], rebuilt],
  ...["specs", "results", "attempts", "data", "adapters", "truncations", "test", "adapters/r2"].map(
    (folder) => [folder, ["a file", ...links], noFolder] as const,
  ),
  ["attempts/<best>", ["a file"], noFolder],
  ...[
    "sweep.json",
    "results.json",
    "report.html",
    "data/*",
    "specs/<best>.json",
    "adapters/r2/trial.json",
  ].map((file) => [file, ["a folder"], noFile] as const),
];

const rows = kinds.flatMap(([file, damaged, outcome]) =>
  damaged.map((one) => {
    const [words, damage] = typeof one === "string" ? [one, damages[one]] : one;
    const end = Object.values(outcomes).includes(outcome as typeof kept) ? outcome : `is refused: ${outcome}`;
    return { file, words, damage, outcome, end };
  }),
);

/** A path of the finished sweep: `<best>` is the trial whose adapter of rank 2 is handed out, `*` any name. */
function pathOf(pattern: string): string {
  const trialOf = (rank: number): string =>
    JSON.parse(readFileSync(join(place.out, `adapters/r${rank}/trial.json`), "utf8")).trialId;
  const named = pattern.replace("<best>", trialOf(2)).replace("<tested>", trialOf(1));
  const source = named.replaceAll(".", "\\.").replace("*", "[^/]+");
  return [...whole.keys()].find((path) => new RegExp(`^${source}$`).test(path)) ?? named;
}

/** Without the names that a damage has left there. */
const isForeign = (path: string): boolean => /notes\.txt$|(^|\/)[0-9A-F]*(RESULTS)?\.JSON$/.test(path);

test.each(rows)("$file $words $end", async ({ file, words, damage, outcome }) => {
  const out = join(root, "copy");
  rmSync(out, { recursive: true, force: true });
  cpSync(place.out, out, { recursive: true, verbatimSymlinks: true });
  const path = join(out, pathOf(file));
  mkdirSync(dirname(path), { recursive: true });
  damage(path);
  const before = snapshot(out);
  const events: SweepEvent[] = [];
  const as = <T>(work: () => Promise<T>) =>
    words.includes("not readable") ? asUser([root, out], work) : work();
  await as(async () => {
    expectCalm(() => sweepStatus(out));
    expectCalm(() => publishedAdapters(out, trials));
  });
  expect(changes(before, snapshot(out)), "changed by a look").toEqual([]);
  const ended = await as(() => run(out, (event) => events.push(event)).catch((error: unknown) => error));
  const after = snapshot(out);

  if (ended instanceof Error) expect(isInputError(ended), ended.stack).toBe(true);
  const { finishedNow, failed, unpublished, results } = ended as SweepOutcome;
  // What only concerns the handing out of an adapter takes nobody's verdict.
  if (!(ended instanceof Error)) expect(results!.decision).toEqual(decision);
  const refusal = ended instanceof Error ? ended.message : unpublished[0]?.error.message;
  if (refusal !== undefined) {
    expect(refusal).toContain(outcome);
    expect(refusal).toContain(basename(path));
    const others = changes(before, after).filter((one) => !/^adapters(\/r1|$)/.test(one));
    expect(others).toEqual([]);
    return;
  }
  expect(failed).toEqual([]);
  expect(comparable(out)).toBe(comparable(place.out));
  const rebuiltFiles = events.filter(({ kind }) => kind === "file-rebuilt");
  expect({ finishedNow, rebuiltFiles: rebuiltFiles.length }).toEqual({
    finishedNow: outcome === trained ? 1 : 0,
    rebuiltFiles: outcome === said ? 1 : 0,
  });
  const changed = changes(outcome === kept ? before : whole, after).filter((one) => !isForeign(one));
  if (outcome === trained)
    for (const one of changed) expect(one).toMatch(/^(attempts\/\w+\/2|results\/|results\.json)/);
  else expect(changed).toEqual([]);
});

function expectCalm(look: () => unknown): void {
  try {
    look();
  } catch (error) {
    expect(isInputError(error), (error as Error).stack).toBe(true);
  }
}
