// Kills itself just before the nth file-system call of one write, commit or replaced folder, then prints nothing more.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { commitOnce, writeFileAtomic, writeFolder } from "../../src/disk.ts";

const [action, path, nth] = process.argv.slice(2) as ["write" | "commit" | "folder", string, string];
const print = fs.writeSync;
let calls = 0;
type Call = (...values: never[]) => unknown;
const functions = fs as unknown as Record<string, Call>;
const names = ["openSync", "writeSync", "fsyncSync", "closeSync", "renameSync", "linkSync", "rmSync"];
for (const name of [...names, "mkdtempSync", "rmdirSync", "chmodSync"]) {
  const original = functions[name]!;
  functions[name] = (...values) => {
    calls++;
    if (calls === Number(nth)) process.kill(process.pid, "SIGKILL");
    return original(...values);
  };
}
syncBuiltinESMExports();

if (action === "write") writeFileAtomic(path, "new content");
else if (action === "folder")
  writeFolder(path, { force: true }, (folder) => writeFileAtomic(join(folder, "config.json"), "new"));
else commitOnce(Buffer.from("new content"), path);
print(1, `finished after ${calls} calls\n`);
