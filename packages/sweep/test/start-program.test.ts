import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { childNodeOptions, startProgram, untilEnd } from "../src/start-program.ts";
import { SweepStore } from "../src/store/store.ts";
import { examplePlan, fakeTrial, temporaryFolder } from "./helpers/example.ts";
import { misbehaving } from "./helpers/fake-trial.ts";
import { until } from "./helpers/sweep-process.ts";

test("a child reads TypeScript as its parent does", () => {
  const own = ["--conditions=@lorank/source", "--import", "tsx", "--max-old-space-size=4096"];
  expect(childNodeOptions(own)).toEqual(own);
});

test("a child takes neither the debugger's port nor a program given on the command line", () => {
  expect(
    childNodeOptions([
      "--inspect-brk=9229",
      "--inspect",
      "--input-type=module",
      "-e",
      "run()",
      "--no-warnings",
    ]),
  ).toEqual(["--no-warnings"]);
});

test.each([
  ["signal", { code: 75, signal: null }],
  ["killSignal", { code: null, signal: "SIGKILL" }],
] as const)("a child ends by %s", async (name, how) => {
  const store = new SweepStore(temporaryFolder());
  const trialId = store.addSpec(examplePlan({ ranks: [2], seeds: [misbehaving.takesForever] }).specs[0]!);
  const job = {
    out: store.out,
    trialId,
    modelFolder: "",
    datasetFile: "",
    threads: 1,
    trialModule: fakeTrial,
  };
  const abort = new AbortController();
  const end = untilEnd(startProgram("trial-process", job, join(store.out, "output.txt")), {
    [name]: abort.signal,
  });
  await until(() => existsSync(join(store.path("attempts", trialId), "1", "log.jsonl")), "the trial runs");
  abort.abort();
  expect(await end).toMatchObject(how);
});
