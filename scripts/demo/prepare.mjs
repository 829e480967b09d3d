/**
 * What `npm run demo` needs, before it runs: packages, and the command line built from this checkout.
 *
 * In a checkout without `node_modules` only the command line's own packages are installed, 0.4 GB. All that the repository is
 * developed with takes 1.1 GB; `npm test` installs it later.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const at = (path) => join(root, path);

// Elsewhere the command line runs by WebAssembly, which is built from a package that only development installs.
const isNative = readdirSync(at("packages/onnxruntime/platforms")).includes(
  `${process.platform}-${process.arch}`,
);
const isSmall = isNative && !isForDevelopment();
run("npm", ["run", "-s", "bootstrap", ...(isSmall ? ["--", ...ofCommandLine()] : [])]);
if (isSmall) installRuntime();
run(process.execPath, [at("scripts/demo/build.mjs")]);

/** Whether the packages for development are installed here, as pnpm noted. */
function isForDevelopment() {
  const notes = at("node_modules/.modules.yaml");
  return existsSync(notes) && JSON.parse(readFileSync(notes, "utf8")).included.devDependencies;
}

/** Options of pnpm's install: the command line and what builds it, without packages for development. */
function ofCommandLine() {
  return ["--prod", "--filter", "lorank...", "--filter", "@lorank/demo"];
}

/** Links ONNX Runtime where @lorank/graph finds it, as those do who install both. */
function installRuntime() {
  const place = at("packages/graph/node_modules/onnxruntime-node");
  if (existsSync(place)) return;
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(realpathSync(at("scripts/demo/node_modules/onnxruntime-node")), place, "junction");
}

function run(program, words) {
  // On Windows npm is a script, which needs a shell.
  const shell = program === "npm" && process.platform === "win32";
  const { status } = spawnSync(program, words, { cwd: root, stdio: "inherit", shell });
  if (status !== 0) process.exit(status ?? 1);
}
