import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { copyFileAtomic, digestOfFile, haveSameBytes, sha256OfFile } from "../../src/disk.ts";

/** Three chunks and a bit, of which no two are the same. */
const bytes = Buffer.from(Uint32Array.from({ length: 800_000 }, (_, i) => i).buffer);

test("a copy has the bytes, takes the place of what was there, and leaves nothing beside it", async () => {
  const folder = temporaryFolder();
  const [source, target] = [join(folder, "source"), join(folder, "target")];
  writeFileSync(source, bytes);
  writeFileSync(target, "before");
  expect(await haveSameBytes(source, target)).toBe(false);
  await copyFileAtomic(source, target);
  expect(readFileSync(target).equals(bytes)).toBe(true);
  expect(await haveSameBytes(source, target)).toBe(true);
  expect(await digestOfFile(target)).toBe(sha256OfFile(source));
  expect(readdirSync(folder).sort()).toEqual(["source", "target"]);
});

test("files of equal size differ by one byte in the last chunk, and an empty one is copied too", async () => {
  const folder = temporaryFolder();
  const [a, b] = [join(folder, "a"), join(folder, "b")];
  const other = Buffer.from(bytes);
  other[other.length - 1]! ^= 1;
  writeFileSync(a, bytes);
  writeFileSync(b, other);
  expect(await haveSameBytes(a, b)).toBe(false);
  truncateSync(a, 0);
  await copyFileAtomic(a, b);
  expect(readFileSync(b)).toHaveLength(0);
  expect(await haveSameBytes(a, b)).toBe(true);
});

test("links are not followed, and what is no file is refused: the target stays", async () => {
  const folder = temporaryFolder();
  const [target, link] = [join(folder, "target"), join(folder, "link")];
  writeFileSync(target, "before");
  symlinkSync(target, link);
  await expect(copyFileAtomic(link, target)).rejects.toMatchObject({ code: "ELOOP" });
  expect(await haveSameBytes(link, target)).toBe(false);
  await expect(digestOfFile(link)).rejects.toMatchObject({ code: "ELOOP" });
  await expect(copyFileAtomic(folder, target)).rejects.toMatchObject({ code: "E_FILE" });
  if (process.platform !== "win32") {
    execFileSync("mkfifo", [join(folder, "fifo")]);
    await expect(copyFileAtomic(join(folder, "fifo"), target)).rejects.toMatchObject({ code: "E_FILE" });
  }
  expect(readFileSync(target, "utf8")).toBe("before");
});

test("a signal that comes while it copies ends it: the target stays, and nothing is left", async () => {
  const folder = temporaryFolder();
  const [source, target] = [join(folder, "source"), join(folder, "target")];
  writeFileSync(source, "");
  truncateSync(source, 2 ** 30);
  const stop = new AbortController();
  const copying = copyFileAtomic(source, target, stop.signal);
  setImmediate(() => stop.abort());
  await expect(copying).rejects.toMatchObject({ name: "AbortError" });
  expect(readdirSync(folder)).toEqual(["source"]);
});
