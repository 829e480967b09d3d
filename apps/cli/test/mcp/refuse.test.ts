import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { parse, resolve } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { assertHarmless } from "../../src/commands/mcp/refuse.ts";

const folder = temporaryFolder();
const root = parse(resolve(folder)).root;
mkdirSync(`${folder}/runs`);
writeFileSync(`${folder}/a.csv`, "");
symlinkSync(root, `${folder}/to-root`);
execFileSync("mkfifo", [`${folder}/pipe`]);
symlinkSync(`${folder}/pipe`, `${folder}/to-pipe`);

/** The messages of what is refused; empty where nothing is. */
function refused(values: Readonly<Record<string, unknown>>): string {
  try {
    assertHarmless(values);
    return "";
  } catch (error) {
    expect(error).toMatchObject({ name: "InputError", code: "E_USAGE" });
    return (error as Error).message;
  }
}

afterEach(() => vi.unstubAllEnvs());

describe("refused", () => {
  test.each<[Record<string, unknown>, string]>([
    [{ data: "-" }, "data must be a path, got -: standard input is the client's"],
    [{ results: ["a.csv", "-"] }, "results must be a path, got -"],
    [{ metric: "file:a.js" }, "metric must be built in where an assistant asks, got file:a.js"],
    [{ metric: "not-file:a.js" }, "metric must be built in"],
    [{ file: `${folder}/pipe` }, "file must be a file or a folder, got the pipe or device"],
    [{ file: `${folder}/to-pipe` }, "file must be a file or a folder, got the pipe or device"],
    [{ results: ["/dev/zero"] }, "results must be a file or a folder, got the pipe or device /dev/zero"],
    [{ out: root }, "out must be a file or folder below the root of a disk"],
    [{ out: `${folder}/to-root` }, "out must be a file or folder below the root of a disk"],
    [{ out: `${folder}/runs/${"../".repeat(40)}` }, "out must be a file or folder below the root of a disk"],
    [{ results: [`${root}r{rank}-s{seed}`] }, "results must be a file or folder below the root of a disk"],
    [{ results: [`${root}*/out`] }, "results must be a file or folder below the root of a disk"],
    [{ models: Array(51).fill("llama-3.1-8b") }, "models must be at most 50 in one call, got 51"],
    [
      { data: "-", metric: "file:a.js" },
      "data must be a path, got -: standard input is the client's\nmetric must",
    ],
  ])("%j", (values, words) => {
    expect(refused(values)).toContain(words);
  });

  test.each([
    "redis://192.0.2.1:6379",
    "redis://evil.example",
    "rediss://localhost@evil.example",
    "redis://localhost\\@evil.example",
    "redis://localhost.evil.example",
    "redis://localhost?host=evil.example",
    "http://localhost",
    "evil.example:6379",
    "/run/redis.sock",
    "6379",
  ])("a queue at %s, whose address is not repeated", (redis) => {
    expect(refused({ redis })).toBe(
      "redis must be on this machine, or the server in LORANK_REDIS, got another host",
    );
  });
});

describe("passed", () => {
  test.each<Record<string, unknown>>([
    { models: Array(50).fill("llama-3.1-8b"), gpu: "24GB" },
    { results: [`${folder}/a.csv`, `${folder}/runs`, `${folder}/runs/r{rank}-s{seed}`], metric: "acc" },
    { file: "not-there.yaml", data: "spam-assassin", metric: "equals", template: "{prompt} \0 {response}" },
    { seeds: 3, ranks: [4, 8], list: true, trainer: { command: ["python", "-", "/dev/null"] } },
    { redis: "redis://localhost:6379/2" },
    { redis: "rediss://me:secret@127.0.0.1" },
    { redis: "redis://[::1]:6379" },
  ])("%j", (values) => {
    expect(refused(values)).toBe("");
  });

  test("the server that the user has named", () => {
    vi.stubEnv("LORANK_REDIS", "rediss://queue.example:6379");
    expect(refused({ redis: "rediss://queue.example:6379" })).toBe("");
    expect(refused({ redis: "rediss://queue.example:6380" })).not.toBe("");
  });
});
