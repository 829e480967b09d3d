/**
 * Fills the package of one platform, in whose folder it is run: what onnxruntime-node has for that platform, as it is,
 * without the other platforms and without the install script.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const source = dirname(dirname(createRequire(import.meta.url).resolve("onnxruntime-node")));
const { version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as { version: string };
const platform = basename(process.cwd());
const [system, processor] = platform.split("-") as [string, string];

rmSync("dist", { recursive: true, force: true });
// macOS' library is there under two names, as links in a tarball become copies; the binding asks for one of them.
const needed = (path: string): boolean => !/\.map$|\.\d+\.\d+\.\d+\.dylib$/.test(path);
cpSync(join(source, "dist"), "dist/js", { recursive: true, filter: needed });
const binaries = join("bin/napi-v6", system, processor); // where dist/binding.js looks, seen from its parent
cpSync(join(source, binaries), join("dist", binaries), { recursive: true, filter: needed });

writeFileSync(
  "README.md",
  `# @lorank/onnxruntime-${platform}

The native build of ONNX Runtime ${version} for Node on ${system}, ${processor}: the files of onnxruntime-node ${version} for this
platform, as they are. \`@lorank/onnxruntime\` installs and loads it; there is no need to do so yourself.

Copyright Microsoft Corporation, MIT License.
`,
);
cpSync(join(import.meta.dirname, "../NOTICE"), "LICENSE");
