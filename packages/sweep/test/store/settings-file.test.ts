import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { settingsFile, writeSettings } from "../../src/store/settings-file.ts";
import { exampleConfig, temporaryFolder } from "../helpers/example.ts";

test("keeps what was asked of the config that is run, and is not touched where it is the same", () => {
  const out = temporaryFolder();
  const file = settingsFile(out);
  expect(file).toBe(join(out, "settings.json"));
  const write = (ranks: number[]) =>
    writeSettings(out, ({ ranks, seeds }) => ({ ranks, seeds: seeds.length }), { ...exampleConfig, ranks });
  write([4, 8]);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ ranks: [4, 8], seeds: 2 });
  const { ino, mtimeMs } = statSync(file);
  write([4, 8]);
  expect(statSync(file)).toMatchObject({ ino, mtimeMs });
  write([4]);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ ranks: [4], seeds: 2 });
});

test("where nothing was asked there is no file, and one of before stays", () => {
  const out = temporaryFolder();
  writeSettings(out, undefined, exampleConfig);
  expect(existsSync(settingsFile(out))).toBe(false);
  writeSettings(out, () => "asked", exampleConfig);
  writeSettings(out, undefined, exampleConfig);
  expect(readFileSync(settingsFile(out), "utf8")).toBe('"asked"\n');
});
