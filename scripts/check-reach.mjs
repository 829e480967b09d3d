// Refuses commands and entries of packages that load more lines of source than scripts/reach.json allows. Static imports of values
// count. A name from a package's entry counts the file that defines it, and what that loads. With a file's name as argument, it
// prints what the file loads, and which file asks for it.
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { root, sourceFilesIn, sourceFolders } from "./source-files.mjs";

const files = new Set(sourceFolders.flatMap(sourceFilesIn));
const entries = new Map(sourceFolders.flatMap(entriesOf));
const parsed = new Map();
const [file] = process.argv.slice(2);
if (file === undefined) checkCeilings();
else printFilesOf(normalize(file));

function checkCeilings() {
  const ceilings = JSON.parse(readFileSync(join(root, "scripts/reach.json"), "utf8"));
  const found = Object.entries(ceilings).map(([name, { starts, imports }]) => {
    const lines = linesOf([...reachOf(starts).keys()]);
    return { name, starts, lines, ceiling: imports };
  });
  const above = found.filter(({ lines, ceiling }) => lines > ceiling);
  for (const { name, starts, lines, ceiling } of above)
    console.error(
      `${name} must load at most ${ceiling} lines by its imports, got ${lines}: node scripts/check-reach.mjs ${starts} lists them`,
    );
  console.log(
    `lines loaded by imports: ${found.map(({ name, lines }) => `${name} ${lines.toLocaleString("en")}`).join(", ")}`,
  );
  process.exitCode = above.length > 0 ? 1 : 0;
}

function printFilesOf(start) {
  const asked = [...reachOf(start)].map(([file, by]) => ({ file, by, lines: linesOf([file]) }));
  for (const { file, by, lines } of asked.sort((a, b) => b.lines - a.lines))
    console.log(`${String(lines).padStart(4)}  ${file}${by === undefined ? "" : `, for ${by}`}`);
  console.log(`${linesOf(asked.map(({ file }) => file))} lines in ${asked.length} files`);
}

/** All files that a file loads, itself first, each with the one that first asks for it. */
function reachOf(start) {
  const found = new Map([[start, undefined]]);
  for (const file of found.keys())
    for (const loaded of loadedBy(file)) if (!found.has(loaded)) found.set(loaded, file);
  return found;
}

function loadedBy(file) {
  return parse(file).asks.flatMap(({ from, names }) => {
    const target = fileOf(file, from);
    if (target === undefined) return [];
    return names === undefined || from.startsWith(".")
      ? [target]
      : names.flatMap((name) => definerOf(target, name) ?? []);
  });
}

/** The file below an entry, or the entry itself, that defines a name. Undefined for types. */
function definerOf(file, name) {
  const { own, given, stars } = parse(file);
  if (own.has(name)) return file;
  const one = given.get(name);
  if (one !== undefined)
    return one.name === undefined ? fileOf(file, one.from) : definerOf(fileOf(file, one.from), one.name);
  for (const from of stars) {
    const found = definerOf(fileOf(file, from), name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Imports of values of a file, and the names that it defines or passes on. */
function parse(file) {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const found = { asks: [], own: new Set(), given: new Map(), stars: [] };
  parsed.set(file, found);
  const text = readFileSync(join(root, file), "utf8");
  for (const one of ts.createSourceFile(file, text, ts.ScriptTarget.Latest).statements) {
    const from = one.moduleSpecifier?.text;
    const clause = ts.isImportDeclaration(one) ? one.importClause : one;
    if (from === undefined) for (const name of exportedBy(one)) found.own.add(name);
    else if (clause?.isTypeOnly) continue;
    else {
      const list = clause?.namedBindings?.elements ?? clause?.exportClause?.elements;
      const values = list?.filter(({ isTypeOnly }) => !isTypeOnly);
      const names = values?.map(({ propertyName, name }) => (propertyName ?? name).text);
      if (names === undefined || names.length > 0) found.asks.push({ from, names });
      if (!ts.isExportDeclaration(one)) continue;
      if (one.exportClause === undefined) found.stars.push(from);
      else if (values === undefined) found.given.set(one.exportClause.name.text, { from });
      else for (const [i, { name }] of values.entries()) found.given.set(name.text, { from, name: names[i] });
    }
  }
  return found;
}

function exportedBy(statement) {
  const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  if (!isExported || isType) return [];
  const declared = statement.declarationList?.declarations ?? [statement];
  return declared.flatMap(({ name }) => name?.text ?? []);
}

/** The file of a specifier; undefined for a package that is not ours. */
function fileOf(file, specifier) {
  if (specifier.startsWith("#")) return entries.get(`${folderOf(file)}${specifier}`);
  if (!specifier.startsWith(".")) return entries.get(specifier);
  const target = normalize(join(dirname(file), specifier));
  return files.has(target) ? target : undefined;
}

/** The entries of the package of a source folder and its `#` specifiers in Node, with the source of each. */
function entriesOf(folder) {
  const {
    name,
    exports = {},
    imports = {},
  } = JSON.parse(readFileSync(join(root, folder, "../package.json"), "utf8"));
  const entered = Object.entries(exports).map(([path, targets]) => [name + path.slice(1), targets]);
  const chosen = Object.entries(imports).map(([specifier, { node }]) => [folder + specifier, node]);
  return [...entered, ...chosen].flatMap(([key, targets]) => {
    const source = targets?.["@lorank/source"];
    return source === undefined ? [] : [[key, normalize(join(folder, "..", source))]];
  });
}

function folderOf(file) {
  return sourceFolders.find((folder) => file.startsWith(`${folder}/`));
}

function linesOf(files) {
  return files.reduce((sum, file) => sum + readFileSync(join(root, file), "utf8").split("\n").length - 1, 0);
}
