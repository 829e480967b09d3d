import { describe, expect, test } from "vitest";
import { cleanBody, cleanSubject, tidy } from "../../scripts/email/give-aways.ts";

describe("cleanSubject", () => {
  test.each([
    ["[ILUG] removing lilo", "removing lilo"],
    ["Re: [SAtalk] Re: [OT] habeas", "Re: Re: habeas"],
    ["***SPAM*** Cheap loans", "Cheap loans"],
    ["Mac (Re: [SAtalk] 2.40)", "Mac (Re: 2.40)"],
    ["Array [2] of [3]", "Array [2] of [3]"], // brackets that are content
    ["", ""],
  ])("%j becomes %j", (subject, clean) => {
    expect(cleanSubject(subject)).toBe(clean);
  });
});

describe("cleanBody", () => {
  test("drops a Mailman footer and its quoted copy", () => {
    const footer = [
      "_".repeat(47),
      "Razor-users mailing list",
      "Razor-users@lists.sourceforge.net",
      "https://x/listinfo/y",
    ];
    const quoted = footer.map((line) => `> ${line}`);
    expect(cleanBody(["above", ...quoted, "", "below", ...footer].join("\n"))).toBe("above\n\nbelow");
  });

  test("keeps a rule of underscores that heads no footer", () => {
    const body = `offer\n${"_".repeat(40)}\nremove yourself from our mailing\nlist`;
    expect(cleanBody(body)).toBe(body);
  });

  test("drops the Irish group's footer, feed headers and a filter's report", () => {
    const body = [
      "URL: http://example.org/#1",
      "Date: Not supplied",
      "text",
      "Irish Linux Users' Group: ilug@linux.ie",
      "http://www.linux.ie/mailman/listinfo/ilug for (un)subscription information.",
      "List maintainer: listmaster@linux.ie",
      "SPAM: ------ Start SpamAssassin results ------",
    ];
    expect(cleanBody(body.join("\n"))).toBe("text");
  });

  test("drops an advertisement of Yahoo! Groups to its end", () => {
    const body = [
      "a",
      "---- Yahoo! Groups Sponsor ----~-->",
      "4 DVDs",
      "http://us.click.yahoo.com/x",
      `${"-".repeat(69)}~->`,
    ];
    expect(cleanBody([...body, "b"].join("\n"))).toBe("a\nb");
  });

  test("makes the collectors' addresses one", () => {
    expect(cleanBody("to jm@netnoteinc.com, zzzz@x.spamassassin.taint.org or a@example.org")).toBe(
      "to me@example.com, me@example.com or a@example.org",
    );
  });
});

describe("tidy", () => {
  test("collapses white-space and drops control characters", () => {
    expect(tidy("a \u00a0\t b\r\n \n\n\n\u0000c\ufffd\u200b ", 100)).toBe("a b\n\nc");
  });

  test("never cuts a surrogate pair", () => {
    expect(tidy("ab😀", 3)).toBe("ab");
    expect(tidy("ab😀", 4)).toBe("ab😀");
  });
});
