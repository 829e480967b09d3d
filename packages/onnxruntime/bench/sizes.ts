/**
 * What each way to bring ONNX Runtime to a machine downloads and writes: bytes of the tarball, bytes and number of the
 * files in it. Ours must be built (`npm run build` at the root); the other two come from the registry.
 *
 *     npm run bench            (in this folder)
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { nativePlatforms } from "../src/index.ts";

interface Packed {
  readonly name: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
}

const root = join(import.meta.dirname, "..");
const packed = (what: string): Packed => {
  const out = execFileSync("npm", ["pack", "--dry-run", "--json", what], { cwd: root, encoding: "utf8" });
  return (JSON.parse(out) as [Packed])[0];
};
const ways = [
  packed("onnxruntime-node@1.30.0"),
  packed("onnxruntime-web@1.30.0"),
  packed(root),
  ...nativePlatforms.map((platform) => packed(join(root, "platforms", platform))),
];
const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
console.log("| package | tarball, MB | on disk, MB | files |\n| --- | --: | --: | --: |");
for (const { name, size, unpackedSize, entryCount } of ways)
  console.log(`| \`${name}\` | ${mb(size)} | ${mb(unpackedSize)} | ${entryCount} |`);
