// Refuses a feature that more files of source know than scripts/features.json allows. A file knows a feature if it imports one of
// the feature's own files, or has one of its names as an identifier or a string. `own` and `within` are beginnings of paths: own files
// are not counted, and names outside `within` mean something else.
// With a feature's name as argument, it prints the files that know it.
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { root, sourceFilesIn, sourceFolders } from "./source-files.mjs";

const features = JSON.parse(readFileSync(join(root, "scripts/features.json"), "utf8"));
const sources = sourceFolders.flatMap(sourceFilesIn).map((file) => ({ file, ...wordsOf(file) }));
const [listed] = process.argv.slice(2);

const found = Object.entries(features).map(([name, { own, within = [""], names, most }]) => {
  const isOwn = (file) => own.some((beginning) => file.startsWith(beginning));
  const isWithin = (file) => within.some((beginning) => file.startsWith(beginning));
  const isName = new RegExp(`^(${names})$`);
  const known = sources.filter(
    ({ file, words, imports }) =>
      !isOwn(file) && (imports.some(isOwn) || (isWithin(file) && words.some((word) => isName.test(word)))),
  );
  return { name, most, files: known.map(({ file }) => file) };
});
for (const { name, most, files } of found) {
  if (name === listed) console.log(files.join("\n"));
  if (files.length <= most) continue;
  const rule = `must be known by at most ${most} files beside its own, got ${files.length}`;
  console.error(`${name} ${rule}: node scripts/check-features.mjs ${name} lists them`);
  process.exitCode = 1;
}
console.log(
  `files that know a feature: ${found.map(({ name, files }) => `${name} ${files.length}`).join(", ")}`,
);

/** Identifiers and strings of a file, and the files that it imports. */
function wordsOf(file) {
  const words = new Set();
  const imports = [];
  const visit = (node) => {
    if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) words.add(node.text);
    const from =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ? node.moduleSpecifier : undefined;
    if (from?.text.startsWith(".")) imports.push(normalize(join(dirname(file), from.text)));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest));
  return { words: [...words], imports };
}
