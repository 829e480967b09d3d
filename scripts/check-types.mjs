/**
 * Checks the types of every package, as `tsc --noEmit` in each would. Packages of equal compiler options are one program, and a
 * file is checked in its own package only: package by package, most files would be checked ten times.
 *
 * `--write` writes the declarations of the published packages to their `dist` instead: those of each entry and of the files that
 * it names. The sources are not checked again.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { root } from "./source-files.mjs";

const relativeName = /(?:from |import\()"(\..*?\.tsx?)"/g;
const isWriting = process.argv.includes("--write");
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
  .flatMap(({ name }) => [name, ...readdirSync(join(root, name)).map((child) => join(name, child))])
  .map((folder) => join(root, folder))
  .filter((folder) => ts.sys.fileExists(join(folder, "tsconfig.json")))
  .filter((folder) => !isWriting || entriesOf(folder).length > 0);

/** Compiler options and files by the options, as JSON. */
const programs = new Map();
const problems = [];
for (const folder of folders) {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (problem) => problems.push(problem) };
  const config = ts.getParsedCommandLineOfConfigFile(join(folder, "tsconfig.json"), {}, host);
  const { options, fileNames, errors = [] } = config ?? {};
  problems.push(...errors);
  const { configFilePath: _, ...others } = options ?? {};
  const key = JSON.stringify(others);
  const files = isWriting ? entriesOf(folder) : (fileNames ?? []);
  if (isWriting) for (const old of ts.sys.readDirectory(join(folder, "dist"), [".d.ts"])) rmSync(old);
  programs.set(key, { options, files: [...(programs.get(key)?.files ?? []), ...files] });
}

/** Sources that are read once, for all programs. How JSX is read depends on the options. */
const sources = new Map();
for (const { options, files } of programs.values()) {
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, ...rest) => {
    const source = sources.get(path) ?? getSourceFile(path, ...rest);
    if (!path.endsWith("x")) sources.set(path, source);
    return source;
  };
  if (isWriting) writeDeclarations(files, options, host);
  else check(files, options, host);
}

const format = {
  getCurrentDirectory: () => root,
  getCanonicalFileName: (file) => file,
  getNewLine: () => "\n",
};
if (problems.length > 0) console.log(ts.formatDiagnosticsWithColorAndContext(problems, format));
console.log(`${folders.length} packages in ${programs.size} programs: ${problems.length} errors of types`);
const missing = isWriting ? folders.flatMap(missingDeclarations) : [];
for (const file of missing) console.log(`${file} is declared in a package.json and was not written`);
process.exitCode = problems.length + missing.length > 0 ? 1 : 0;

function check(files, options, host) {
  const program = ts.createProgram(files, options, host);
  problems.push(...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics());
  for (const file of files) {
    const source = program.getSourceFile(file);
    problems.push(...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source));
  }
}

/** Writes the declarations of `entries` and of the sources that these name. */
function writeDeclarations(entries, options, host) {
  const output = {
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true,
    rootDir: root,
    outDir: root,
  };
  const program = ts.createProgram(entries, { ...options, ...output, noCheck: true, noEmit: false }, host);
  const files = new Set(entries);
  for (const file of files) {
    const write = (path, text) => {
      for (const [, name] of text.matchAll(relativeName)) files.add(join(dirname(file), name));
      // The checkout itself may lie below a folder src.
      const declarations = root + path.slice(root.length).replace("/src/", "/dist/");
      mkdirSync(dirname(declarations), { recursive: true });
      writeFileSync(
        declarations,
        text.replaceAll(relativeName, (name) => name.replace(/\.tsx?"$/, '.js"')),
      );
    };
    problems.push(...program.emit(program.getSourceFile(file), write, undefined, true).diagnostics);
  }
}

/** The sources of the entry points that publish types. */
function entriesOf(folder) {
  return typedEntries(folder).map((entry) => join(folder, entry["@lorank/source"]));
}

function missingDeclarations(folder) {
  return typedEntries(folder)
    .map(({ types }) => join(folder, types))
    .filter((file) => !ts.sys.fileExists(file));
}

function typedEntries(folder) {
  const { exports = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return Object.values(exports).filter(({ types }) => types !== undefined);
}
