import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM_PATH, hasChromium, launchChromium } from "../../scripts/chromium.ts";
import { isNightly } from "../../scripts/nightly.ts";
import { WAIT_LIMIT } from "../../scripts/wait-limit.ts";
import { publishedPackages } from "../.vitepress/scripts/entry-points.ts";
import { root } from "./blocks/check-command.ts";
import { base, buildSite, builtFiles, builtText, fileAt, serveSite } from "./site/build.ts";
import { searchWords } from "./site/search-words.ts";

// TypeDoc reads all packages, and VitePress renders a hundred pages: half a minute on two quiet cores.
beforeAll(buildSite);

/** The values of an attribute in a page, with entities read. */
function attributes(html: string, name: string): string[] {
  return [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g"))].map(([, value = ""]) =>
    value.replaceAll("&amp;", "&"),
  );
}

describe("the built site", () => {
  test("has no link to a page, a heading or a file that is not there", () => {
    const anchors = new Map<string, ReadonlySet<string>>();
    const anchorsOf = (file: string): ReadonlySet<string> => {
      const known = anchors.get(file) ?? new Set(attributes(readFileSync(file, "utf8"), "id"));
      anchors.set(file, known);
      return known;
    };
    const pages = builtFiles(".html").filter((file) => file !== "404.html");
    const dead = pages.flatMap((page) => {
      const html = builtText(page);
      const here = new URL(`${base}${page}`, "http://site");
      return [...attributes(html, "href"), ...attributes(html, "src")]
        .filter((link) => {
          const { host, pathname, hash } = new URL(link, here);
          if (host !== "site") return false;
          const file = fileAt(pathname);
          if (file === undefined) return true;
          return (
            hash !== "" && file.endsWith(".html") && !anchorsOf(file).has(decodeURIComponent(hash.slice(1)))
          );
        })
        .map((link) => `${page}: ${link}`);
    });
    expect(pages.length).toBeGreaterThan(80);
    expect([...new Set(dead)]).toEqual([]);
  });

  test("loads nothing from another host", () => {
    for (const page of builtFiles(".html")) {
      const loaded = builtText(page).match(/<(?:script|link|img|iframe|source)\b[^>]*>/g) ?? [];
      expect(
        loaded.filter((tag) => /="(?:https?:)?\/\//.test(tag)),
        page,
      ).toEqual([]);
    }
    for (const sheet of builtFiles(".css"))
      expect(builtText(sheet)).not.toMatch(/(?:url\(|@import)\s*["']?(?:https?:)?\/\//);
  });

  test("has every page in its sidebar or the usual one", () => {
    const listed = (page: string): string[] => {
      const [sidebar = ""] = builtText(page).match(/<aside class="VPSidebar.*?<\/aside>/s) ?? [];
      return attributes(sidebar, "href");
    };
    const usual = listed("cli.html");
    const missing = builtFiles(".html").filter((page) => {
      const link = base + page.replace(/(^|\/)index\.html$/, "$1");
      return !usual.includes(link) && !listed(page).includes(link);
    });
    expect(missing).toEqual(["404.html", "index.html", "playground/index.html"]);
  });

  test("documents every entry point of every package", () => {
    const names = publishedPackages(root).flatMap(({ entries }) => [...entries.keys()]);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      // An entry point with a namespace is a folder.
      const file = fileAt(`${base}api/${name}.html`) ?? fileAt(`${base}api/${name}/`)!;
      const html = readFileSync(file, "utf8");
      expect(html).toContain(`${name} <a`);
      expect(html.match(/<h3/g)?.length ?? 0, name).toBeGreaterThan(0);
    }
  });

  test("names all its pages in llms.txt, and has their text in llms-full.txt", () => {
    const list = builtText("llms.txt");
    const links = [...list.matchAll(/\]\(https:\/\/example\.org(.*?)\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => fileAt(link) === undefined)).toEqual([]);
    expect(links.length).toBe(builtFiles(".html").length - 2); // without 404.html and the playground
    expect(builtText("llms-full.txt")).toContain(
      readFileSync(`${root}/packages/core/README.md`, "utf8").trim(),
    );
  });
});

if (!hasChromium)
  console.log(`Skipped: the site in a browser, for there is no Chromium at ${CHROMIUM_PATH}.`);

describe.skipIf(!hasChromium)("the site in Chromium", () => {
  let browser: Browser;
  let server: Server;
  let address: string;
  beforeAll(async () => {
    ({ server, address } = await serveSite());
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(path: string, look: { readonly width?: number; readonly dark?: boolean } = {}) {
    const page = await browser.newPage({
      viewport: { width: look.width ?? 1280, height: 900 },
      colorScheme: look.dark ? "dark" : "light",
      reducedMotion: "reduce",
    });
    const strangers: string[] = [];
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(address))
        strangers.push(request.url());
    });
    await page.goto(address + path, { waitUntil: "networkidle" });
    // VitePress names its switch of appearance when its script has taken over the page.
    await page.waitForSelector(".VPSwitchAppearance[title*=' ']", { state: "attached" });
    return { page, strangers };
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe.source);
    const found = (await page.evaluate(
      "axe.run(document, { resultTypes: ['violations'] })",
    )) as axe.AxeResults;
    expect(found.passes.map(({ id }) => id)).toContain("color-contrast");
    return found.violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html.slice(0, 150))
          .slice(0, 3)
          .join(" ")}`,
    );
  }

  const paths = [
    "",
    "tutorial.html",
    "cli.html",
    "packages/core.html",
    "api/@lorank/evidence.html",
    "guides/fits-my-gpu.html",
  ];

  // By day every second page, in one scheme, and the others on a phone.
  const schemes = ["light", "dark"] as const;
  const looks = paths.flatMap((path, i) =>
    schemes.filter((_, scheme) => isNightly || i % 4 === 2 * scheme).map((scheme) => [path, scheme] as const),
  );
  test.each(looks)(
    "axe-core finds nothing wrong, and no other host is asked: /%s, %s",
    async (path, scheme) => {
      const { page, strangers } = await open(path, { dark: scheme === "dark" });
      expect((await violations(page)).join("\n")).toBe("");
      expect(strangers).toEqual([]);
      await page.close();
    },
  );

  test.each(paths.filter((_, i) => isNightly || i % 2 === 1))(
    "nothing is wider than a phone: /%s",
    async (path) => {
      const { page } = await open(path, { width: 390 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      await page.close();
    },
  );

  test("on a phone the picture of the home page is its verdict, large enough to read", async () => {
    const { page } = await open("", { width: 390 });
    const picture = page.locator(".home a > img");
    const box = await picture.locator("..").boundingBox();
    // Its text has 20 pixels where the picture is 1,200 wide.
    expect((await picture.boundingBox())!.width * (20 / 1200)).toBeGreaterThan(9.5);
    expect(box!.height).toBeLessThan(150);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    await page.close();
  });

  test("search finds a page by its words, and opens it", async () => {
    const { page, strangers } = await open("");
    await page.keyboard.press("Control+k");
    await page.getByRole("searchbox").fill("rank");
    const first = page.locator(".result").first();
    await first.waitFor();
    expect((await first.textContent())?.toLowerCase()).toContain("rank");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname !== base);
    expect(strangers).toEqual([]);
    await page.close();
  });

  /** The search after typing `words`, and the addresses of its first three sections, below the site's. */
  async function search(words: string) {
    const { page } = await open("");
    const box = page.getByRole("searchbox");
    // A key that is pressed before the page's script has run is lost.
    while (!(await box.isVisible())) await page.keyboard.press("Control+k");
    await box.fill(words);
    const results = page.locator(".result");
    await results.first().waitFor();
    const found = await results.evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    return { page, first: found.slice(0, 3).map((link) => link.slice(base.length)) };
  }

  test.each(["race", "merge", "device"])("search finds guides first: %s", async (words) => {
    const { page, first } = await search(words);
    expect(first[0]).toMatch(/^(guides|concepts)\/|^(tutorial|faq|troubleshooting)\./);
    await page.close();
  });

  test.each([
    ["rank 64 vs 16", "faq.html#which-rank-should-i-try"],
    ["one run per rank", "faq.html#how-many-seeds-is-one-run-per-rank-enough"],
    ["how many seeds", "faq.html#how-many-seeds-is-one-run-per-rank-enough"],
    ["which metric", "faq.html#which-metric-accuracy-or-log-loss"],
    ["overfitting", "concepts/verdicts.html#a-rank-that-was-trained-too-long"],
    ["OOM", "troubleshooting.html#devices-and-memory"],
    ["windows", "faq.html#does-it-run-on-windows"],
    ["multi gpu", "guides/machines.html#several-gpus-slurm-a-queue"],
    ["quantizd", "guides/4-bit-base.html#train-on-a-4-bit-base-qlora"],
  ])("search answers a question among its first three sections: %s", async (words, section) => {
    const { page, first } = await search(words);
    expect(first).toContain(section);
    await page.close();
  });

  test("search finds what people type, in one of its first three sections", async () => {
    const { page } = await open("");
    const box = page.getByRole("searchbox");
    while (!(await box.isVisible())) await page.keyboard.press("Control+k");
    for (const [words, section] of searchWords) {
      await box.fill(words);
      const firstThree = () =>
        page
          .locator(".result")
          .evaluateAll((links) => links.slice(0, 3).map((link) => link.getAttribute("href")));
      await expect.poll(firstThree, { message: words, timeout: WAIT_LIMIT }).toContain(base + section);
    }
    await page.close();
  });

  test("search takes a short word for no other", async () => {
    const { page } = await search("how many seeds");
    const marks = page.locator(".result mark");
    await marks.first().waitFor();
    const marked = (await marks.allTextContents()).map((text) => text.toLowerCase());
    expect([...new Set(marked)].sort()).toEqual(["how", "many", "seeds"]);
    await page.close();
  });

  test("its navigation leads to the playground, which works there", async () => {
    const { page, strangers } = await open("guides/playground.html");
    await page.locator(".VPNavBar").getByRole("link", { name: "Playground" }).click();
    await page.getByRole("button", { name: "Start" }).waitFor();
    expect(page.url()).toBe(`${address}playground/`);
    expect(strangers).toEqual([]);
    await page.close();
  });

  test("the calculator answers for a model and a card at once", async () => {
    const { page, strangers } = await open("guides/fits-my-gpu.html");
    const answer = page.getByRole("region", { name: "Answer" });
    expect(await answer.textContent()).toMatch(/on a 24 GB card: ranks 4 to 64 with QLoRA and .* fit /);
    await page.getByRole("combobox", { name: "Model" }).fill("llama 3.2 1b");
    await page.keyboard.press("Enter");
    expect(await page.getByRole("region", { name: "Details" }).textContent()).toContain("1.24 B parameters");
    await page.getByRole("combobox", { name: "Card", exact: true }).fill("80GB");
    expect(await answer.textContent()).toMatch(/^meta-llama\/Llama-3\.2-1B, .* on an 80 GB card: /);
    const peaks = page.locator(".scroll:has(table)").first();
    const [table, card] = [
      await peaks.boundingBox(),
      await peaks.getByRole("columnheader", { name: "card" }).boundingBox(),
    ];
    expect(card!.x + card!.width).toBeLessThanOrEqual(table!.x + table!.width);
    await page.setViewportSize({ width: 390, height: 900 });
    await page.locator("[name=accumulation]").focus();
    // It lies below the bar of the page's headings, which hides none of it.
    expect(await answer.evaluate((box) => box.contains(document.elementFromPoint(100, 53)))).toBe(true);
    expect(strangers).toEqual([]);
    await page.close();
  });
});
