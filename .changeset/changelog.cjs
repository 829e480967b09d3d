/** How CHANGELOG.md is written: the changesets' own sentences without commit ids, and dependencies in one line. */
const getReleaseLine = async ({ summary }) => {
  const [first, ...rest] = summary.trim().split("\n");
  return [`- ${first}`, ...rest.map((line) => `  ${line}`.trimEnd())].join("\n");
};

const getDependencyReleaseLine = async (_changesets, updated) =>
  updated.length === 0 ? "" : `- Needs ${updated.map(({ name, newVersion }) => `${name} ${newVersion}`).join(", ")}`;

module.exports = { getReleaseLine, getDependencyReleaseLine };
