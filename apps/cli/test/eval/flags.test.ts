import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { readEvalFlags } from "../../src/commands/eval/flags.ts";

test.each([
  ["no/such/file", "--out must lie in a folder that exists, got no/such/file"],
  [".", "--out must be a file, got the folder ."],
  ["/dev/null", "--out must be a file, got the pipe or device /dev/null"],
])("--out %s is refused before anything is read", (out, message) => {
  expect(() => readEvalFlags("starter", { out })).toThrow(
    expect.objectContaining({ code: "E_OUT", message }),
  );
});

test("a sweep's folder refuses settings that the sweep has settled, and two adapters", () => {
  const sweep = temporaryFolder();
  const adapter = join(sweep, "adapters", "r4");
  mkdirSync(adapter, { recursive: true });
  for (const file of [join(sweep, "sweep.json"), join(adapter, "adapter_config.json")])
    writeFileSync(file, "{}");
  expect(readEvalFlags(adapter, {})).toMatchObject({ kind: "sweep", sweep, adapter });
  expect(readEvalFlags(sweep, { adapter: "x" })).toMatchObject({ kind: "sweep", sweep, adapter: "x" });
  const flags = { split: "test", maxLength: "8", quantize: "nf4", compute: "float16", adapter: "x" };
  expect(() => readEvalFlags(adapter, flags)).toThrow(
    expect.objectContaining({
      code: "E_USAGE",
      message:
        "--split, --max-length, --quantize, --compute must be absent with a sweep, which has settled them\n" +
        `adapter must be named once, got ${adapter} and x`,
    }),
  );
});
