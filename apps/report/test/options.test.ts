// Arguments as a caller in JavaScript writes them.
import { expect, test } from "vitest";
import { renderReport } from "../src/index.ts";

const render = renderReport as (...args: readonly unknown[]) => string;

test("a report of nothing, or of half of the results, is refused by name", () => {
  const refused = { name: "InputError", code: "E_OPTIONS" };
  expect(() => render()).toThrow(
    expect.objectContaining({
      ...refused,
      message: expect.stringMatching(/^the results must be an object, got undefined$/),
    }),
  );
  expect(() => render({ sweep: {}, data: {} })).toThrow(
    expect.objectContaining({ ...refused, message: "decision must be in the results, got nothing" }),
  );
  expect(() => render({ sweep: {}, data: {}, decision: {} }, { comand: "x" })).toThrow(
    expect.objectContaining({
      ...refused,
      message: "comand must be one of the options of a report, got an unknown one. Did you mean command?",
    }),
  );
});
