import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { damages } from "../../../packages/sweep/test/helpers/damages.ts";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { remembered, tokenCache } from "../src/data/tokenised.ts";

const keyOf = (name: string): string => createHash("sha256").update(name).digest("hex");
const key = keyOf("a");
const made = { examples: [{ id: "é", inputIds: [1, 2, 3] }], dropped: 0 };

/** Calls it, and says what it gave and how often it was made. */
function calls(cache: Parameters<typeof remembered>[2], of = key, value: unknown = made) {
  let count = 0;
  const got = remembered(
    of,
    () => {
      count++;
      return value;
    },
    cache,
  );
  return { got, count };
}

describe("remembered", () => {
  test("makes a value once, and gives it again", () => {
    const cache = { folder: join(temporaryFolder(), "new", "tokens"), mostBytes: 1e6 };
    expect(calls(cache)).toEqual({ got: made, count: 1 });
    expect(calls(cache)).toEqual({ got: made, count: 0 });
    expect(calls(cache, keyOf("b"))).toEqual({ got: made, count: 1 });
    expect(readdirSync(cache.folder)).toHaveLength(2);
    if (process.platform !== "win32") {
      expect(statSync(cache.folder).mode & 0o777).toBe(0o700);
      expect(statSync(join(cache.folder, `${key}.json`)).mode & 0o777).toBe(0o600);
    }
  });

  const harms: [string, (file: string) => void][] = [
    ["cut short", (file) => truncateSync(file, 80)],
    ["empty", (file) => truncateSync(file, 0)],
    ["changed", (file) => writeFileSync(file, readFileSync(file, "utf8").replace("[1,", "[7,"))],
    ["of another kind", (file) => writeFileSync(file, "{}")],
    ["a link to nothing", damages["a link to nothing"]],
    ["a loop of links", damages["a loop of links"]],
    ["with a flipped bit", damages["with a flipped bit"]],
  ];
  test.each(harms)("a file that is %s is made anew", (_, harm) => {
    const cache = { folder: temporaryFolder(), mostBytes: 1e6 };
    calls(cache);
    harm(join(cache.folder, `${key}.json`));
    expect(calls(cache)).toEqual({ got: made, count: 1 });
    expect(calls(cache)).toEqual({ got: made, count: 0 });
  });

  test("gives the value where nothing can be kept", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    expect(calls({ folder: join(folder, "file", "tokens"), mostBytes: 1e6 })).toEqual({
      got: made,
      count: 1,
    });
    expect(calls({ folder: undefined, mostBytes: 1e6 })).toEqual({ got: made, count: 1 });
    expect(calls({ folder, mostBytes: 80 })).toEqual({ got: made, count: 1 }); // too large by itself
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("removes what was not used for longest, what was left unfinished, and nothing else", () => {
    const folder = temporaryFolder();
    const cache = { folder, mostBytes: 3 * (65 + 102) };
    const value = "x".repeat(100);
    const age = (name: string, days: number): void => {
      const then = new Date(Date.now() - days * 86_400_000);
      utimesSync(join(folder, name), then, then);
    };
    ["a", "b", "c"].forEach((name, i) => {
      calls(cache, keyOf(name), value);
      age(`${keyOf(name)}.json`, 5 - i);
    });
    writeFileSync(join(folder, "notes.txt"), "y".repeat(1000));
    const part = (of: string, digit: string) => `${of}.${digit.repeat(16)}.part`;
    const [old, young, ofTheSame] = [part(key, "0"), part(key, "1"), part(keyOf("d"), "2")];
    for (const name of [old, young, ofTheSame]) writeFileSync(join(folder, name), "");
    age(old, 2);
    age(young, 0.9);
    expect(calls(cache, keyOf("a"), value).count).toBe(0); // used now, so b is the oldest
    calls(cache, keyOf("d"), value);
    const left = [...["a", "c", "d"].map((name) => `${keyOf(name)}.json`), "notes.txt", young];
    expect(readdirSync(folder).toSorted()).toEqual(left.toSorted());
  });

  test("processes that write and read one entry at once all get it whole", async () => {
    const folder = temporaryFolder();
    const source = fileURLToPath(new URL("../src/data/tokenised.ts", import.meta.url));
    const script = `
      import { remembered } from ${JSON.stringify(source)};
      import { rmSync } from "node:fs";
      const cache = { folder: ${JSON.stringify(folder)}, mostBytes: 1e9 };
      const value = Array.from({ length: 50000 }, (_, i) => i);
      for (let round = 0; round < 20; round++) {
        const got = remembered(${JSON.stringify(key)}, () => value, cache);
        if (got.length !== 50000 || got.at(-1) !== 49999) process.exit(3);
        if (round % 5 === 4) rmSync(${JSON.stringify(join(folder, `${key}.json`))}, { force: true });
      }`;
    const codes = await Promise.all(
      [0, 1, 2].map(
        () =>
          new Promise((resolve) => {
            const options = ["--conditions=@lorank/source", "--import", import.meta.resolve("tsx")];
            const child = spawn(process.execPath, [...options, "--input-type=module", "-e", script]);
            child.on("close", resolve);
          }),
      ),
    );
    expect(codes).toEqual([0, 0, 0]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

describe("tokenCache", () => {
  test.each([
    [{ HOME: "/home/me" }, false, join("/home/me", ".cache", "lorank", "tokens")],
    [{ HOME: "/home/me", XDG_CACHE_HOME: "/cache" }, false, join("/cache", "lorank", "tokens")],
    [{ HOME: "/home/me", LORANK_TOKEN_CACHE: "/elsewhere" }, false, "/elsewhere"],
    [{ HOME: "/home/me", LORANK_TOKEN_CACHE: "off" }, false, undefined],
    [{ HOME: "/home/me" }, true, undefined],
    [{ LORANK_TOKEN_CACHE: "/elsewhere" }, true, "/elsewhere"],
  ])("%j, from source %s: %s", (environment, fromSource, folder) => {
    expect(tokenCache(environment, fromSource).folder).toBe(folder);
    expect(existsSync("/elsewhere")).toBe(false);
  });
});
