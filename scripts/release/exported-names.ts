/**
 * The names, of values and types, that a checkout's public packages export, by package and entry point. They are read off the
 * sources without types, so that a checkout needs no dependencies.
 *
 *     npx tsx scripts/release/exported-names.ts FOLDER > names.json
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";

/** Sorted names by entry point such as `@lorank/core/memory`; those of types as `type TrialSpec`. */
export type ExportedNames = Readonly<Record<string, readonly string[]>>;

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | { readonly "@lorank/source"?: string }>>;
}

export function exportedNames(checkout: string): ExportedNames {
  const names: Record<string, string[]> = {};
  for (const folder of ["packages", "apps"].flatMap((parent) => foldersIn(join(checkout, parent)))) {
    if (!existsSync(join(folder, "package.json"))) continue;
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
    if (manifest.private === true) continue;
    for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
      const source = typeof target === "string" ? undefined : target["@lorank/source"];
      if (source === undefined) continue; // a JSON file
      names[manifest.name + subpath.slice(1)] = [...namesOf(resolve(folder, source))].toSorted();
    }
  }
  return names;
}

function foldersIn(parent: string): string[] {
  return readdirSync(parent)
    .toSorted()
    .map((name) => join(parent, name));
}

/** What the module in `file` exports, also what is behind its `export *`. */
function namesOf(file: string): Set<string> {
  const { statements } = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const names = new Set<string>();
  const add = (name: string, isType: boolean) => names.add(isType ? `type ${name}` : name);
  for (const statement of statements) {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier, isTypeOnly } = statement;
      if (exportClause === undefined)
        for (const name of namesOf(resolve(dirname(file), (moduleSpecifier as ts.StringLiteral).text)))
          names.add(name);
      else if (ts.isNamedExports(exportClause))
        for (const one of exportClause.elements) add(one.name.text, isTypeOnly || one.isTypeOnly);
      else add(exportClause.name.text, isTypeOnly);
    } else if (isExported(statement)) {
      if (ts.isVariableStatement(statement))
        for (const { name } of statement.declarationList.declarations)
          add((name as ts.Identifier).text, false);
      else
        add(
          (statement as ts.FunctionDeclaration).name!.text,
          ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement),
        );
    }
  }
  return names;
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  console.log(JSON.stringify(exportedNames(process.argv[2] ?? "."), undefined, 2));
