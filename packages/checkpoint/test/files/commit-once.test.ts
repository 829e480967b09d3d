import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { commitOnce, writeFileAtomic } from "../../src/disk.ts";
import { bundled, startChild } from "../helpers/child.ts";

describe("commitOnce", () => {
  test("keeps the first content and says what came later", () => {
    const folder = temporaryFolder();
    const path = join(folder, "result.json");
    expect(commitOnce(Buffer.from("first"), path)).toBe("committed");
    expect(commitOnce(Buffer.from("first"), path)).toBe("already-there-same");
    expect(commitOnce(Buffer.from("other"), path)).toBe("already-there-different");
    expect(readFileSync(path, "utf8")).toBe("first");
    expect(readdirSync(folder)).toEqual(["result.json"]);
  });

  test("links a finished file without moving it", () => {
    const folder = temporaryFolder();
    const attempt = join(folder, "attempt.json");
    const path = join(folder, "result.json");
    writeFileSync(attempt, "content");
    expect(commitOnce(attempt, path)).toBe("committed");
    expect(statSync(path).ino).toBe(statSync(attempt).ino);
    expect(commitOnce(attempt, path)).toBe("already-there-same");
  });

  test("throws the file system's error when the folder is missing", () => {
    expect(() => commitOnce(Buffer.from("x"), join(temporaryFolder(), "no", "x"))).toThrow("ENOENT");
  });

  test("of four processes that commit at the same moments exactly one wins each time, and its content stays", async () => {
    const script = bundled("commit-race.ts");
    const folder = temporaryFolder();
    const rounds = 40;
    const contents = ["a", "b", "c", "d"];
    const start = join(temporaryFolder(), "start");
    const runners = contents.map((c) => startChild(script, folder, String(rounds), start, c));
    await Promise.all(runners.map((runner) => runner.printed("ready")));
    writeFileAtomic(start, Buffer.from(String(Date.now() + 200)));
    const outcomes: string[][] = [];
    for (const runner of runners) {
      expect(await runner.ended).toEqual({ code: 0, signal: null, stderr: "" });
      outcomes.push(JSON.parse(runner.output().replace("ready\n", "")) as string[]);
    }
    for (let round = 0; round < rounds; round++) {
      const ofRound = outcomes.map((o) => o[round]);
      expect(ofRound.toSorted()).toEqual([
        "already-there-different",
        "already-there-different",
        "already-there-different",
        "committed",
      ]);
      expect(readFileSync(join(folder, String(round)), "utf8")).toBe(contents[ofRound.indexOf("committed")]);
    }
    expect(readdirSync(folder)).toHaveLength(rounds); // no temporary files
  });

  test("killed before any one of its file-system calls it has committed all or nothing", async () => {
    const script = bundled("kill-before-call.ts");
    const folder = temporaryFolder();
    const path = join(folder, "result");
    const states: string[] = [];
    for (let nth = 1; nth < 100; nth++) {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      const child = startChild(script, "commit", path, String(nth));
      const { signal, stderr } = await child.ended;
      states.push(existsSync(path) ? readFileSync(path, "utf8") : "absent");
      if (signal === "SIGKILL") continue;
      expect(stderr).toBe("");
      break;
    }
    // open, write, fsync, close, link | open folder, fsync folder, close folder, unlink
    const absent = Array<string>(5).fill("absent");
    expect(states).toEqual([...absent, ...Array<string>(5).fill("new content")]);
  });
});
