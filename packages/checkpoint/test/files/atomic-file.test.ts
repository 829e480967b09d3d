import { execFileSync } from "node:child_process";
import fs, { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { replaceFile, writeFileAtomic } from "../../src/disk.ts";
import { ownOwner } from "../../src/files/process.ts";
import { bundled, startChild } from "../helpers/child.ts";

describe("writeFileAtomic", () => {
  test("writes bytes and UTF-8 text, replaces what was there and leaves no other file", () => {
    const folder = temporaryFolder();
    const path = join(folder, "result.json");
    writeFileAtomic(path, Uint8Array.of(1, 2, 3));
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    writeFileAtomic(path, "é");
    expect([...readFileSync(path)]).toEqual([0xc3, 0xa9]);
    writeFileAtomic(path, "");
    expect(readFileSync(path)).toHaveLength(0);
    expect(readdirSync(folder)).toEqual(["result.json"]);
  });

  test("writes only the part of the buffer that a view shows", () => {
    const path = join(temporaryFolder(), "view");
    writeFileAtomic(path, Uint8Array.of(9, 1, 2, 9).subarray(1, 3));
    expect([...readFileSync(path)]).toEqual([1, 2]);
  });

  test("writes parts as they are made, and counts them where the system refuses", () => {
    const folder = temporaryFolder();
    const path = join(folder, "parts");
    let made = 0;
    const parts = {
      *[Symbol.iterator]() {
        for (made = 0; made < 3; made++) yield Uint8Array.of(made, made);
      },
    };
    writeFileAtomic(path, parts);
    expect([...readFileSync(path)]).toEqual([0, 0, 1, 1, 2, 2]);

    const { writeSync } = fs;
    onTestFinished(() => {
      fs.writeSync = writeSync;
      syncBuiltinESMExports();
    });
    fs.writeSync = (() => {
      expect(made).toBe(0);
      throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC", syscall: "write" });
    }) as typeof writeSync;
    syncBuiltinESMExports();
    expect(() => writeFileAtomic(path, parts)).toThrow(
      /ENOSPC: no space left \(6 B to write, .+ free there\)$/,
    );
    expect(readdirSync(folder)).toEqual(["parts"]);
  });

  test("removes its temporary file when the rename fails", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "taken", "by-a-folder"), { recursive: true });
    expect(() => writeFileAtomic(join(folder, "taken"), "x")).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readdirSync(folder)).toEqual(["taken"]);
  });

  test("does not make folders, so that a typing error is not a new place for results", () => {
    expect(() => writeFileAtomic(join(temporaryFolder(), "no", "file"), "x")).toThrow("ENOENT");
  });

  test("on a full disk it throws ENOSPC, keeps the old content and removes its temporary file", ({
    skip,
  }) => {
    const mountPoint = temporaryFolder();
    // Its own mount namespace: nothing outside the child sees this file system, and it goes with the child.
    const inNamespace = (command: string[]) =>
      execFileSync(
        "unshare",
        ["-m", "sh", "-c", 'mount -t tmpfs -o size=64k none "$0" && exec "$@"', mountPoint, ...command],
        { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
      );
    try {
      inNamespace(["true"]);
    } catch (error) {
      skip(`needs root and unshare(1) to mount a small file system: ${(error as Error).message}`);
    }
    const command = [process.execPath, bundled("fill-disk.ts"), join(mountPoint, "file")];
    expect(JSON.parse(inNamespace(command))).toEqual({
      error: "ENOSPC",
      message: expect.stringMatching(
        /file could not be written: ENOSPC: no space left on device, write \(100 kB to write, 2\d\.\d kB free there\)$/,
      ),
      bytes: 40_000,
      old: true,
      files: ["file"],
    });
  });
});

describe("a process killed while it writes", () => {
  test("at any of a dozen moments leaves the file absent or whole, never mixed", async () => {
    const bytes = 200_000;
    const seen: string[] = [];
    const script = bundled("write-for-ever.ts");
    for (let round = 0; round < 12; round++) {
      const path = join(temporaryFolder(), "target");
      const replaces = round % 2 === 1;
      if (replaces) writeFileSync(path, new Uint8Array(bytes).fill(255));
      const child = startChild(script, path, String(bytes));
      // Half of the rounds strike at the first write, which makes or replaces the file; half at a later one.
      await child.printed(round % 4 < 2 ? "started" : "wrote once");
      await sleep(((round + 0.5) / 12) * (round % 4 < 2 ? 5 : 40));
      child.process.kill("SIGKILL");
      expect((await child.ended).signal).toBe("SIGKILL");

      if (!existsSync(path)) {
        expect(replaces).toBe(false);
        seen.push("absent");
        continue;
      }
      const content = readFileSync(path);
      expect(content).toHaveLength(bytes);
      expect(content.every((byte) => byte === content[0])).toBe(true);
      seen.push(content[0] === 255 ? "old" : "new");
    }
    expect(seen).toHaveLength(12);
    expect(seen.filter((content) => content === "new").length).toBeGreaterThanOrEqual(6);
  });

  test("leaves a temporary file that replaceFile removes, and no other", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "target");
    await startChild(bundled("kill-before-call.ts"), "write", path, "3").ended;
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\.target\..*\.tmp$/)]);
    const ofLiving = `.target.${ownOwner}.0123456789abcdef.tmp`;
    const ofAnotherHost = ".target.01234567-1-1.0123456789abcdef.tmp";
    const others = [ofLiving, ofAnotherHost, ".target.notes.tmp", ".targets.tmp"];
    for (const name of others) writeFileSync(join(folder, name), "");
    replaceFile(path, "new");
    expect(readdirSync(folder).sort()).toEqual([...others, "target"].sort());
  });

  test("before any one of its file-system calls leaves the old or the new content", async () => {
    const script = bundled("kill-before-call.ts");
    const folder = temporaryFolder();
    const path = join(folder, "target");
    const contents: string[] = [];
    for (let nth = 1; nth < 100; nth++) {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      writeFileSync(path, "old content");
      const child = startChild(script, "write", path, String(nth));
      const { signal, stderr } = await child.ended;
      contents.push(readFileSync(path, "utf8"));
      if (signal === "SIGKILL") continue;
      expect(stderr).toBe("");
      expect(child.output()).toBe(`finished after ${nth - 1} calls\n`);
      break;
    }
    // open, write, fsync, close | rename | open folder, fsync folder, close folder
    const old = Array<string>(5).fill("old content");
    expect(contents).toEqual([...old, ...Array<string>(4).fill("new content")]);
  });
});
