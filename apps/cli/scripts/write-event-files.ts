/** Writes the event files of test/fixtures/tensorboard from its trials, for scripts/reference/tensorboard_fixture.py to read. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { tensorboardFiles } from "../src/runs/tensorboard.ts";

const fixtures = new URL("../test/fixtures/tensorboard/", import.meta.url);
for (const { path, bytes } of tensorboardFiles(
  JSON.parse(readFileSync(new URL("trials.json", fixtures), "utf8")),
)) {
  const file = new URL(`logs/${path}`, fixtures).pathname;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
