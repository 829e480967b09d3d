import { describe, expect, test } from "vitest";
import {
  type Check,
  checkNode,
  checkRuntime,
  checkStarterData,
  deviceChecks,
  nextWords,
  outcomeOf,
} from "../../src/commands/doctor/doctor.ts";

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

describe("a device that a sweep does not need", () => {
  const outcome = (detail: string) => {
    const survey = { devices: [{ device: "webgpu", passed: false, detail, halves: [] }] } as const;
    return outcomeOf(deviceChecks({ ...survey, auto: { chose: "cpu", why: "" } })[0]!);
  };

  test("is not set up where it is not here", () => {
    expect(outcome("this machine shows no GPU")).toBe("not set up (optional)");
    expect(outcome("webgpu has no adapter: there is no GPU, or no driver for it")).toBe(
      "not set up (optional)",
    );
  });

  test("does not work where its test failed or did not end", () => {
    expect(outcome("self-test failed: loss of a LoRA step is off by 1.0e+0")).toBe(
      "does not work (optional)",
    );
    expect(outcome("its test did not end within 120 s")).toBe("does not work (optional)");
  });
});

describe("the last line", () => {
  const node: Check = { name: "node", ok: true, needed: true, detail: "" };
  const cuda: Check = { name: "device cuda", ok: false, needed: false, detail: "", fix: "pip" };

  test("says that a sweep can run, and on what", () => {
    expect(nextWords([node, cuda], "cpu: this machine shows no GPU")).toBe(
      "Ready: run `lorank sweep`. It will use cpu: this machine shows no GPU",
    );
  });

  test("says what to do first where it cannot", () => {
    const old = { ...node, ok: false, fix: "nvm install 20" };
    expect(nextWords([old, cuda], "cpu: as asked")).toBe("Not ready: node failed. Try: nvm install 20");
  });
});
