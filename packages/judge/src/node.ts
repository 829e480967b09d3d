/** Judges that need Node: `@lorank/judge/node`. */
export { type JudgeFileOptions, openJudgeFile } from "./judge-file.ts";
