/** Names of settings, to check what a caller wrote: `@lorank/train/names`. It loads no engine. */

export { trainingNames } from "./prepare/setting-names.ts";
