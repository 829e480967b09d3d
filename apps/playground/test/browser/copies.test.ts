// What a copy that does not come to its end leaves of the comparison before it.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page, Worker } from "playwright-core";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { askFor, hasChromium, playgroundVisitor, reached } from "./open.ts";

/** The one of the page. Those of its threads come after it. */
const workerOf = async (page: Page): Promise<Worker> =>
  page.workers()[0] ?? (await page.waitForEvent("worker"));

describe.skipIf(!hasChromium)("a copy in Chromium", () => {
  const visit = playgroundVisitor();

  test("that a reload or a full storage ends leaves the verdict and the file from before", async () => {
    const { page } = await visit();
    const folder = temporaryFolder();
    const write = (name: string, rows: number): string => {
      const lines = Array.from({ length: rows }, (_, i) => `text ${i} of ${name},${i % 2 ? "spam" : "ham"}`);
      writeFileSync(join(folder, name), `text,label\n${lines.join("\n")}\n`);
      return join(folder, name);
    };
    const pick = (path: string) => page.locator(".drop input[type=file]").nth(0).setInputFiles(path);
    const expectFirst = async () => {
      await page.reload();
      await page.locator("#verdict").waitFor();
      expect(await page.locator("#provenance").textContent()).toContain("first.csv");
      await page.getByRole("button", { name: "Compare again" }).click();
      expect(await page.getByRole("radio", { name: "first.csv" }).isChecked()).toBe(true);
      expect(await page.getByRole("radio", { name: "second.csv" }).count()).toBe(0);
    };
    await askFor(page, { seeds: 1, train: 8, validation: 8 });
    await pick(write("first.csv", 40));
    await page.getByText("Its columns: text, label.").waitFor();
    await page.getByRole("button", { name: "Start" }).click();
    await reached(page, "#verdict");
    await page.getByRole("button", { name: "Compare again" }).click();

    const second = write("second.csv", 800_000); // more than one piece
    await pick(second);
    const atSecondPiece = (await workerOf(page)).evaluate(
      () =>
        new Promise<void>((resolve) => {
          const { slice } = Blob.prototype;
          Blob.prototype.slice = function (start = 0, ...rest) {
            if (start === 0) return slice.call(this, start, ...rest);
            resolve();
            return { arrayBuffer: () => new Promise(() => {}) } as unknown as Blob;
          };
        }),
    );
    await page.getByRole("button", { name: "Start" }).click();
    await atSecondPiece;
    await expectFirst();

    await pick(second);
    await (await workerOf(page)).evaluate(() => {
      const { FileSystemSyncAccessHandle: handle } = globalThis as unknown as {
        FileSystemSyncAccessHandle: { prototype: { write: () => number } };
      };
      handle.prototype.write = () => 0;
    });
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("alert").getByText("The browser's storage for this page is full").waitFor();
    expect(await page.locator(".drop strong").first().textContent()).toBe("second.csv");
    await expectFirst();
  });
});
