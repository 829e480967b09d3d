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
import { claimPartial, releasePartial, removeAbandonedPartials } from "../../src/hub/partial.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const etag = "a".repeat(64);
const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid;

/** A part of this process, in a fresh folder. */
function claimed(): { folder: string; path: string } {
  const folder = temporaryFolder();
  const claim = claimPartial(folder, etag);
  if (claim.kind !== "claimed") throw new Error("the folder was not empty");
  writeFileSync(claim.path, "part");
  return { folder, path: claim.path };
}

/** The same part as if another process had written it. */
function ofProcess(path: string, pid: number): string {
  const other = path.replace(`-${process.pid}-`, `-${pid}-`);
  renameSync(path, other);
  return other;
}

describe("a part of a blob", () => {
  test("that a living process writes is left to it", () => {
    const { folder } = claimed();
    expect(claimPartial(folder, etag)).toEqual({ kind: "busy" });
    expect(claimPartial(folder, "b".repeat(64)).kind).toBe("claimed");
  });

  test("of a dead process is taken over by one only", () => {
    const { folder, path } = claimed();
    const dead = ofProcess(path, deadPid());
    const claim = claimPartial(folder, etag);
    expect(claim.kind === "claimed" && readFileSync(claim.path, "utf8")).toBe("part");
    expect(existsSync(dead)).toBe(false);
    expect(claimPartial(folder, etag)).toEqual({ kind: "busy" });
  });

  test("that was released is taken over by anybody", () => {
    const { folder, path } = claimed();
    releasePartial(folder, etag, path);
    const claim = claimPartial(folder, etag);
    expect(claim.kind === "claimed" && readFileSync(claim.path, "utf8")).toBe("part");
  });

  test("that is empty is not worth keeping", () => {
    const { folder, path } = claimed();
    writeFileSync(path, "");
    releasePartial(folder, etag, path);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that has been silent is copied: whoever holds it open can no longer reach what becomes the blob", () => {
    const { folder, path } = claimed();
    const tenMinutesAgo = Date.now() / 1000 - 600;
    utimesSync(path, tenMinutesAgo, tenMinutesAgo);
    const { ino } = statSync(path);
    const claim = claimPartial(folder, etag);
    if (claim.kind !== "claimed") throw new Error("not claimed");
    expect(readFileSync(claim.path, "utf8")).toBe("part");
    expect(statSync(claim.path).ino).not.toBe(ino);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test("of another program is neither taken nor removed", () => {
    const folder = temporaryFolder();
    const names = [`${etag}.incomplete`, `${etag}.0123abcd.incomplete`];
    for (const name of names) writeFileSync(join(folder, name), "python");
    const claim = claimPartial(folder, etag);
    expect(claim.kind === "claimed" && statSync(claim.path).size).toBe(0);
    removeAbandonedPartials(folder, etag);
    for (const name of names) expect(readFileSync(join(folder, name), "utf8")).toBe("python");
  });

  test("goes with its blob when nobody writes it any more, and stays while somebody does", () => {
    const { folder, path } = claimed();
    const [dead, living] = [ofProcess(path, deadPid()), path];
    writeFileSync(living, "part");
    removeAbandonedPartials(folder, etag);
    expect([existsSync(dead), existsSync(living)]).toEqual([false, true]);
  });
});
