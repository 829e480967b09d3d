import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFakeHub } from "../../../packages/checkpoint/test/helpers/fake-hub.ts";
import { buildPrograms, type Programs } from "../../../scripts/faults/build.ts";
import { errorsAt, killsOf, sample } from "../../../scripts/faults/points.ts";
import { downloadScene, publishTiny, scenes } from "../../../scripts/faults/scenes.ts";
import { observe, type Scene } from "../../../scripts/faults/strike.ts";
import { isNightly } from "../../../scripts/nightly.ts";

// `npm run faults` tries every point; this is a part of them, the same each time.
const seed = 1;

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

/** What is wrong after some kills and some errors, by point. */
async function struck(scene: Scene): Promise<object> {
  const observed = await observe(scene, programs);
  try {
    const kills = killsOf(scene, observed.calls);
    const errors = errorsAt(observed.calls);
    // A kill in the middle of a write leaves more behind than one between two calls.
    const torn = kills.filter(({ strike }) => strike === "tear");
    const points = isNightly
      ? [...sample(kills, 3, seed), ...sample(errors, 3, seed)]
      : [...sample(torn.length > 0 ? torn : kills, 1, seed), ...sample(errors, 1, seed)];
    const wrong: Record<string, readonly string[]> = {};
    for (const point of points) {
      const problems = await observed.try(point);
      const { nth, name, path } = point.call;
      if (problems !== undefined && problems.length > 0)
        wrong[`${point.strike} at ${nth}, ${name} ${path}`] = problems;
    }
    return wrong;
  } finally {
    observed.remove();
  }
}

// There is no SIGKILL on Windows, and other errors.
describe.runIf(process.platform === "linux")(
  "a command that is killed, or that the file system fails, ends well when it runs again:",
  () => {
    test.each(scenes.map((scene) => ({ name: scene.name, scene })))("$name", async ({ scene }) => {
      expect(await struck(scene)).toEqual({});
    });

    test("a download", async () => {
      const hub = await startFakeHub();
      publishTiny(hub);
      expect(await struck(downloadScene(hub))).toEqual({});
    });
  },
);

/** A command that is none of ours. */
function program(text: string): Programs {
  const main = join(programs.preload, "../other.js");
  writeFileSync(main, `import fs from "node:fs";\n${text}`);
  return { ...programs, main };
}

test.runIf(process.platform === "linux")("what is written without care is noticed", async () => {
  const careless = program(
    'fs.writeFileSync("out/a.json", "new"); fs.appendFileSync("log", "x"); fs.renameSync("b", "c");',
  );
  const prepare = (folder: string) => {
    mkdirSync(join(folder, "out"));
    for (const name of ["out/a.json", "b"]) writeFileSync(join(folder, name), "old");
  };
  const observed = await observe(
    { name: "careless", args: [], of: "command", replaces: "out", prepare },
    careless,
  );
  const { calls } = observed;
  expect(calls.map(({ kind, name, path }) => `${kind} ${name} ${path}`)).toEqual([
    "change writeFile out/a.json",
    "change appendFile log",
    "change rename c",
  ]);
  const at = (nth: number, strike: "kill" | "tear" | "EIO") =>
    observed.try({ call: calls[nth - 1]!, strike });
  expect(await at(1, "kill")).toEqual([]);
  expect(await at(1, "tear")).toEqual(["out is neither the old one nor the new one"]);
  expect(await at(2, "kill")).toEqual([]);
  expect(await at(3, "kill")).toEqual(["again: log has other content"]);
  const problems = await at(3, "EIO");
  expect(problems?.map((one) => one.split(",")[0])).toEqual([
    "not one message",
    "a stack",
    "no advice",
    "again: log has other content",
  ]);
  observed.remove();
});
