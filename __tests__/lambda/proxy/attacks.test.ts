import fc from "fast-check";
import { jaegerAsks, ndjson, template, TRACE } from "./jaeger-asks";
import { TODAY, type Sent } from "./opensearch";
import { ACME, refusals } from "./refusals";

const refusal = refusals();

const OWN = /^acme-jaeger-(span|service|dependencies|sampling)-\d{4}-\d\d-\d\d$/;

/** Names of what is not acme's, or not one index by its name. */
const FOREIGN = [
  "",
  "*",
  "_all",
  "*,-x",
  `${ACME},*`,
  `${ACME},-${ACME}`,
  `-${ACME}`,
  `+${ACME}`,
  "acme-*",
  "acme-jaeger-*",
  "acme-jaeger-span-*",
  "acme-jaeger-span-2026-11-2?",
  "acme-jaeger-span-2026-11",
  "acme-jaeger-span-read",
  "acme-jaeger-span-archive",
  `jaeger-span-${TODAY}`,
  `globex-jaeger-span-${TODAY}`,
  `acme-x-jaeger-span-${TODAY}`,
  `xacme-jaeger-span-${TODAY}`,
  `ACME-jaeger-span-${TODAY}`,
  `acme-jaeger-span-${TODAY}-x`,
  `${ACME}\n`,
  ` ${ACME}`,
  `${ACME}\u0000`,
  `${ACME}#`,
  `<${ACME}>`,
  "<acme-jaeger-span-{now/d}>",
  "%3Cacme-jaeger-span-%7Bnow%2Fd%7D%3E",
  `other:${ACME}`,
  `*:${ACME}`,
  ".opendistro_security",
  ".kibana",
  `../${ACME}`,
  "acme-jaeger-span-٢٠٢٦-11-20",
];
const foreign = fc.oneof(
  fc.constantFrom(...FOREIGN),
  fc.string({ maxLength: 40 }).filter((name) => !OWN.test(name)),
  fc.constantFrom(...FOREIGN).map((name) => `${ACME},${name}`),
);

describe("names of what is not the owner's", () => {
  test.each(FOREIGN)("in the path, in any spelling: %j", async (name) => {
    const spellings = [
      name,
      encodeURIComponent(name),
      encodeURIComponent(encodeURIComponent(name)),
      name.replaceAll("/", "%2F"),
    ];
    for (const spelled of spellings) {
      await refusal({ owner: "acme", method: "POST", path: `${spelled}/_search`, body: { size: 0 } });
      await refusal({ owner: "acme", method: "POST", path: `${ACME},${spelled}/_search`, body: { size: 0 } });
      // The root's HEAD is allowed.
      if (spelled !== "") await refusal({ owner: "acme", method: "HEAD", path: spelled });
    }
  });

  test("in bulk actions, headers of searches and templates", async () => {
    const places: ((name: string) => Sent)[] = [
      (name) => ({ method: "POST", path: "_bulk", body: ndjson({ index: { _index: name } }, {}) }),
      (name) => ({
        method: "POST",
        path: "_bulk",
        body: ndjson({ index: { _index: ACME } }, {}, { create: { _index: name } }, {}),
      }),
      (name) => ({ path: "_msearch", body: ndjson({ index: name }, TRACE) }),
      (name) => ({ path: "_msearch", body: ndjson({ index: ACME }, TRACE, { index: [ACME, name] }, TRACE) }),
      (name) => ({ method: "PUT", path: "_template/acme-jaeger-span", body: template(name) }),
      (name) => ({
        method: "PUT",
        path: "_template/acme-jaeger-span",
        body: template(["acme-jaeger-span-*", name]),
      }),
      (name) => ({ method: "PUT", path: `_template/${name}`, body: template("acme-jaeger-span-*") }),
    ];
    const template_ = ["acme-jaeger-span-*", "*acme-jaeger-span-*", "*jaeger-span-*"];
    await fc.assert(
      fc.asyncProperty(foreign, fc.constantFrom(...places), async (name, place) => {
        fc.pre(!template_.includes(name));
        await refusal({ owner: "acme", ...place(name) });
      }),
      { numRuns: 500 },
    );
  });

  test("central never gets what has a prefix, a tenant never what has none", async () => {
    for (const [what, asked] of Object.entries(jaegerAsks("acme", "acme-"))) {
      if (asked.path !== "")
        expect([what, await refusal({ ...asked, owner: "central" })]).toEqual([what, 403]);
    }
    for (const [what, asked] of Object.entries(jaegerAsks("central", ""))) {
      if (asked.path !== "") expect([what, await refusal({ ...asked, owner: "acme" })]).toEqual([what, 403]);
    }
  });

  test.each([
    "",
    "Acme",
    "acme/x",
    "..",
    "a%63me",
    "ac*",
    "jaeger",
    "my-jaeger-span",
    "a".repeat(40),
    "acme\n",
    "_all",
  ])("an owner that cannot be: %j", async (owner) => {
    expect(await refusal({ owner })).toBe(403);
  });
});

describe("operations that Jaeger does not use", () => {
  const WORDS = [
    "_cat",
    "_search",
    "_bulk",
    "_msearch",
    "_template",
    "_all",
    "_alias",
    "_pit",
    "_doc",
    "_sql",
    "scroll",
    "_cluster",
    "_reindex",
  ];
  const segment = fc.oneof(
    fc.constantFrom(
      ...WORDS,
      "_security",
      "_mapping",
      "_settings",
      "..",
      ".",
      "",
      ACME,
      "acme-jaeger-span",
      "*",
    ),
    fc.string({ maxLength: 8 }),
  );
  const method = fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get", "BREW");
  const own = OWN.source.slice(1, -1);
  const allowed = [
    /^(GET|HEAD) \/?$/,
    /^POST _bulk$/,
    /^(GET|POST) _msearch$/,
    new RegExp(`^HEAD ${own}$`),
    new RegExp(`^POST ${own}/_search$`),
    /^PUT _template\/acme-jaeger-(span|service|dependencies|sampling)$/,
  ];

  test("any method and path", async () => {
    await fc.assert(
      fc.asyncProperty(method, fc.array(segment, { maxLength: 4 }), async (verb, segments) => {
        const path = segments.join("/");
        fc.pre(!allowed.some((regex) => regex.test(`${verb} ${path}`)));
        await refusal({ owner: "acme", method: verb, path, body: verb === "HEAD" ? "" : "{}" });
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["a slash that is encoded", `${ACME}%2F_search`],
    ["a backslash", `${ACME}%5C_search`],
    ["a path that leaves", `..%2f${ACME}/_search`],
    ["an encoded percent sign", `${ACME}%252C${ACME}/_search`],
    ["a broken escape", `${ACME}%2/_search`],
    ["bytes that are no UTF-8", `${ACME}%FF/_search`],
    ["an empty segment", `${ACME}//_search`],
    ["one at the end", `${ACME}/_search/`],
    ["a matrix parameter", `${ACME}/_search;x=1`],
    ["a query in the path", `${ACME}/_search%3Fpretty`],
    ["a dot segment", `./${ACME}/_search`],
  ])("%s", async (_what, path) => {
    expect([400, 403]).toContain(await refusal({ owner: "acme", method: "POST", path, body: {} }));
  });

  test.each([
    [["source", "{}"]],
    [["index", "other"]],
    [["scroll", "1m"]],
    [["search_type", "dfs_query_then_fetch"]],
    [["pipeline", "x"]],
    [["ignore_unavailable", "TRUE"]],
    [["ignore_unavailable", "true,false"]],
    [
      ["ignore_unavailable", "true"],
      ["ignore_unavailable", "false"],
    ],
    [["__proto__", "true"]],
  ] as [string, string][][])("the query %j", async (...query) => {
    expect(await refusal({ owner: "acme", method: "POST", path: `${ACME}/_search`, query, body: {} })).toBe(
      403,
    );
    expect(
      await refusal({
        owner: "acme",
        method: "POST",
        path: "_bulk",
        query,
        body: ndjson({ index: { _index: ACME } }, {}),
      }),
    ).toBe(403);
  });

  test("a body where none belongs, types and encodings that are not Jaeger's", async () => {
    expect(await refusal({ body: "{}" })).toBe(403);
    const search = { owner: "acme", method: "POST", path: `${ACME}/_search`, body: {} };
    for (const type of [
      "application/smile",
      "application/cbor",
      "application/yaml",
      "text/plain",
      "application/json; charset=utf-16",
    ]) {
      expect(await refusal({ ...search, headers: { "content-type": type } })).toBe(406);
    }
    for (const encoding of ["deflate", "br", "gzip, gzip", "gzip"]) {
      expect(await refusal({ ...search, headers: { "content-encoding": encoding } })).toBe(400);
      expect(await refusal({ ...search, headers: { "x-amzn-remapped-content-encoding": encoding } })).toBe(
        400,
      );
    }
  });
});
