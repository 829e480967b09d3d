import { describe, expect, test } from "vitest";
import { checkNode, checkRuntime, checkStarterData } from "../src/doctor/checks.ts";

describe("checkNode", () => {
  test.each([
    ["v20.19.0", true],
    ["v20.18.3", false],
    ["v18.20.0", false],
    ["v22.0.0", true],
  ])("%s: %s", (version, ok) => {
    expect(checkNode(version).ok).toBe(ok);
  });
});

test("the installed runtime passes its self-test", async () => {
  expect(await checkRuntime()).toMatchObject({ ok: true, needed: true });
});

test("the shipped data are counted", () => {
  expect(checkStarterData()).toMatchObject({ ok: true, detail: "5,861 e-mails" });
});
