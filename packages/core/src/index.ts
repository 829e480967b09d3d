export { InputError, isInputError } from "./errors.ts";
export type * from "./results/types.ts";
