import { InputError } from "@lorank/core";

/** True in the Python wheel, whose entry file sets the variable. */
export function isFromWheel(): boolean {
  return process.env.LORANK_INSTALLED_BY === "pip";
}

interface OptionalPackage<Module> {
  readonly name: string;
  /** Purpose of the package for error messages, such as "for a queue". */
  readonly purpose: string;
  readonly example: string;
  readonly load: () => Promise<Module>;
}

/** Loads a package installed beside `lorank`. Throws `E_NOT_INSTALLED` with the install commands. */
export async function loadOptional<Module>({
  name,
  purpose,
  example,
  load,
}: OptionalPackage<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" || !message.includes(`'${name}'`)) throw cause;
    const withoutInstalling = `npx -p lorank -p ${name} ${example}`;
    // The Python wheel has no npm, and nothing can be installed beside its command line.
    const ways = isFromWheel()
      ? ([[withoutInstalling, "with Node and npm: Python's lorank has no such package"]] as const)
      : ([
          [`npm install ${name}`, "beside a lorank in a project"],
          [`npm install --global lorank ${name}`, "for every folder"],
          [withoutInstalling, "without installing"],
        ] as const);
    const width = Math.max(...ways.map(([command]) => command.length));
    throw new InputError(
      "E_NOT_INSTALLED",
      [
        `${name} must be installed beside lorank ${purpose}, got no such package`,
        ...ways.map(([command, effect]) => `  ${command.padEnd(width)}   ${effect}`),
      ].join("\n"),
      { cause },
    );
  }
}
