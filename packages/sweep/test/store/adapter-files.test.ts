import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { adapterFiles, adapterFolder, wholeAdapterFiles } from "../../src/store/adapter-files.ts";
import { temporaryFolder } from "../helpers/example.ts";

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
