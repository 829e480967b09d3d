import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type NativeOnnxruntime, nativePlatforms } from "../src/index.ts";

const root = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);
const manifestOf = (path: string) => JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
const main = manifestOf(root);

/** Where onnxruntime-node finds its binding and the library on each system. */
const library: Readonly<Record<string, string>> = {
  darwin: "libonnxruntime.1.dylib",
  linux: "libonnxruntime.so.1",
  win32: "onnxruntime.dll",
};

test("every platform that onnxruntime-node has is a package, and an optional dependency", () => {
  const binaries = join(require.resolve("onnxruntime-node"), "../../bin/napi-v6");
  const theirs = readdirSync(binaries).flatMap((system) =>
    readdirSync(join(binaries, system)).map((processor) => `${system}-${processor}`),
  );
  expect(theirs.toSorted()).toEqual(nativePlatforms);
  expect(readdirSync(join(root, "platforms")).toSorted()).toEqual(nativePlatforms);
  expect(Object.keys(main.optionalDependencies)).toEqual(
    nativePlatforms.map((platform) => `@lorank/onnxruntime-${platform}`),
  );
});

describe.each(nativePlatforms)("the package of %s", (platform) => {
  const manifest = manifestOf(join(root, "platforms", platform));
  const [system, processor] = platform.split("-") as [string, string];
  let folder: string;

  beforeAll(() => {
    folder = join(mkdtempSync(join(root, ".platform-")), platform); // from here, onnxruntime-common is found
    mkdirSync(folder);
    cpSync(join(root, "platforms", platform, "package.json"), join(folder, "package.json"));
    execFileSync(process.execPath, ["--import", "tsx", join(root, "scripts/platform.ts")], { cwd: folder });
  });
  afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

  test("has the version of the runtime, and only that platform", () => {
    const { version } = manifestOf(join(require.resolve("onnxruntime-node"), "../.."));
    expect(manifest).toMatchObject({
      version,
      os: [system],
      cpu: [processor],
      dependencies: main.dependencies,
    });
    expect(main.version).toBe(version);
    expect(manifest.scripts).not.toHaveProperty("postinstall");
  });

  test("holds the binding, its library once, and the licence", () => {
    const files = readdirSync(join(folder, "dist/bin/napi-v6", system, processor));
    expect(files).toContain("onnxruntime_binding.node");
    expect(files.filter((name) => /onnxruntime\.(dll|so|.*dylib)|\.so\./.test(name))).toEqual([
      library[system],
    ]);
    expect(readFileSync(join(folder, "LICENSE"), "utf8")).toContain("Copyright (c) Microsoft Corporation");
  });

  // The others cannot be loaded here.
  if (platform !== `${process.platform}-${process.arch}`) return;
  test("loads here", () => {
    const ort = require(join(folder, manifest.main)) as NativeOnnxruntime;
    expect(ort.listSupportedBackends().map(({ name }) => name)).toContain("cpu");
  });
});
