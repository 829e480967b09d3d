import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { readSettings as read } from "../../src/settings/read-file.ts";

const readSettings = (path: string | undefined, flags: object) => read("sweep", path, { ...flags });

function file(content: string): string {
  const path = join(temporaryFolder(), "sweep.yaml");
  writeFileSync(path, content);
  return path;
}

describe("readSettings", () => {
  test("reads every kind of flag", () => {
    const flags = {
      ranks: "4, 8",
      seeds: "3",
      alpha: "rank",
      targets: "q_proj,v_proj",
      learningRate: "1e-3",
      json: true,
    };
    expect(readSettings(undefined, flags)).toEqual({
      ranks: [4, 8],
      seeds: 3,
      alpha: "rank",
      targets: ["q_proj", "v_proj"],
      "learning-rate": 1e-3,
    });
  });
  test("takes a delimiter by its character or its name", () => {
    for (const [given, delimiter] of Object.entries({
      ",": ",",
      ";": ";",
      "|": "|",
      tab: "tab",
      "\t": "tab",
    }))
      expect(readSettings(undefined, { delimiter: given })).toEqual({ delimiter });
    expect(readSettings(file('delimiter: ";"\nencoding: utf-16le\nskip-invalid: true\n'), {})).toEqual({
      delimiter: ";",
      encoding: "utf-16le",
      "skip-invalid": true,
    });
    expect(() => readSettings(undefined, { delimiter: ":" })).toThrow(
      /^--delimiter must be ",", ";", "\|" or tab, got ":"$/,
    );
  });
  test("takes auto or a positive number for what a sweep can find by itself", () => {
    expect(readSettings(file("epochs: 3\n"), { learningRate: "auto" })).toEqual({
      epochs: 3,
      "learning-rate": "auto",
    });
    expect(() => readSettings(file("epochs: automatic\n"), { learningRate: "0" })).toThrow(
      /epochs must be a positive number or "auto", got "automatic"\n--learning-rate must be a positive number or "auto", got 0/,
    );
  });
  test("takes a switch from the flags or the file, and turns one off that the file turns on", () => {
    expect(readSettings(undefined, { dora: true, loraPlus: "16", portable: false })).toEqual({
      dora: true,
      "lora-plus": 16,
      portable: false,
    });
    expect(readSettings(file("dora: true\nportable: true\n"), { dora: false })).toEqual({
      dora: false,
      portable: true,
    });
  });
  test("turns down a switch that is neither on nor off, and a LoRA+ ratio below 1", () => {
    const path = file('dora: "yes"\nlora-plus: 0.5\n');
    expect(() => readSettings(path, {})).toThrow(
      `${path}: dora must be true or false, got "yes"\n${path}: lora-plus must be a number of at least 1, got 0.5`,
    );
  });
  test("takes a list of seeds for the seeds themselves", () => {
    expect(readSettings(undefined, { seeds: "1,2,7" })).toEqual({ seeds: [1, 2, 7] });
  });
  test("lets flags win over the file, key by key", () => {
    const path = file("ranks: [1, 2]\nepochs: 3\nmodel:\n");
    expect(readSettings(path, { ranks: "8" })).toEqual({ ranks: [8], epochs: 3 });
  });
  test("reports everything that is wrong in file and flags at once", () => {
    const path = file("rank: [1]\nlearning_rate: 1\nseeds: -1\ntargets: []\nschedule: linaer\n");
    expect(() => readSettings(path, { ranks: "0,4", margin: "small" })).toThrow(
      [
        `${path}: unknown key "rank". Did you mean ranks?`,
        `${path}: unknown key "learning_rate". Did you mean learning-rate?`,
        `${path}: seeds must be a positive integer (how many) or a list of different integers of at least 0, got -1`,
        `${path}: targets must be "all-linear", "attention", "mlp", "auto" or a list of different layer names, got nothing`,
        `${path}: schedule must be constant, linear or cosine, got "linaer". Did you mean linear?`,
        "--ranks must be a list of different positive integers, got 0,4",
        '--margin must be a number of 0 to 1000000000, got "small"',
      ].join("\n"),
    );
  });
  test("suggests the share that percents of a margin are", () => {
    for (const [typed, share] of [
      ["1%", "0.01"],
      ["1.1 %", "0.011"],
    ])
      expect(() => readSettings(undefined, { margin: typed! })).toThrow(
        `--margin must be a number of 0 to 1000000000, got "${typed}". Did you mean ${share}?`,
      );
  });
  test("names a key that would reach Object.prototype as unknown", () => {
    expect(() => readSettings(file("__proto__: 1\nconstructor: 2\n"), {})).toThrow(
      /unknown key "constructor"/,
    );
  });
  test("says where a file is no YAML", () => {
    expect(() => readSettings(file("ranks: [1, 2\n"), {})).toThrow(
      expect.objectContaining({ code: "E_YAML" }),
    );
  });
  test("refuses a file of aliases that would grow without end", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b]\n`;
    expect(() => readSettings(file(bomb), {})).toThrow(/alias/i);
  });
  test("says that a file is missing", () => {
    expect(() => readSettings("nowhere.yaml", {})).toThrow(
      "file must be a YAML file that can be read, got nowhere.yaml (ENOENT)",
    );
  });
});
