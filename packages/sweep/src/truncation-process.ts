/** The program of a process that evaluates truncations: `node truncation-process.js '<TruncationJob as JSON>'`. */
import { runChildProgram } from "./child-program.ts";
import { runTruncationJob } from "./truncations/truncation-job.ts";

await runChildProgram(runTruncationJob);
