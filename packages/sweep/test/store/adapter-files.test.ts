import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  adapterDamage,
  adapterFiles,
  adapterFolder,
  assertAdapterWhole,
  wholeAdapterFiles,
  writeAdapterDigest,
} from "../../src/store/adapter-files.ts";
import { temporaryFolder } from "../helpers/example.ts";

describe("the files of an adapter", () => {
  function attempt(...names: string[]): string {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "adapter"));
    for (const name of names) writeFileSync(join(folder, "adapter", name), name);
    return folder;
  }

  test("what PEFT and transformers write is an adapter's, and what a trainer keeps for itself is not", () => {
    const own = [
      "adapter_config.json",
      "adapter_model.bin",
      "chat_template.jinja",
      "id2label.json",
      "spiece.model",
    ];
    const others = [
      "adapter_model.pt",
      "optimizer.pt",
      "scheduler.pt",
      "trainer_state.json",
      "training_args.bin",
    ];
    const folder = join(attempt(...own, ...others, ".README.md.tmp"), "adapter");
    expect(adapterFiles(folder)).toEqual({ files: own, leftOut: others });
  });

  test("weights that are a link have no place among the files, and nothing can be handed out without them", () => {
    const folder = join(attempt("adapter_config.json", "w"), "adapter");
    symlinkSync("w", join(folder, "adapter_model.safetensors"));
    expect(adapterFiles(folder)).toEqual({
      files: ["adapter_config.json"],
      leftOut: ["adapter_model.safetensors", "w"],
    });
    expect(() => wholeAdapterFiles(folder)).toThrow(
      `${join(folder, "adapter_model.safetensors")} must be a file, got a symbolic link`,
    );
  });

  test("an attempt need not have an adapter, and one that is a file or leads elsewhere is refused", () => {
    expect(adapterFolder(temporaryFolder())).toBeUndefined();
    const folder = attempt();
    expect(adapterFolder(folder)).toBe(join(folder, "adapter"));
    for (const [target, got] of [
      ["/etc", "a symbolic link to another place"],
      ["nowhere", "a symbolic link to another place"],
      ["..", "a symbolic link to another place"],
    ] as const) {
      const linked = temporaryFolder();
      symlinkSync(target, join(linked, "adapter"));
      expect(() => adapterFolder(linked)).toThrow(`adapter must be a folder, got ${got}`);
    }
    const file = temporaryFolder();
    writeFileSync(join(file, "adapter"), "");
    expect(() => adapterFolder(file)).toThrow("adapter must be a folder, got a file");
  });
});

describe("adapter.sha256", () => {
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
});
