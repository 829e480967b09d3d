// Kills itself just before the nth file-system call of one write or commit, then prints nothing more.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { commitOnce, writeFileAtomic } from "../../src/files/index.ts";

const [action, path, nth] = process.argv.slice(2) as ["write" | "commit", string, string];
const print = fs.writeSync;
let calls = 0;
type Call = (...values: never[]) => unknown;
const functions = fs as unknown as Record<string, Call>;
for (const name of ["openSync", "writeSync", "fsyncSync", "closeSync", "renameSync", "linkSync", "rmSync"]) {
  const original = functions[name]!;
  functions[name] = (...values) => {
    calls++;
    if (calls === Number(nth)) process.kill(process.pid, "SIGKILL");
    return original(...values);
  };
}
syncBuiltinESMExports();

if (action === "write") writeFileAtomic(path, "new content");
else commitOnce(Buffer.from("new content"), path);
print(1, `finished after ${calls} calls\n`);
