// Published packages have the files that their package.json names, wherever the checkout lies that they are built in.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { missingFiles } from "../../scripts/release/declared-files.ts";
import { temporaryFolder } from "../../scripts/temporary-folder.ts";
import { root } from "./blocks/check-command.ts";

const parent = temporaryFolder();

function write(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
}

/** A checkout of one package with a module, below a folder src. Returns the package's folder. */
function smallCheckout(name: string, types: string): { readonly checkout: string; readonly folder: string } {
  const checkout = join(parent, "src", name);
  const folder = join(checkout, "packages/one");
  for (const script of ["check-types.mjs", "source-files.mjs"])
    cpSync(join(root, "scripts", script), join(checkout, "scripts", script));
  mkdirSync(join(checkout, "apps"));
  symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
  const exports = { ".": { "@lorank/source": "./src/index.ts", types } };
  write(join(folder, "package.json"), { name: "one", type: "module", exports });
  const compilerOptions = { allowImportingTsExtensions: true, noEmit: true, types: [] };
  write(join(folder, "tsconfig.json"), { compilerOptions, include: ["src"] });
  write(join(folder, "src/index.ts"), 'export { two } from "./src/two.ts";\n');
  write(join(folder, "src/src/two.ts"), "export const two: number = 2;\n");
  return { checkout, folder };
}

function writeTypes(checkout: string) {
  const args = [join(checkout, "scripts/check-types.mjs"), "--write"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { status, output: stdout + stderr };
}

test("types are written into the package of a checkout that lies below a folder src", () => {
  const { checkout, folder } = smallCheckout("checkout", "./dist/index.d.ts");
  expect(writeTypes(checkout)).toMatchObject({ status: 0 });
  expect(existsSync(join(folder, "dist/index.d.ts"))).toBe(true);
  expect(existsSync(join(folder, "dist/src/two.d.ts"))).toBe(true);
  expect(existsSync(join(parent, "dist"))).toBe(false);
});

test("declared types that were not written are an error", () => {
  const { checkout, folder } = smallCheckout("other-name", "./dist/main.d.ts");
  const { status, output } = writeTypes(checkout);
  expect(status).toBe(1);
  expect(output).toContain(
    `${join(folder, "dist/main.d.ts")} is declared in a package.json and was not written`,
  );
});

test("files that a package.json names and the package lacks are named by their places", () => {
  const folder = join(parent, "installed");
  for (const file of ["dist/index.js", "dist/bin.js"]) write(join(folder, file), "");
  const manifest = {
    ...{ name: "one", version: "1.0.0", main: "dist/index.js", types: "dist/index.d.ts" },
    exports: {
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./two": { default: "./dist/two.js" },
      "./many/*": "./dist/many/*.js",
    },
    imports: { "#parse": { browser: "parse/browser", default: "parse" }, "#own": "./dist/own.js" },
    bin: { one: "dist/bin.js" },
  };
  expect(missingFiles(folder, manifest)).toEqual([
    'exports["."].types: ./dist/index.d.ts',
    'exports["./two"].default: ./dist/two.js',
    'imports["#own"]: ./dist/own.js',
    "types: dist/index.d.ts",
  ]);
});
