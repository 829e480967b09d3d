/** What a package.json must say before its package is published. */
import { type PublicPackage, rootManifest } from "./workspace.ts";

/** The rules that `pkg` breaks: `field must be rule, got value`. */
export function brokenRules({ folder, manifest }: PublicPackage): string[] {
  const home = "https://github.com/lorank/lorank";
  const broken: string[] = [];
  const expect = (field: string, rule: string, value: unknown, holds: boolean): void => {
    if (!holds) broken.push(`${field} must be ${rule}, got ${JSON.stringify(value)}`);
  };
  const equal = (field: string, value: unknown, expected: unknown): void =>
    expect(field, JSON.stringify(expected), value, JSON.stringify(value) === JSON.stringify(expected));

  const {
    description,
    keywords,
    files,
    publishConfig,
    scripts = {},
  } = manifest as {
    description?: string;
    keywords?: string[];
    files?: string[];
    publishConfig?: Record<string, unknown>;
    scripts?: Record<string, string>;
  };
  expect("description", "a sentence", description, (description ?? "").length >= 20);
  expect("keywords", "at least 3", keywords, new Set(keywords).size >= 3);
  const page = /\/tree\/main\/(.+)#readme$/.exec(String(manifest.homepage))?.[1];
  // A package of one platform shows the page of the package that loads it.
  expect(
    "homepage",
    `${home}/tree/main/${folder}#readme`,
    manifest.homepage,
    page !== undefined && `${folder}/`.startsWith(`${page}/`) && String(manifest.homepage).startsWith(home),
  );
  equal("bugs", manifest.bugs, `${home}/issues`);
  // npm compares it with the repository that a provenance statement was made in.
  equal("repository", manifest.repository, { type: "git", url: `git+${home}.git`, directory: folder });
  equal("author", manifest.author, "The LoRAnk authors");
  // MIT is that of files that others wrote.
  expect(
    "license",
    "of Apache-2.0 and MIT",
    manifest.license,
    /^(Apache-2\.0|MIT)( AND MIT)?$/.test(String(manifest.license)),
  );
  equal("engines", manifest.engines, rootManifest.engines);
  expect("files", "a list of what is published", files, (files ?? []).length > 0);
  equal("publishConfig.access", publishConfig?.access, "public");
  // npm makes the statement by itself where it can: in the release workflow. Anywhere else this setting is an error.
  equal("publishConfig.provenance", publishConfig?.provenance, undefined);
  for (const hook of ["preinstall", "install", "postinstall"])
    equal(`scripts.${hook}`, scripts[hook], undefined); // a download there fails behind a proxy
  return broken;
}
