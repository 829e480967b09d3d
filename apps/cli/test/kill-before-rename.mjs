/** For `--import`: the process kills itself just before it renames a file to what `KILL_BEFORE_RENAME` matches. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const fatal = new RegExp(process.env.KILL_BEFORE_RENAME);
const { renameSync } = fs;
fs.renameSync = (from, to) => {
  if (fatal.test(String(to))) process.kill(process.pid, "SIGKILL");
  renameSync(from, to);
};
syncBuiltinESMExports();
