import { describe, expect, test } from "vitest";
import { checkNode, checkRuntime, checkStarterData, deviceChecks } from "../src/doctor/checks.ts";

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

test("a device's check says what it computes in, and how much faster", () => {
  const halves = [
    { computeDtype: "float16", passed: true, speedup: 1.96 },
    { computeDtype: "bfloat16", passed: false },
  ] as const;
  const cuda = { device: "cuda", passed: true, detail: "self-test passed", halves } as const;
  const [check] = deviceChecks({ devices: [cuda], auto: { chose: "cpu", why: "" } });
  expect(check!.detail).toBe("self-test passed; float16, 2.0 × the speed; no bfloat16");
});
