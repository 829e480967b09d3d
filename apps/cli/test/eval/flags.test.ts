import { expect, test } from "vitest";
import { readEvalFlags } from "../../src/eval/flags.ts";

test.each([
  ["no/such/file", "--out must lie in a folder that exists, got no/such/file"],
  [".", "--out must be a file, got the folder ."],
  ["/dev/null", "--out must be a file, got the pipe or device /dev/null"],
])("--out %s is refused before anything is read", (out, message) => {
  expect(() => readEvalFlags("starter", { out })).toThrow(
    expect.objectContaining({ code: "E_OUT", message }),
  );
});
