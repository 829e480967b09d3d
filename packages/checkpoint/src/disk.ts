/** Atomic file writing, for any format: `@lorank/checkpoint/disk`. */

export { commitOnce, replaceFile, writeFileAtomic } from "./files/atomic-file.ts";
export { checkOutputFolder, makeFolder, writeFolder } from "./files/atomic-folder.ts";
export { copyFileAtomic, digestOfFile, haveSameBytes } from "./files/copy-file.ts";
export { openRegularFile, readTextFile, sha256OfFile } from "./files/descriptor.ts";
export { processState } from "./files/process.ts";
export { freeBytes, throwIfUnreadable, writing } from "./files/system-error.ts";
