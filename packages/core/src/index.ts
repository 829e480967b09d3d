export { InputError, isInputError, machineErrorCode } from "./errors.ts";
export { formatByteRange, formatBytes, formatCount, formatDecimalBytes } from "./format.ts";
export { jsonIssues, parseJson, printable, type SchemaIssue } from "./json.ts";
export { adapterKinds, type KindChoice, type KindMembers, kindOf } from "./model/adapter-kinds.ts";
export { assertRank, countLoraParams, type ScalingRule, scalingOf } from "./model/lora.ts";
export { editDistance, nearest } from "./nearest.ts";
export { assertList, assertOptions, type OptionNames, withMembers } from "./options.ts";
export { capitalised, counted, cutText, firstOf, kebabCase, listInWords, wholeNumber } from "./text.ts";
