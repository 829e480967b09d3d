/**
 * Writes the pages that are made from other files of the repository, before VitePress reads `docs/`: one for the README
 * of each published package, and the API's, from docstrings. Git ignores both folders.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, type ParameterReflection, ReflectionKind, type SomeType } from "typedoc";
import { publishedPackages } from "./entry-points.ts";

const docs = fileURLToPath(new URL("../..", import.meta.url));
const root = join(docs, "..");
const packages = publishedPackages(root);

rmSync(join(docs, "packages"), { recursive: true, force: true });
mkdirSync(join(docs, "packages"));
for (const { folder, name } of packages) {
  const file = join(docs, "packages", `${name.replace("@lorank/", "")}.md`);
  writeFileSync(file, `---\ntitle: "${name}"\n---\n<!--@include: ../../${folder}/README.md-->\n`);
}

const entries = new Map(packages.flatMap((each) => [...each.entries]));
const application = await Application.bootstrapWithPlugins({
  name: "Entry points",
  entryPoints: [...entries.values()].map((file) => join(root, file)),
  tsconfig: join(docs, "tsconfig.api.json"),
  skipErrorChecking: true, // `npm run typecheck` does
  excludeInternal: true,
  excludePrivate: true,
  // Of the schema of results.json.
  blockTags: ["@param", "@returns", "@throws", "@example", "@default", "@asType", "@minimum", "@maximum"],
  excludeTags: ["@asType", "@minimum", "@maximum"],
  validation: { invalidLink: true, notExported: false, notDocumented: false },
  treatValidationWarningsAsErrors: true,
  readme: "none",
  disableGit: true,
  basePath: root,
  sourceLinkTemplate: "https://github.com/lorank/lorank/blob/main/{path}",
  sort: ["source-order"],
  groupOrder: ["Functions", "Classes", "Interfaces", "Type Aliases", "Variables"],
  plugin: ["typedoc-plugin-markdown"],
  router: "module",
  out: join(docs, "api"),
  entryFileName: "index",
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeDeclarationFormat: "table",
  tableColumnSettings: { hideModifiers: true, hideSources: true, hideDefaults: true },
} as never); // the plugin's own options are not in TypeDoc's type

const project = await application.convert();
if (project === undefined) process.exit(1);
const names = new Map([...entries].map(([name, file]) => [file, name]));
for (const module of project.children ?? []) {
  module.name = names.get(module.sources?.[0]?.fileName ?? "") ?? module.name;
}
for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter)) {
  if (parameter.name === "__namedParameters")
    parameter.name = nameOf((parameter as ParameterReflection).type);
}
application.validate(project);
if (!application.logger.hasErrors()) await application.generateOutputs(project);
process.exitCode = application.logger.hasErrors() || application.logger.hasWarnings() ? 1 : 0;

/** A name for a parameter that is taken apart where it is declared, from its type: `sweepRequest`, or `options`. */
function nameOf(type: SomeType | undefined): string {
  if (type?.type !== "reference") return "options";
  if (/^(Pick|Omit|Required|Readonly|Partial)$/.test(type.name)) return nameOf(type.typeArguments?.[0]);
  return type.name.endsWith("Options") ? "options" : type.name[0]!.toLowerCase() + type.name.slice(1);
}
