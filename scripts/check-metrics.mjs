// Refuses comparisons with a metric's name. What differs from one metric to another stands in the table of metrics; code that asks
// for a name makes a new metric fall silently to one side.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root, sourceFilesIn, sourceFolders } from "./source-files.mjs";

const schema = join("packages", "evidence", "src", "schema");
const table = join(schema, "metric.ts");
const tables = { [table]: "metrics", [join(schema, "set-metrics.ts")]: "setMetrics" };
const names = Object.entries(tables).flatMap(([file, name]) => namesIn(parsed(file), name));
const files = sourceFolders.flatMap(sourceFilesIn).filter((file) => !(file in tables));

const problems = files.flatMap((file) => comparisonsIn(parsed(file)));
for (const problem of problems) console.error(problem);
console.log(`${names.length} metrics: ${problems.length} comparisons with a metric's name`);
process.exitCode = problems.length > 0 || names.length === 0 ? 1 : 0;

function parsed(file) {
  return ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
}

/** Keys of the table with this name. */
function namesIn(source, table) {
  const declarations = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations);
  const rows = declarations.find(({ name }) => name.getText() === table)?.initializer?.properties ?? [];
  return rows.flatMap(({ name }) => name?.text ?? []);
}

/** A line for each `===`, `!==` and `case` with the name of a metric. */
function comparisonsIn(source) {
  if (!names.some((name) => source.text.includes(`"${name}"`))) return [];
  const found = [];
  const visit = (node) => {
    const isName = ts.isStringLiteral(node) && names.includes(node.text);
    if (isName && (ts.isCaseClause(node.parent) || isEquality(node.parent))) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(
        `${source.fileName}:${line + 1} compares with ${node.getText()}: take what differs from a row of ${table}`,
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isEquality(node) {
  return ts.isBinaryExpression(node) && /^[=!]==?$/.test(node.operatorToken.getText());
}
