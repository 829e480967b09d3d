import { execFileSync } from "node:child_process";
import { existsSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { nodeInputs } from "../../src/node/data-files.ts";

const folder = temporaryFolder();
const marker = join(folder, "it-ran");
const judge = join(folder, "judge.js");
const source = `import { writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(marker)}, "");
export default () => 1;
`;
writeFileSync(judge, source);
const readOnly = nodeInputs(undefined, { runsJudge: false }).readJudge!;
const bytes = new TextEncoder().encode(source);

test("a judge that does not run is read, and nothing of it runs", async () => {
  expect(await readOnly(judge)).toEqual(Buffer.from(bytes));
  expect(existsSync(marker)).toBe(false);
});

test("a judge that runs has the same bytes", async () => {
  expect(await nodeInputs().readJudge!(judge)).toEqual(Buffer.from(bytes));
  expect(existsSync(marker)).toBe(true);
});

test.skipIf(process.platform === "win32")(
  "a judge that is no file is refused, and no FIFO is waited for",
  async () => {
    const fifo = join(folder, "fifo.js");
    execFileSync("mkfifo", [fifo]);
    const large = join(folder, "large.js");
    writeFileSync(large, "");
    truncateSync(large, 2 ** 26 + 1);
    for (const [path, got] of [
      [join(folder, "no.js"), "ENOENT"],
      [folder, "a folder or device"],
      [fifo, "a folder or device"],
      [large, "at most 67108864 bytes are read, it has 67108865"],
    ] as const)
      await expect(readOnly(path)).rejects.toMatchObject({
        code: "E_JUDGE",
        message: expect.stringMatching(`^${path} must be a file that can be read, got the error .*${got}`),
      });
  },
);
