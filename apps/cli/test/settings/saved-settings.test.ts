import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Comparison } from "@lorank/sweep";
import { expect, test } from "vitest";
import { exampleConfig } from "../../../../packages/sweep/test/helpers/example-config.ts";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { readRequest } from "../../src/settings/request.ts";
import { foreignProgram, settingsToKeep, withExamplesOf } from "../../src/settings/saved-settings.ts";

const config = { ranks: [2, 4], seeds: [1, 2, 3] } as unknown as Comparison;

/** A results folder in which a sweep with these flags began. */
function folderOf(flags: object, run: Comparison = config): string {
  const out = temporaryFolder();
  keep(out, flags, run);
  return out;
}

function keep(out: string, flags: object, run: Comparison): void {
  const asked = readRequest("sweep", undefined, { ...flags }, out);
  writeFileSync(join(out, "settings.json"), JSON.stringify(settingsToKeep(asked)(run)));
}

const asked = (out: string, flags: object = {}) => readRequest("sweep", undefined, { ...flags }, out);

test("a folder knows what was asked of it, and what is typed wins", () => {
  const out = folderOf({ ranks: "2,4", seeds: "3", learningRate: "0.01", dora: true, out: "t2" });
  const settings = { ranks: [2, 4], seeds: 3, "learning-rate": 0.01, dora: true };
  expect(asked(out).settings).toEqual(settings);
  expect(asked(out, { seeds: "4", dora: false, extend: true })).toEqual({
    settings: { ...settings, seeds: 4, dora: false, extend: true },
    typed: { seeds: 4, dora: false, extend: true },
    folder: process.cwd(),
    inherited: ["ranks", "learning-rate"],
  });
  expect(readRequest("plan", undefined, { power: "0.9" }, out).settings).toEqual({ ...settings, power: 0.9 });
});

test("what was added to a sweep is asked for next time, and defaults of another version are not", () => {
  const run = { ranks: [2, 4, 64], seeds: [1, 2, 3, 7], robustness: true } as unknown as Comparison;
  const out = folderOf({ ranks: "64", seeds: "3" }, run);
  expect(asked(out).settings).toEqual({ ranks: [2, 4, 64], seeds: [1, 2, 3, 7], robustness: true });
  expect(asked(folderOf({})).settings).toEqual({ ranks: [2, 4], seeds: [1, 2, 3] });
});

test("flags of one run are not kept, nor is an address with a password", () => {
  const out = temporaryFolder();
  const settings = { extend: true, "dry-run": true, out: "t2", model: "redis://:secret@host:6379" };
  const kept = settingsToKeep({ settings, folder: "/sweeps" })(config);
  expect(kept).toEqual({ folder: "/sweeps", settings: { ranks: [2, 4], seeds: [1, 2, 3] } });
  expect(asked(out).inherited).toEqual([]);
});

test("paths hold from everywhere, and one that is gone is named", () => {
  const place = temporaryFolder();
  const [model, data] = [join(place, "model"), join(place, "tickets.csv")];
  mkdirSync(model);
  writeFileSync(data, "text,label\n");
  const back = process.cwd();
  process.chdir(place);
  const out = folderOf({ model: "model", data: "tickets.csv" });
  process.chdir(back);
  expect(asked(out).settings).toMatchObject({ model, data });
  rmSync(data);
  expect(() => asked(out)).toThrow(
    `--data must be given anew, got ${data} that is not there\n${join(out, "settings.json")} names it`,
  );
  expect(asked(out, { data: "other.csv" }).settings).toMatchObject({ data: "other.csv" });
  expect(asked(folderOf({ model: "starter", data: "spam-assassin" })).settings).toMatchObject({
    model: "starter",
    data: "spam-assassin",
  });
});

test("a sweep until it is settled goes on so, or as the race that it is", () => {
  const out = folderOf({ until: "settled", maxSeeds: "3" });
  expect(asked(out).settings).toEqual({ until: "settled", "max-seeds": 3, ranks: [2, 4] });
  expect(asked(out, { maxSeeds: "9" }).settings).toMatchObject({ until: "settled", "max-seeds": 9 });
  expect(asked(out, { seeds: "9" }).settings).toEqual({ method: "race", seeds: 9, ranks: [2, 4] });
  const grid = folderOf({ seeds: "3" });
  expect(asked(grid, { until: "settled" }).settings).toEqual({ until: "settled", ranks: [2, 4] });
});

test("a file says all, and a folder without settings nothing", () => {
  const out = folderOf({ learningRate: "0.01" });
  const file = join(temporaryFolder(), "sweep.yaml");
  writeFileSync(file, "ranks: [8]\n");
  expect(readRequest("sweep", file, {}, out)).toEqual({
    settings: { ranks: [8] },
    typed: {},
    folder: resolve(file, ".."),
    inherited: [],
    sweepFile: { path: file, beside: [] },
  });
  expect(readRequest("sweep", undefined, {}, temporaryFolder()).settings).toEqual({});
});

test("a folder knows the file that it began with, and the flags beside it, also those of later", () => {
  const out = temporaryFolder();
  const file = join(temporaryFolder(), "sweep.yaml");
  writeFileSync(file, "ranks: [2, 4]\n");
  const begun = readRequest("sweep", file, { seeds: "3" }, out);
  writeFileSync(join(out, "settings.json"), JSON.stringify(settingsToKeep(begun)(config)));
  expect(asked(out, { ranks: "64", extend: true }).sweepFile).toEqual({
    path: file,
    beside: ["seeds", "ranks", "extend"],
  });
});

test("a file of settings that is damaged is an error that names it", () => {
  const out = folderOf({});
  writeFileSync(join(out, "settings.json"), "{");
  expect(() => asked(out)).toThrow(expect.objectContaining({ code: "E_SETTINGS_FILE" }));
  writeFileSync(join(out, "settings.json"), '{"folder":"/x","settings":{"ranks":"many"}}');
  expect(() => asked(out)).toThrow(/settings\.json: ranks must be a list/);
  for (const half of [{ folder: "/x" }, { settings: {} }]) {
    writeFileSync(join(out, "settings.json"), JSON.stringify(half));
    expect(() => asked(out)).toThrow(/settings\.json.*no settings/);
  }
});

test("a program that another user's settings name is said before it runs as this one", () => {
  const out = temporaryFolder();
  const me = 1000 + (process.getuid?.() ?? 0); // whoever made the folder is another
  const kept = (settings: object) => {
    writeFileSync(join(out, "settings.json"), "{}");
    return { folder: "/home/them", settings: settings as Record<string, unknown> };
  };
  const trainer = { command: ["sh", "my train.sh"] };
  expect(foreignProgram(out, kept({ trainer }), me)).toMatch(
    /^warning: .*settings\.json is of user \d+, and what it names is run as you: sh 'my train\.sh', in \/home\/them\./,
  );
  expect(foreignProgram(out, kept({ slurm: { setup: ["x"] } }), me)).toContain("the lines of slurm");
  expect(foreignProgram(out, kept({ metric: "not-file:judge.js" }), me)).toContain(
    "as you: not-file:judge.js, in",
  );
  expect(foreignProgram(out, kept({ ranks: [2], metric: "equals" }), me)).toBeUndefined();
  expect(foreignProgram(out, kept({ trainer }))).toBeUndefined();
  expect(foreignProgram(out, kept({ trainer }), undefined)).toBeUndefined();
});

test("validation texts that are also in training stay where the sweep began with them, unless flags decide", () => {
  const folder = (overlap?: object): string => {
    const out = temporaryFolder();
    writeFileSync(join(out, "sweep.json"), JSON.stringify({ ...exampleConfig, overlap }));
    return out;
  };
  expect(withExamplesOf(temporaryFolder(), {})).toEqual({});
  const none = { "group-column": "none" };
  expect(withExamplesOf(folder(), {})).toEqual({ "keep-overlap": true, ...none });
  expect(withExamplesOf(folder({ validation: 3 }), {})).toEqual({ "keep-overlap": false, ...none });
  const typed = { "keep-overlap": false, "group-column": "thread" };
  expect(withExamplesOf(folder(), typed)).toEqual(typed);
});
