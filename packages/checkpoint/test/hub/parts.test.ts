import { spawnSync } from "node:child_process";
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { leavePart, partsLeft, removeParts, startPart } from "../../src/hub/download.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const etag = "a".repeat(64);
const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid;

/** A part of this process, in a fresh folder. */
function started(): { folder: string; path: string } {
  const folder = temporaryFolder();
  const path = startPart(folder, etag);
  writeFileSync(path, "part");
  return { folder, path };
}

/** The same part as if another process had written it. */
function ofProcess(path: string, pid: number): string {
  const other = path.replace(`-${process.pid}-`, `-${pid}-`);
  renameSync(path, other);
  return other;
}

describe("a part of a blob", () => {
  test("that a living process writes is left to it", () => {
    const { folder, path } = started();
    const other = startPart(folder, etag);
    expect(other).not.toBe(path);
    expect([readFileSync(path, "utf8"), readFileSync(other, "utf8")]).toEqual(["part", ""]);
  });

  test("of a dead process is gone on with by one only", () => {
    const { folder, path } = started();
    const dead = ofProcess(path, deadPid());
    expect(readFileSync(startPart(folder, etag), "utf8")).toBe("part");
    expect(existsSync(dead)).toBe(false);
    expect(readFileSync(startPart(folder, etag), "utf8")).toBe("");
  });

  test("that was left is gone on with by anybody", () => {
    const { folder, path } = started();
    leavePart(path);
    expect(readFileSync(startPart(folder, etag), "utf8")).toBe("part");
  });

  test("that is empty is not worth keeping", () => {
    const { folder, path } = started();
    writeFileSync(path, "");
    leavePart(path);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("of another program is neither taken nor removed", () => {
    const folder = temporaryFolder();
    const names = [`${etag}.incomplete`, `${etag}.0123abcd.incomplete`];
    for (const name of names) writeFileSync(join(folder, name), "python");
    expect(statSync(startPart(folder, etag)).size).toBe(0);
    expect(partsLeft(folder, etag)).toEqual([]);
    for (const name of names) expect(readFileSync(join(folder, name), "utf8")).toBe("python");
  });

  test("goes with its blob when it is left or has been silent, and stays while somebody writes it", () => {
    const { folder, path } = started();
    const dead = ofProcess(path, deadPid());
    const elsewhere = path.replace(/\.[0-9a-f]{8}-/, ".0123abcd-");
    writeFileSync(elsewhere, "part");
    writeFileSync(path, "part");
    const tenMinutesAgo = Date.now() / 1000 - 600;
    utimesSync(elsewhere, tenMinutesAgo, tenMinutesAgo);
    removeParts(folder, etag);
    expect([dead, elsewhere, path].map((part) => existsSync(part))).toEqual([false, false, true]);
  });

  test("counts as left when its process is dead, not while it writes", () => {
    const { folder, path } = started();
    const dead = ofProcess(path, deadPid());
    writeFileSync(path, "part");
    expect(partsLeft(folder, etag)).toEqual([dead]);
  });
});
