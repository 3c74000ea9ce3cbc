import { readFileSync, statSync } from "node:fs";
import { unzipSync } from "fflate";
import { bundleFunction } from "../../modules/lambda-function/bundle";
import { ALERT_ROUTING, notifierNames } from "../../modules/alerting/names";

test.each([ALERT_ROUTING.entry, notifierNames("acme").entry])("%s is small and stands alone", (entry) => {
  const { path } = bundleFunction(entry);
  expect(statSync(path).size).toBeLessThan(20_000);
  const text = Buffer.from(unzipSync(readFileSync(path))["index.js"] ?? []).toString();
  expect(text).toContain("handler");
  // Only Node's own modules are left to be loaded.
  const loaded = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name);
  expect(
    loaded.filter((name) => !/^(node:)?(buffer|crypto|http|https|timers\/promises)$/.test(name ?? "")),
  ).toEqual([]);
});
