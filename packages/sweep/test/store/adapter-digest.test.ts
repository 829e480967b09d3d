import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { adapterDamage, assertAdapterWhole, writeAdapterDigest } from "../../src/store/adapter-digest.ts";
import { temporaryFolder } from "../helpers/example.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** An attempt with an adapter of two files. */
function attempt(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "adapter"));
  writeFileSync(join(folder, "adapter", "adapter_model.safetensors"), "w");
  writeFileSync(join(folder, "adapter", "adapter_config.json"), "c");
  return folder;
}

test("the digest has a line for each file, as sha256sum writes and reads it", async () => {
  const folder = attempt();
  expect(await adapterDamage(folder)).toBeUndefined(); // none yet, as in an attempt of an earlier version
  await writeAdapterDigest(folder);
  expect(readFileSync(join(folder, "adapter.sha256"), "utf8")).toBe(
    `${sha256("c")}  adapter/adapter_config.json\n${sha256("w")}  adapter/adapter_model.safetensors\n`,
  );
  expect(await adapterDamage(folder)).toBeUndefined();
});

test("names the file that is another one or is missing, and what to do; a copy is judged by itself", async () => {
  const folder = attempt();
  await writeAdapterDigest(folder);
  const copy = join(temporaryFolder(), "copy");
  cpSync(join(folder, "adapter"), copy, { recursive: true });
  const file = join(folder, "adapter", "adapter_model.safetensors");
  writeFileSync(file, "v");
  const damage = `${file} must have the SHA-256 ${sha256("w")} of adapter.sha256, got ${sha256("v")}`;
  expect(await adapterDamage(folder)).toBe(damage);
  await expect(assertAdapterWhole({ folder, trialId: "t", number: 1 })).rejects.toThrow(
    expect.objectContaining({
      code: "E_ADAPTER_DAMAGED",
      message: `${damage}\nDelete results/t.json and attempts/t to have it trained again.`,
    }),
  );
  rmSync(file);
  expect(await adapterDamage(folder)).toMatch(/got ENOENT$/);
  expect(await adapterDamage(folder, copy)).toBeUndefined();
});

test("what is not PEFT's has no line, and a line of an earlier version about it is passed over", async () => {
  const folder = attempt();
  writeFileSync(join(folder, "adapter", "optimizer.pt"), "o");
  mkdirSync(join(folder, "adapter", "checkpoint-10"));
  await writeAdapterDigest(folder);
  const text = readFileSync(join(folder, "adapter.sha256"), "utf8");
  expect(text.match(/adapter\/.*/g)).toEqual([
    "adapter/adapter_config.json",
    "adapter/adapter_model.safetensors",
  ]);
  writeFileSync(join(folder, "adapter.sha256"), `${text}${sha256("before")}  adapter/optimizer.pt\n`);
  expect(await adapterDamage(folder)).toBeUndefined();
});

test("weights that a link took the place of are damaged, and a FIFO is not waited for", async () => {
  const folder = attempt();
  await writeAdapterDigest(folder);
  const file = join(folder, "adapter", "adapter_model.safetensors");
  rmSync(file);
  writeFileSync(join(folder, "w"), "w");
  symlinkSync("../w", file);
  expect(await adapterDamage(folder)).toMatch(/got ELOOP$/);
  rmSync(file);
  execFileSync("mkfifo", [file]);
  expect(await adapterDamage(folder)).toMatch(/got a folder or device$/);
});
