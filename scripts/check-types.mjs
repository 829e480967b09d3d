// Checks the types of every package, as `tsc --noEmit` in each would. Packages of equal compiler options are one program, and a file
// is checked in its own package only: package by package, most files would be checked ten times.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./source-files.mjs";

const configs = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
  .flatMap(({ name }) => [name, ...readdirSync(join(root, name)).map((child) => join(name, child))])
  .map((folder) => join(root, folder, "tsconfig.json"))
  .filter(ts.sys.fileExists);

/** Files to check by their options, as JSON. */
const programs = new Map();
const problems = [];
for (const config of configs) {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (problem) => problems.push(problem) };
  const { options, fileNames, errors = [] } = ts.getParsedCommandLineOfConfigFile(config, {}, host) ?? {};
  problems.push(...errors);
  const { configFilePath: _, ...others } = options ?? {};
  const key = JSON.stringify(others);
  programs.set(key, { options, files: [...(programs.get(key)?.files ?? []), ...(fileNames ?? [])] });
}

/** What is read once, for all programs. How JSX is read depends on the options. */
const sources = new Map();
for (const { options, files } of programs.values()) {
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, ...rest) => {
    const source = sources.get(path) ?? getSourceFile(path, ...rest);
    if (!path.endsWith("x")) sources.set(path, source);
    return source;
  };
  const program = ts.createProgram(files, options, host);
  problems.push(...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics());
  for (const file of files) {
    const source = program.getSourceFile(file);
    problems.push(...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source));
  }
}

const format = {
  getCurrentDirectory: () => root,
  getCanonicalFileName: (file) => file,
  getNewLine: () => "\n",
};
if (problems.length > 0) console.log(ts.formatDiagnosticsWithColorAndContext(problems, format));
console.log(`${configs.length} packages in ${programs.size} programs: ${problems.length} errors of types`);
process.exitCode = problems.length > 0 ? 1 : 0;
