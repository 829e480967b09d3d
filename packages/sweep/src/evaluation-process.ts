/** The program of a process that evaluates a finished trial's adapter: `node evaluation-process.js '<EvaluationJob as JSON>'`. */
import { runChildProgram } from "./child-program.ts";
import { runEvaluationJob } from "./evaluations/evaluation-job.ts";

await runChildProgram(runEvaluationJob);
