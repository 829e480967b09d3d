/** For `--import`: opening a file to write whose path matches `FAIL_WRITE` fails as on a full disk. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const refused = new RegExp(process.env.FAIL_WRITE);
const { openSync } = fs;
fs.openSync = (path, flags, mode) => {
  if (flags !== "r" && refused.test(String(path)))
    throw Object.assign(new Error(`ENOSPC: no space left on device, open '${path}'`), {
      code: "ENOSPC",
      syscall: "open",
      path,
    });
  return openSync(path, flags, mode);
};
syncBuiltinESMExports();
