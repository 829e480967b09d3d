/** The program of a process that times steps: `node measure-process.js '<MeasureJob as JSON>'`. It leaves no trial behind. */
import { runChildProgram } from "./child-program.ts";
import { runMeasureJob } from "./measure-job.ts";

await runChildProgram(runMeasureJob);
