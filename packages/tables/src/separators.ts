/** Cell delimiters, as settings write them. */
export const delimiters = [",", ";", "|", "tab"] as const;
export type Delimiter = (typeof delimiters)[number];

/** Separator in Excel's first line `sep=;`; undefined for another line. */
export function namedSeparator(line: string): string | undefined {
  return /^"?sep=(.)"?$/i.exec(line)?.[1];
}
