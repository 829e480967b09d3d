import ts from "typescript";

/** One change of one place in a source file. */
export interface Mutant {
  /** Path of the file, as the caller named it. */
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

const operators: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "&&": "||",
  "||": "&&",
  "??": "&&",
  "+=": "-=",
  "-=": "+=",
};

/**
 * Every place of a file that can be changed without an error of types: a comparison, an operator of arithmetic or logic, a number
 * (one more), a truth value, a condition (negated), and a step of a loop.
 */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const mutants: Mutant[] = [];
  const change = (node: ts.Node, after: string): void => {
    const [start, end] = [node.getStart(source), node.getEnd()];
    const { line } = source.getLineAndCharacterOfPosition(start);
    mutants.push({ file, line: line + 1, start, end, before: text.slice(start, end), after });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isBinaryExpression(node)) {
      const after = operators[node.operatorToken.getText(source)];
      if (after !== undefined && !isOfTexts(node) && !isInChainOfDefaults(node))
        change(node.operatorToken, after);
    } else if (ts.isNumericLiteral(node)) change(node, `${Number(node.text.replaceAll("_", "")) + 1}`);
    else if (node.kind === ts.SyntaxKind.TrueKeyword) change(node, "false");
    else if (node.kind === ts.SyntaxKind.FalseKeyword) change(node, "true");
    else if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
      const condition = ts.isIfStatement(node) ? node.expression : node.condition;
      change(condition, `!(${condition.getText(source)})`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

/** A `+` beside a text joins; no other operator does. */
function isOfTexts({ left, right }: ts.BinaryExpression): boolean {
  return [left, right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side));
}

/** JavaScript does not parse `a && b ?? c`. */
function isInChainOfDefaults({ operatorToken, left, parent }: ts.BinaryExpression): boolean {
  const isDefault = (node: ts.Node): boolean =>
    ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
  return operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken && [left, parent].some(isDefault);
}
