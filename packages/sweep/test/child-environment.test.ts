import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { trialEnvironment } from "../src/child-environment.ts";

describe("trialEnvironment", () => {
  test("keeps one pool of memory on Linux, and what the user has set", () => {
    const found = trialEnvironment({ PATH: "/bin", MALLOC_ARENA_MAX: "4" }, "linux");
    expect(found).toMatchObject({ PATH: "/bin", MALLOC_ARENA_MAX: "4", MALLOC_MMAP_THRESHOLD_: "33554432" });
  });

  test("leaves the allocator alone elsewhere", () => {
    const NODE_OPTIONS = "--max-semi-space-size=2";
    expect(trialEnvironment({ PATH: "/bin" }, "darwin")).toEqual({ PATH: "/bin", NODE_OPTIONS });
  });

  test("keeps Node's options, and a room for new objects that the user has chosen", () => {
    const options = (NODE_OPTIONS: string) => trialEnvironment({ NODE_OPTIONS }, "linux").NODE_OPTIONS;
    expect(options("--no-warnings")).toBe("--no-warnings --max-semi-space-size=2");
    expect(options("--max_semi-space-size=64")).toBe("--max_semi-space-size=64");
  });

  test("has glibc join the small pieces beside aligned blocks, unless the user tunes it", () => {
    expect(trialEnvironment({}, "linux").GLIBC_TUNABLES).toContain("glibc.malloc.tcache_count=0");
    expect(trialEnvironment({ GLIBC_TUNABLES: "mine" }, "linux").GLIBC_TUNABLES).toBe("mine");
  });

  test.runIf(process.platform === "linux")("starts a process that runs", () => {
    const flags = { env: trialEnvironment(process.env), encoding: "utf8" } as const;
    expect(execFileSync(process.execPath, ["-p", "process.env.MALLOC_ARENA_MAX"], flags).trim()).toBe("1");
  });
});
