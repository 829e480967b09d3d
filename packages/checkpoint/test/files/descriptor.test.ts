import { execFileSync } from "node:child_process";
import { closeSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { bytesSource, sha256OfSource } from "../../src/byte-source.ts";
import { sha256OfFile } from "../../src/disk.ts";
import { openFile, openRegularFile, readTextFile, readWholeFile } from "../../src/files/descriptor.ts";
import { openSafetensors, readPeftAdapter } from "../../src/files.ts";
import { sha256Hex } from "../../src/sha256.ts";

describe("reading a file", () => {
  test("a file is opened for reading, with its size", () => {
    const path = join(temporaryFolder(), "five");
    writeFileSync(path, "12345");
    const file = openFile(path);
    expect(file).toMatchObject({ path, byteLength: 5 });
    expect(Buffer.from(file.read(1, 3)).toString()).toBe("234");
    expect(Buffer.from(file.read(3, 9)).toString()).toBe("45"); // all that there is
    file.close();
    file.close();
    expect(() => file.read(0, 1)).toThrow(`${path} is closed`);
  });

  test("a folder and what is not there are errors that name the path", () => {
    const folder = temporaryFolder();
    expect(() => openFile(folder)).toThrow(`${folder} must be a file, got a folder or device`);
    const missing = join(folder, "missing");
    expect(() => openFile(missing)).toThrow(`${missing} must be a readable file, got ENOENT`);
  });

  describe.skipIf(process.platform === "win32")(
    "what is no file is refused, and nobody waits for it (Windows has none)",
    () => {
      function fifo(name = "fifo"): string {
        const path = join(temporaryFolder(), name);
        execFileSync("mkfifo", [path]);
        return path;
      }
      const readers = { openFile, openRegularFile, readWholeFile, sha256OfFile, openSafetensors };

      test.each(Object.entries(readers))("by %s: a FIFO, a device without an end", (_, read) => {
        for (const path of [fifo(), "/dev/zero"])
          expect(() => read(path)).toThrow(
            expect.objectContaining({
              code: "E_FILE",
              message: expect.stringContaining(`${path} must be a file`),
            }),
          );
      });

      test("an adapter's config is none", () => {
        const path = fifo("adapter_config.json");
        expect(() => readPeftAdapter(join(path, ".."))).toThrow(
          `${path} must be a file, got a folder or device`,
        );
      });

      test("a link is followed unless it must not be", () => {
        const folder = temporaryFolder();
        const link = join(folder, "link");
        writeFileSync(join(folder, "file"), "12345");
        symlinkSync("file", link);
        closeSync(openRegularFile(link));
        expect(readWholeFile(link).toString()).toBe("12345");
        expect(() => openRegularFile(link, { follow: false })).toThrow("ELOOP");
      });
    },
  );

  test("a whole file has less than 2 GiB, and a folder is the file system's error", () => {
    const folder = temporaryFolder();
    const path = join(folder, "large");
    writeFileSync(path, "");
    truncateSync(path, 2 ** 31);
    expect(() => readWholeFile(path)).toThrow(`${path} must have at most 2147483647 bytes, got 2147483648`);
    truncateSync(path, 2 ** 29);
    expect(() => readTextFile(path)).toThrow(`${path} must have at most 536870888 bytes, got 536870912`);
    writeFileSync(path, "ä");
    expect(readTextFile(path)).toBe("ä");
    const message = expect.stringContaining(`${folder} could not be read: EISDIR`);
    for (const read of [readWholeFile, readTextFile])
      expect(() => read(folder)).toThrow(expect.objectContaining({ code: "EISDIR", message }));
  });
});

describe("the digest of a file", () => {
  test('SHA-256 of "abc" is the one of FIPS 180-2', () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  test("a file of a million times a, in more than one chunk or none, has the digest of its bytes", () => {
    const path = join(temporaryFolder(), "f");
    writeFileSync(path, "a".repeat(1_000_000)); // FIPS 180-2, third example
    expect(sha256OfFile(path)).toBe("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    const large = Buffer.alloc(2 ** 20 * 2 + 17, 7);
    writeFileSync(path, large);
    expect(sha256OfFile(path)).toBe(sha256Hex(large));
    expect(sha256OfSource({ ...bytesSource(large), path, close: () => {} })).toBe(sha256OfFile(path));
    writeFileSync(path, "");
    expect(sha256OfFile(path)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});
