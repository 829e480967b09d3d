// Refuses circles of folders. In each folder of a package's `src`, imports between its parts (files, and folders as wholes) run one
// way, so that it can be read from the bottom up. Circles of single files are Biome's too, but for the command line's commands, whose
// facts name the code that is loaded later. Refuses imports, too, by which one part would
// do the work of another.
import { readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import ts from "typescript";
import { root, sourceFilesIn, sourceFolders } from "./source-files.mjs";

/** Folders whose files reach none of these, be it by the imports of what they import. */
const apart = [
  ...["decide", "checks/finds.ts", "methods/decide-results.ts"].map((part) => ({
    from: `packages/evidence/src/${part}`,
    never: ["packages/evidence/src/claims", "packages/evidence/src/words"],
    why: "decisions are numbers and codes; their words are made where they leave, in packages/evidence/src/index.ts",
  })),
  {
    from: "packages/evidence/src/results.ts",
    never: ["packages/evidence/src/decide"],
    why: "who reads results, as a report does, loads no statistics",
  },
];

const imports = sourceFolders.map(importsIn);
const circles = sourceFolders.flatMap((source, i) => circlesIn(source, imports[i]));
const reaches = apart.flatMap((rule) => reachesOf(rule, imports.flat()));
for (const problem of [...circles, ...reaches]) console.error(problem);
console.log(
  `${sourceFolders.length} packages: ${circles.length} circles of folders, ${reaches.length} imports from where none may come`,
);
process.exitCode = circles.length + reaches.length > 0 ? 1 : 0;

/** A sentence for each file below `from` that reaches what it never may, with the way there. */
function reachesOf({ from, never, why }, pairs) {
  const isBelow = (folder) => (file) => file === folder || file.startsWith(folder + sep);
  const starts = new Set(pairs.map(([file]) => file).filter(isBelow(from)));
  const isRefused = (file) => never.some((folder) => isBelow(folder)(file));
  return [...starts].flatMap((start) => {
    const ways = [[start]];
    const seen = new Set([start]);
    for (const way of ways) {
      for (const [, file] of pairs.filter(([importer]) => importer === way.at(-1))) {
        if (isRefused(file)) return [`${[...way, file].join(" → ")}: ${why}`];
        if (!seen.has(file)) ways.push([...way, file]);
        seen.add(file);
      }
    }
    return [];
  });
}

/** All imports between files of one package, as pairs of paths from the repository's root. */
function importsIn(source) {
  return sourceFilesIn(source).flatMap((file) => {
    // A command's facts name the code that is loaded when it runs, which reads them: no circle when either is loaded.
    const text = readFileSync(join(root, file), "utf8").replace(/load: \(\) => import\(.*?\)/g, "");
    const { importedFiles } = ts.preProcessFile(text);
    return importedFiles
      .filter(({ fileName }) => fileName.startsWith("."))
      .map(({ fileName }) => [file, normalize(join(dirname(file), fileName))]);
  });
}

/** A sentence for each folder at or below `folder` in which its parts import each other in a circle. */
function circlesIn(folder, imports) {
  const inside = imports.filter((pair) => pair.every((file) => file.startsWith(folder + sep)));
  const partOf = (file) => file.slice(folder.length + 1).split(sep)[0];
  const arrows = inside.filter(([from, to]) => partOf(from) !== partOf(to));
  const circle = circleOf(arrows.map(([from, to]) => [partOf(from), partOf(to)]));
  const shown = circle.slice(1).map((to, i) => {
    const [from, target] = arrows.find((pair) => partOf(pair[0]) === circle[i] && partOf(pair[1]) === to);
    return `  ${from} imports ${target}`;
  });
  const own =
    circle.length === 0 ? [] : [`${folder} has a circle of ${circle.join(" → ")}:\n${shown.join("\n")}`];
  const below = [...new Set(inside.flat().map(partOf))].filter((part) => !part.includes("."));
  return [...own, ...below.flatMap((part) => circlesIn(join(folder, part), inside))];
}

/** The shortest circle that the arrows make, its first part again at its end; empty where there is none. */
function circleOf(arrows) {
  const circles = [...new Set(arrows.map(([from]) => from))].map((start) => {
    const paths = [[start]];
    const seen = new Set();
    for (const path of paths) {
      for (const [from, to] of arrows) {
        if (from !== path.at(-1)) continue;
        if (to === start) return [...path, to];
        if (!seen.has(to)) paths.push([...path, to]);
        seen.add(to);
      }
    }
    return [];
  });
  return circles.filter(({ length }) => length > 0).sort((a, b) => a.length - b.length)[0] ?? [];
}
