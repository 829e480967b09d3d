import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clearCancelRequest, readCancelRequest, requestCancel } from "../../src/store/cancel-file.ts";
import { temporaryFolder } from "../helpers/example.ts";

test("requests add up, each trial once, until they are cleared", () => {
  const out = temporaryFolder();
  expect(readCancelRequest(out)).toEqual({ all: false, trials: [] });
  requestCancel(out, ["a", "b"]);
  requestCancel(out, ["b", "c"]);
  expect(readCancelRequest(out)).toEqual({ all: false, trials: ["a", "b", "c"] });
  requestCancel(out, "all");
  requestCancel(out, ["d"]);
  expect(readCancelRequest(out)).toEqual({ all: true, trials: ["a", "b", "c", "d"] });
  expect(readdirSync(out)).toEqual(["cancel.json"]);
  clearCancelRequest(out);
  clearCancelRequest(out);
  expect(readCancelRequest(out)).toEqual({ all: false, trials: [] });
});

test.each(["", "null", '{"all":', '{"all":"yes","trials":"a"}'])("%j asks nothing", (text) => {
  const out = temporaryFolder();
  writeFileSync(join(out, "cancel.json"), text);
  expect(readCancelRequest(out)).toEqual({ all: false, trials: [] });
});

test("what is no id among the trials is passed over", () => {
  const out = temporaryFolder();
  writeFileSync(join(out, "cancel.json"), '{"trials":[1,"a",null]}');
  expect(readCancelRequest(out)).toEqual({ all: false, trials: ["a"] });
});
