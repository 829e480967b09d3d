import { describe, expect, test } from "vitest";
import { isInteractive, mayColour, mayDrawLive, type Terminal } from "../src/output.ts";

const everything: Terminal = { stdinIsTty: true, stdoutIsTty: true, stderrIsTty: true, environment: {} };

describe("isInteractive", () => {
  const truths = [false, true].flatMap((stdinIsTty) =>
    [false, true].flatMap((stdoutIsTty) =>
      [undefined, "true"].flatMap((CI) =>
        [false, true].flatMap((json) =>
          [true, false].map((input) => ({ stdinIsTty, stdoutIsTty, CI, json, input })),
        ),
      ),
    ),
  );
  test("is true in exactly one row of the truth table: both ends are terminals and nothing speaks against it", () => {
    const rows = truths.filter(({ stdinIsTty, stdoutIsTty, CI, json, input }) =>
      isInteractive({ ...everything, stdinIsTty, stdoutIsTty, environment: { CI } }, { json, input }),
    );
    expect(truths).toHaveLength(32);
    expect(rows).toEqual([{ stdinIsTty: true, stdoutIsTty: true, CI: undefined, json: false, input: true }]);
  });
  test("takes absent flags for false", () => {
    expect(isInteractive(everything, {})).toBe(true);
  });
});

describe("mayDrawLive", () => {
  test.each([
    ["a terminal", everything, {}, true],
    ["stderr in a file", { ...everything, stderrIsTty: false }, {}, false],
    ["a dumb terminal", { ...everything, environment: { TERM: "dumb" } }, {}, false],
    ["CI", { ...everything, environment: { CI: "1" } }, {}, false],
    ["--no-input", everything, { input: false }, false],
  ])("in %s: %#", (_, terminal, flags, expected) => {
    expect(mayDrawLive(terminal, flags)).toBe(expected);
  });
});

describe("mayColour", () => {
  test.each([
    ["a terminal", everything, {}, true],
    ["stdout in a pipe", { ...everything, stdoutIsTty: false }, {}, false],
    ["NO_COLOR=1", { ...everything, environment: { NO_COLOR: "1" } }, {}, false],
    ["an empty NO_COLOR, which says nothing", { ...everything, environment: { NO_COLOR: "" } }, {}, true],
    ["TERM=dumb", { ...everything, environment: { TERM: "dumb" } }, {}, false],
    ["--no-color", everything, { color: false }, false],
  ])("with %s: %#", (_, terminal, flags, expected) => {
    expect(mayColour(terminal, "stdout", flags)).toBe(expected);
  });

  test.each([
    ["a pipe", { FORCE_COLOR: "1" }, {}, true],
    ["a dumb terminal", { FORCE_COLOR: "1", TERM: "dumb" }, {}, true],
    ["NO_COLOR too", { FORCE_COLOR: "1", NO_COLOR: "1" }, {}, false],
    ["--no-color", { FORCE_COLOR: "1" }, { color: false }, false],
    ["the value 0", { FORCE_COLOR: "0" }, {}, false],
    ["the value false", { FORCE_COLOR: "false" }, {}, false],
    ["an empty value, which says nothing", { FORCE_COLOR: "" }, {}, false],
  ])("with FORCE_COLOR and %s: %#", (_, environment, flags, expected) => {
    expect(mayColour({ ...everything, stdoutIsTty: false, environment }, "stdout", flags)).toBe(expected);
  });
  test("FORCE_COLOR=0 turns colour off on a terminal", () => {
    expect(mayColour({ ...everything, environment: { FORCE_COLOR: "0" } }, "stdout", {})).toBe(false);
  });
});
