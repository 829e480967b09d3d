import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { trialId } from "@lorank/train/spec";
import { describe, expect, test } from "vitest";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { finishTrials } from "../helpers/finished.ts";

const spec = examplePlan().specs[0]!;
const id = trialId(spec);

describe("SweepStore", () => {
  test("keeps a spec under its own hash and reads it back", () => {
    const store = new SweepStore(temporaryFolder());
    expect(store.addSpec(spec)).toBe(id);
    expect(store.readSpec(id)).toEqual(spec);
  });

  test("refuses a spec file that somebody has edited", () => {
    const store = new SweepStore(temporaryFolder());
    store.addSpec(spec);
    const path = store.specPath(id);
    writeFileSync(path, readFileSync(path, "utf8").replace('"rank":2', '"rank":3'));
    const edited = trialId({ ...spec, lora: { ...spec.lora, rank: 3 } });
    expect(() => store.readSpec(id)).toThrow(
      expect.objectContaining({
        code: "E_SPEC_FILE",
        message:
          `specs/${id}.json must hold the spec with that SHA-256, got ${edited}\n` +
          `Delete ${path}, then run the same again: the sweep writes it anew.`,
      }),
    );
  });

  test.each([
    ["{", "must be JSON: "],
    ["null", "must hold a result: $ must be an object, got null"],
    ["{}", "must hold a result: $.trialId must be a string, got nothing"],
  ])("names a result file that holds %s, and what to do", (text, fault) => {
    const store = new SweepStore(temporaryFolder());
    const path = store.resultPath(id);
    writeFileSync(path, text);
    expect(() => store.readResult(id)).toThrow(`${path} ${fault}`);
    expect(() => store.readResult(id)).toThrow(
      `\nDelete ${path} and ${store.path("attempts", id)}, then run the same again: the sweep runs this trial anew.`,
    );
  });

  test.each([
    ["accuracy", "$.evaluation.accuracy must be"],
    ["logLoss", "$.evaluation.logLoss must be"],
  ])("does not believe a result whose %s is not that of its examples", async (field, fault) => {
    const store = new SweepStore(temporaryFolder());
    await finishTrials(store, [spec]);
    const result = JSON.parse(readFileSync(store.resultPath(id), "utf8"));
    result.evaluation[field] = 0.123;
    writeFileSync(store.resultPath(id), JSON.stringify(result));
    expect(() => store.readResult(id)).toThrow(`${store.resultPath(id)} must hold a result: ${fault}`);
  });

  test("refuses a result under another trial's name, and one whose spec was edited", async () => {
    const store = new SweepStore(temporaryFolder());
    const [other] = await finishTrials(store, [{ ...spec, seed: 77 }]);
    const path = store.resultPath(id);
    const refusal = `${path} must hold the result of that trial, got one of ${other}`;
    const text = readFileSync(store.resultPath(other!), "utf8");
    for (const edited of [text, text.replace(`"trialId":"${other}"`, `"trialId":"${id}"`)]) {
      writeFileSync(path, edited);
      expect(() => store.readResult(id)).toThrow(refusal);
    }
  });

  test.each(["null", "{", '{"evaluation":{}}'])("names an evaluation file that holds %s", (text) => {
    const store = new SweepStore(temporaryFolder());
    for (const path of [store.truncationPath(id, 2), store.testRunPath("0".repeat(64), id)]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      const read = () =>
        path.includes("truncations") ? store.readTruncation(id, 2) : store.readTestRun("0".repeat(64), id);
      expect(read).toThrow(
        expect.objectContaining({
          name: "InputError",
          message: expect.stringMatching(
            /^\/.* must .*\nDelete .*: the sweep evaluates that adapter anew\.$/s,
          ),
        }),
      );
    }
  });

  test("gives out each attempt number once, also to two stores on one folder", () => {
    const folder = temporaryFolder();
    const [one, two] = [new SweepStore(folder), new SweepStore(folder)];
    const numbers = [one, two, two, one].map((store) => store.claimAttempt(id).number);
    expect(numbers).toEqual([1, 2, 3, 4]);
    expect(one.attempts(id).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  test("counts attempts as numbers: 10 comes after 9", () => {
    const store = new SweepStore(temporaryFolder());
    for (let count = 0; count < 11; count++) store.claimAttempt(id);
    expect(store.attempts(id).at(-1)!.number).toBe(11);
  });

  test("is done exactly when the result is there, whatever the attempts say", () => {
    const store = new SweepStore(temporaryFolder());
    const { folder } = store.claimAttempt(id);
    writeFileSync(join(folder, "result.json"), "{}");
    expect(store.isDone(id)).toBe(false);
    linkSync(join(folder, "result.json"), store.resultPath(id));
    expect(store.isDone(id)).toBe(true);
  });

  test("finds the attempt that won by its link, and in a copied folder by its bytes", () => {
    const store = new SweepStore(join(temporaryFolder(), "out"));
    for (const text of ["first", "second", "third"]) {
      writeFileSync(join(store.claimAttempt(id).folder, "result.json"), text);
    }
    linkSync(join(store.attempts(id)[1]!.folder, "result.json"), store.resultPath(id));
    expect(store.winningAttempt(id)!.number).toBe(2);
    cpSync(store.out, `${store.out}-copy`, { recursive: true });
    expect(new SweepStore(`${store.out}-copy`).winningAttempt(id)!.number).toBe(2);
  });

  test("has no winner where the attempts were deleted", () => {
    const store = new SweepStore(temporaryFolder());
    writeFileSync(store.resultPath(id), "{}");
    expect(store.winningAttempt(id)).toBeUndefined();
  });

  test("does not let a trial id leave its folder", () => {
    const store = new SweepStore(join(temporaryFolder(), "out")); // what leaves it stays in the folder of this test
    for (const id of ["../../x", "", "A".repeat(64), "a".repeat(63), `${"a".repeat(64)}\n`])
      expect(() => store.claimAttempt(id)).toThrow(
        `trial id must be 64 hex digits, got ${JSON.stringify(id)}`,
      );
    expect(existsSync(store.path("..", "x"))).toBe(false);
  });

  test("makes no folder where it only reads", () => {
    const out = temporaryFolder();
    const store = new SweepStore(out, { readOnly: true });
    expect([store.hasSpec(id), store.isDone(id), store.attempts(id)]).toEqual([false, false, []]);
    expect(readdirSync(out)).toEqual([]);
  });

  test("opens a folder that is already there", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "specs"));
    expect(() => new SweepStore(folder)).not.toThrow();
  });
});

test("a result is read once: it never changes", async () => {
  const store = new SweepStore(temporaryFolder());
  const [id] = await finishTrials(store, examplePlan().specs.slice(0, 1));
  const result = store.readResult(id!);
  rmSync(store.resultPath(id!));
  expect(store.readResult(id!)).toBe(result);
  expect(store.isDone(id!)).toBe(false);
});
