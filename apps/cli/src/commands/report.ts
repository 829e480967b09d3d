import type { Command } from "commander";
import { withCommonFlags, withExamples } from "../help.ts";

/** `lorank report`: its flags. */
export function addReport(program: Command): void {
  const command = program
    .command("report")
    .argument("<results>", "a sweep's folder or its results.json")
    .summary("write a sweep's results as one HTML file")
    .description("Write a sweep's results as one HTML file that needs no network and no script.")
    .option("-o, --out <file>", "where to write it (default: report.html beside the results)");
  withExamples(withCommonFlags(command), [
    ["lorank report lorank-sweep", "writes lorank-sweep/report.html"],
    ["lorank report results.json --out /tmp/ranks.html", "somewhere else"],
  ]);
  command.action(async (results: string, flags: Record<string, string | boolean>) => {
    const { runReportCommand } = await import("../results/report-command.ts");
    process.exitCode = runReportCommand(results, flags);
  });
}
