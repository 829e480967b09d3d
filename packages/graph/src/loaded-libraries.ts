export function loadedLibraries(): string[] {
  const { sharedObjects } = process.report.getReport() as unknown as { readonly sharedObjects: string[] };
  return sharedObjects;
}
