/** Setting names, for checking callers' input: `@lorank/train/names`. Loads no engine. */

export { trainingNames } from "./prepare/setting-names.ts";
