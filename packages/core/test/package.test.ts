import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const root = new URL("../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as Record<string, unknown>;
const sources = readdirSync(new URL("src/", root), { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

describe("the package", () => {
  test("has no dependencies", () => {
    for (const field of ["dependencies", "peerDependencies", "optionalDependencies"]) {
      expect(manifest[field] ?? {}, field).toEqual({});
    }
  });

  test("publishes the same entry points as it tests, without the source condition", () => {
    const { exports, publishConfig } = manifest as {
      exports: Record<string, string | Record<string, string>>;
      publishConfig: { exports: unknown };
    };
    const published = Object.fromEntries(
      Object.entries(exports).map(([entry, target]) => {
        if (typeof target === "string") return [entry, target];
        const { "@lorank/source": _, ...rest } = target;
        return [entry, rest];
      }),
    );
    expect(Object.keys(exports)).toEqual([".", "./results", "./results.schema.json", "./package.json"]);
    expect(publishConfig.exports).toEqual(published);
  });

  test.each(sources)("src/%s imports only its own files, so that it runs in a browser", (file) => {
    const text = readFileSync(new URL(`src/${file}`, root), "utf8");
    const imports = /\bfrom "([^"\n]+)";|\bimport\s*\(\s*"([^"\n]+)"|^import "([^"\n]+)"/gm;
    const imported = [...text.matchAll(imports)].map(([, from, dynamic, bare]) => from ?? dynamic ?? bare);
    expect(imported.filter((specifier) => !specifier?.startsWith("."))).toEqual([]);
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    expect(code).not.toMatch(/\b(?:process|Buffer|__dirname|require)\b\s*[.([]/);
  });
});
