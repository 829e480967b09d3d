import type { Completed, Value } from "./tree.ts";

/** To be added to `$PROFILE`. Where it says nothing, PowerShell completes files itself. */
export function powershellCompletion(commands: readonly Completed[]): string {
  return `# Completion of lorank for PowerShell. Made by: lorank completion powershell
Register-ArgumentCompleter -Native -CommandName lorank -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = [ordered]@{
${commands.map(command).join("\n")}
  }
  $typed = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
  if ($wordToComplete -ne '') { $typed = @($typed | Select-Object -SkipLast 1) }
  $name = @($typed | Select-Object -Skip 1 | Where-Object { $_ -notlike '-*' })[0]
  $found = if ($null -eq $name) {
    if ($wordToComplete -like '-*') { @('--help', '--version') } else { $commands.Keys }
  } elseif ($commands.Contains($name)) {
    $values = $commands[$name].Values[$typed[-1]]
    if ($null -ne $values) { $values }
    elseif ($wordToComplete -like '-*') { $commands[$name].Flags }
    else { $commands[$name].Argument }
  }
  $found | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    $says = if ($null -eq $name -and $commands.Contains($_)) { $commands[$_].Summary } else { $_ }
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $says)
  }
}
`;
}

function command({ name, summary, flags, arguments: taken }: Completed): string {
  const values = flags.flatMap(({ words, value }) =>
    value === undefined || namesOf(value).length === 0
      ? []
      : words.map((word) => `${quoted(word)} = ${list(namesOf(value))}`),
  );
  return [
    `    ${quoted(name)} = @{`,
    `      Summary = ${quoted(summary)}`,
    `      Flags = ${list(flags.flatMap(({ words }) => words))}`,
    `      Values = @{ ${values.join("; ")} }`,
    `      Argument = ${list(taken[0] === undefined ? [] : namesOf(taken[0]))}`,
    "    }",
  ].join("\n");
}

function namesOf(value: Value): readonly string[] {
  return value.kind === "names" ? value.names : [];
}

function list(words: readonly string[]): string {
  return `@(${words.map(quoted).join(", ")})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
