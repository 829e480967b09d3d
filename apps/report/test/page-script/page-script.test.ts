// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fillDom } from "../fixtures/fill-dom.ts";
import { show, status } from "./show.ts";

let addReportTools: (root: ParentNode) => void;

beforeEach(async () => {
  fillDom();
  vi.useFakeTimers();
  // Modules keep the elements that they made, which belong to the document of another test file.
  vi.resetModules();
  ({ addReportTools } = await import("../../src/page.ts"));
});
afterEach(() => void vi.useRealTimers());

const tableOf = (heads: string, rows: readonly string[], caption = "Ranks"): string =>
  `<table><caption>${caption}</caption><thead><tr>${heads}</tr></thead>` +
  `<tbody>${rows.map((row) => `<tr>${row}</tr>`).join("")}</tbody></table>`;

/** Opens a page with the script's additions. */
function open(html: string): ReturnType<typeof show> {
  const button = show(html);
  addReportTools(document);
  return button;
}

describe("copying", () => {
  const snippet =
    '<div class="snippet" data-what="the command"><pre><code>lorank <b>sweep</b></code></pre></div>';
  const clipboard = (writeText: (text: string) => Promise<void>) =>
    vi.spyOn(navigator, "clipboard", "get").mockReturnValue({ writeText } as Clipboard);

  test("takes the text, says so, and can be done again", async () => {
    const copied: string[] = [];
    clipboard(async (text) => void copied.push(text));
    const button = open(snippet)("Copy");
    expect(button.ariaLabel).toBe("Copy the command");
    button.click();
    await vi.advanceTimersByTimeAsync(0);
    expect(copied).toEqual(["lorank sweep"]);
    expect([button.textContent, status()]).toEqual(["Copied", "Copied the command."]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(button.textContent).toBe("Copy");
  });

  test.each([
    [true, "Copied"],
    [false, "Selected"],
  ])("without a clipboard goes by a selection, which the browser may refuse: %s", async (isCopied, said) => {
    clipboard(() => Promise.reject(new Error("denied")));
    const execCommand = vi.fn(() => isCopied);
    Object.assign(document, { execCommand });
    const button = open(snippet)("Copy");
    button.click();
    await vi.advanceTimersByTimeAsync(0);
    expect(execCommand).toHaveBeenCalledWith("copy");
    expect(getSelection()?.toString()).toBe("lorank sweep");
    expect(button.textContent).toBe(said);
    expect(status()).toMatch(isCopied ? /^Copied the command\.$/ : /^Selected the command: /);
  });
});

describe("a sorted table", () => {
  const rows = [
    "<th>8</th><td data-raw='0.5 0.4 0.6'>50%</td><td>run b</td>",
    "<th>16</th><td>–</td><td>run a</td>",
    "<th>4</th><td data-raw='0.9'>90%</td><td>run 10</td>",
    "<th>1,024</th><td data-raw='0.7'>70%</td><td>run 9</td>",
  ];
  const given = ["8", "16", "4", "1,024"];
  const heads = "<th>Rank</th><th>Score</th><th>Name</th>";
  const order = () => [...document.querySelectorAll("tbody th")].map(({ textContent }) => textContent);
  const sorts = () =>
    [...document.querySelectorAll("thead th")].map((head) => head.getAttribute("aria-sort"));

  test("goes up, down, and back to the order of the report", () => {
    const rank = open(`<div class="scroll">${tableOf(heads, rows)}</div>`)("Rank");
    rank.click();
    expect(order()).toEqual(["4", "8", "16", "1,024"]);
    expect(sorts()).toEqual(["ascending", null, null]);
    expect(status()).toBe("Sorted by Rank, ascending.");
    rank.click();
    expect(order()).toEqual(["1,024", "16", "8", "4"]);
    expect(status()).toBe("Sorted by Rank, descending.");
    rank.click();
    expect(order()).toEqual(given);
    expect(sorts()).toEqual([null, null, null]);
    expect(status()).toBe("In the order of the report.");
  });

  test("has an empty cell last in both orders", () => {
    const score = open(`<div class="scroll">${tableOf(heads, rows)}</div>`)("Score");
    score.click();
    expect(order()).toEqual(["8", "1,024", "4", "16"]);
    score.click();
    expect(order()).toEqual(["4", "1,024", "8", "16"]);
  });

  test("has numbers in words by their value, and words after numbers", () => {
    const button = open(`<div class="scroll">${tableOf(heads, rows)}</div>`);
    button("Name").click();
    expect(order()).toEqual(["1,024", "4", "16", "8"]);
    button("Rank").click();
    expect(sorts()).toEqual(["ascending", null, null]);
    const mixed = ["<th>best</th>", "<th>2</th>", "<th>1</th>", "<th>all</th>"];
    open(`<div class="scroll">${tableOf("<th>Rank</th>", mixed)}</div>`)("Rank").click();
    expect(order()).toEqual(["1", "2", "all", "best"]);
  });

  test("has three rows or more", () => {
    open(`<div class="scroll">${tableOf(heads, rows.slice(0, 2))}</div>`);
    expect(document.querySelector("thead button")).toBeNull();
    open(`<div class="scroll">${tableOf(heads, rows.slice(0, 3))}</div>`);
    expect(document.querySelectorAll("thead button")).toHaveLength(3);
  });
});

/** Names and contents of the files that buttons save. */
function savedFiles(): { name: string; text: Promise<string> }[] {
  const files: { name: string; text: Promise<string> }[] = [];
  const blobs: Blob[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    blobs.push(blob as Blob);
    return "blob:one";
  });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    files.push({ name: this.download, text: blobs.at(-1)!.text() });
  });
  return files;
}

describe("a table as CSV", () => {
  async function csvOf(heads: string, rows: readonly string[]): Promise<string[]> {
    const files = savedFiles();
    document.title = "Spam ranks: which is enough?";
    open(`<section id="ranks"><h2>Ranks</h2><div class="scroll">${tableOf(heads, rows)}</div></section>`)(
      "Save CSV of Ranks",
    ).click();
    expect(files.map(({ name }) => name)).toEqual(["spam-ranks-ranks.csv"]);
    return (await files[0]!.text).split("\r\n").slice(0, -1);
  }

  test("has numbers unrounded, with their unit, and an interval in columns", async () => {
    const heads = "<th>Rank</th><th data-unit='%'>Mean</th><th data-unit='%'>Range, %</th>";
    const rows = [
      "<th>1,024</th><td data-raw='94.25 93.5 95'>94.3%</td><td data-raw='93.5 95'>93.5 to 95</td>",
      "<th>4</th><td data-raw='90.125'>90.1%</td><td>–</td>",
    ];
    expect(await csvOf(heads, rows)).toEqual([
      'Rank,"Mean, %","Mean low, %","Mean high, %","Range, % low","Range, % high"',
      "1024,94.25,93.5,95,93.5,95",
      "4,90.125,,,,",
    ]);
  });

  test("has words beside a number as a note, and words alone as they are", async () => {
    const rows = [
      "<th>4</th><td data-raw='83'>83.0% <span class='under'>predicted</span></td><td>00e1</td>",
      "<th>8</th><td data-raw='84'>84.0%</td><td>a, \"b\"</td>",
    ];
    expect(await csvOf("<th>Rank</th><th>Score</th><th>Run</th>", rows)).toEqual([
      "Rank,Score,Score note,Run",
      "4,83,predicted,00e1",
      '8,84,,"a, ""b"""',
    ]);
  });

  test("gives a spreadsheet no formula", async () => {
    expect(
      await csvOf("<th>Name</th>", ["<th>=1+1</th>", "<th>-a</th>", "<th>@b</th>", "<th>a=b</th>"]),
    ).toEqual(["Name", "'=1+1", "'-a", "'@b", "a=b"]);
  });
});

describe("charts as one SVG file", () => {
  const chart = '<svg class="chart" viewBox="0 0 100 50" tabindex="0"><g><title>rank 2</title></g></svg>';
  const figureOf = (charts: number): string =>
    `<section id="loss"><h2>Training loss</h2><figure><figcaption>Rank 2<b>more</b></figcaption>` +
    `${chart.repeat(charts)}<details><summary>As a table</summary></details></figure></section>`;

  beforeEach(() => {
    Object.defineProperty(SVGSVGElement.prototype, "viewBox", {
      configurable: true,
      get: () => ({ baseVal: { width: 100, height: 50 } }),
    });
  });

  async function svgOf(
    charts: number,
  ): Promise<{ name: string; size: number[]; places: number[][]; text: string }> {
    const files = savedFiles();
    document.title = "Spam: which?";
    open(figureOf(charts))("Save SVG of Training loss: Rank 2").click();
    const text = await files[0]!.text;
    const numbersIn = (tag: string, names: readonly string[]) =>
      names.map((name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(tag)?.[1]));
    const [whole, ...parts] = text.match(/<svg [^>]*>/g)!;
    return {
      ...{ name: files[0]!.name, text, size: numbersIn(whole!, ["width", "height"]) },
      places: parts.map((part) => numbersIn(part, ["x", "y"])),
    };
  }

  // A gap of 24 around each, and 44 for the heading.
  test.each([
    [1, [148, 118], [[24, 44]]],
    [
      2,
      [272, 118],
      [
        [24, 44],
        [148, 44],
      ],
    ],
    [
      5,
      [396, 192],
      [
        [24, 44],
        [148, 44],
        [272, 44],
        [24, 118],
        [148, 118],
      ],
    ],
    [
      4,
      [520, 118],
      [
        [24, 44],
        [148, 44],
        [272, 44],
        [396, 44],
      ],
    ],
  ])("of %d stand beside each other, none over another", async (charts, size, places) => {
    expect(await svgOf(charts)).toMatchObject({ size, places });
  });

  test("carry their titles and name, and nothing that only the page needs", async () => {
    const { name, text } = await svgOf(1);
    expect(name).toBe("spam-loss-rank-2.svg");
    expect(text).toContain("<title>rank 2</title>");
    expect(text).toMatch(/<text x="24" y="28"[^>]*>Training loss: Rank 2<\/text>/);
    expect(text).not.toMatch(/tabindex|data-tip/);
    expect(document.querySelector("svg")!.getAttribute("class")).toBe("chart");
  });

  test("have the colours of the page, written where they differ from those around", async () => {
    const given = (element: Element, name: string) =>
      element.closest(`[data-${name}]`)?.getAttribute(`data-${name}`);
    vi.spyOn(globalThis, "getComputedStyle").mockImplementation((element) => ({
      ...({
        fontFamily: '"Inter"',
        opacity: element.getAttribute("data-opacity") ?? "1",
      } as CSSStyleDeclaration),
      getPropertyValue: (name) => given(element, name) ?? "",
    }));
    const files = savedFiles();
    open(
      '<figure><svg class="chart" data-fill="black"><g data-fill="red"><circle/>' +
        '<path data-fill="blue" data-opacity="0.5"/></g></svg><details></details></figure>',
    )("SVG").click();
    const text = await files[0]!.text;
    const drawn = (tag: string) =>
      new RegExp(`<${tag} data[^>]*|<${tag}[ />]`, "g").exec(text.slice(text.indexOf("chart")))![0];
    expect(text).toMatch(/class="chart" data-fill="black"[^>]* fill="black"/);
    expect(drawn("g")).toContain(' fill="red"');
    expect(drawn("circle")).not.toContain("fill");
    expect(drawn("path")).toMatch(/ fill="blue" opacity="0.5"/);
    expect(text).toContain("font-family=\"'Inter'\"");
  });

  test("have their button before the fold of their table", () => {
    open(figureOf(1));
    const fold = document.querySelector("figure details")!;
    expect(fold.previousElementSibling?.className).toBe("tools");
  });
});
