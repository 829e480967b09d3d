/** Judges and metrics that need Node: `@lorank/judge/node`. */
export { type JudgeFileOptions, openJudgeFile, openScorer } from "./judge-file.ts";
