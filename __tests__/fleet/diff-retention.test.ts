import { enumeration } from "../../lib/wording";
import { compare, fleet } from "../fixtures/fleet/compared";
import { goodService, goodTenant, type Json, removeFolders, toText } from "../fixtures/fleet/fleet-folder";

afterEach(removeFolders);

const METRICS = "are deleted after the deployment";
const LOKI = "are deleted within hours of the deployment";
const CLOUDWATCH = "are deleted within three days of the deployment";
const noCopy = "restore it, or save elsewhere before what must be kept: nothing has a copy";
const s3 = "restore it, or expect only S3's earlier versions to have them then, for 7 days";
const noExport = "restore it, or export before what must be kept: nothing has a copy";

const dedicated = (metricsRetentionDays?: number): Json => ({
  isolation: "dedicated",
  ...(metricsRetentionDays !== undefined && { limits: { metricsRetentionDays } }),
});
const logs = (logRetentionDays: number): Json => ({ limits: { logRetentionDays } });
const toCloudWatch: Json = {
  services: [{ ...goodService(), logs: { destinations: ["cloudwatch"] } }],
};
const offboarding: Json = { lifecycle: "offboarding" };

type Version = readonly [tenants: Readonly<Record<string, Json>>, central?: Json];

describe("metrics and logs that were to be kept for longer", () => {
  test.each<[string, Version, Version, string[]]>([
    ["the same", [{ acme: logs(30) }], [{ acme: logs(30) }], []],
    [
      "longer",
      [{ acme: logs(10), globex: dedicated(100) }],
      [
        { acme: logs(20), globex: dedicated(200) },
        { metrics: { retentionDays: 151 }, loki: { retentionDays: 31 }, logRetentionDays: 60 },
      ],
      [],
    ],
    [
      "metrics of the pooled workspace: whose",
      [{ acme: {}, globex: dedicated(), labs: dedicated(400) }],
      [{ acme: {}, globex: dedicated(), labs: dedicated(400) }, { metrics: { retentionDays: 100 } }],
      [
        `central.json:11:22 /metrics/retentionDays was 150 days: metrics older than 100 days ${METRICS}, those of 2 tenants among them (acme and globex) (got 100), ${noCopy}`,
      ],
    ],
    [
      "metrics of a workspace of one's own, shorter, and no longer one's own days",
      [{ acme: dedicated(400), globex: dedicated(400), labs: dedicated() }],
      [{ acme: dedicated(300), globex: dedicated(), labs: dedicated(60) }],
      [
        `tenants/acme.json:25:29 /limits/metricsRetentionDays was 400 days: the tenant's metrics older than 300 days ${METRICS} (got 300), ${noCopy}`,
        `tenants/globex.json:1:1 /limits/metricsRetentionDays was 400 days: the tenant's metrics older than 150 days ${METRICS} (got 150), ${noCopy}`,
        `tenants/labs.json:25:29 /limits/metricsRetentionDays was 150 days: the tenant's metrics older than 60 days ${METRICS} (got 60), ${noCopy}`,
      ],
    ],
    [
      "lines in Loki, of those who have some and no days of their own",
      [{ acme: {}, globex: toCloudWatch, labs: logs(90) }, { loki: { retentionDays: 60 } }],
      [{ acme: {}, globex: toCloudWatch, labs: logs(90) }, { loki: { retentionDays: 14 } }],
      [
        `central.json:11:22 /loki/retentionDays was 60 days: lines in Loki older than 14 days ${LOKI}, those of 1 tenant among them (acme) (got 14), ${s3}`,
      ],
    ],
    [
      "lines in Loki of a tenant, and of one that leaves with days of its own",
      [{ acme: logs(90), globex: logs(90), labs: logs(10) }],
      [
        {
          acme: logs(1),
          globex: { ...logs(90), ...offboarding },
          labs: { ...logs(10), ...offboarding },
        },
      ],
      [
        `tenants/acme.json:24:25 /limits/logRetentionDays was 90 days: the tenant's lines in Loki older than 1 day ${LOKI} (got 1), ${s3}`,
        `tenants/globex.json:26:16 /lifecycle ends the tenant's own 90 days: the tenant's lines in Loki older than 30 days ${LOKI} (got "offboarding"), ${s3}`,
      ],
    ],
    [
      "log groups: all but those that go as a whole",
      [{ acme: {}, globex: {}, labs: offboarding }, { logRetentionDays: 365 }],
      [{ acme: {}, globex: offboarding, labs: offboarding }, { logRetentionDays: 30 }],
      [
        `central.json:10:23 /logRetentionDays was 365 days: lines in CloudWatch older than 30 days ${CLOUDWATCH}, those of 1 tenant among them (acme) (got 30), ${noExport}`,
      ],
    ],
    [
      "who comes new, or was offboarding, has nothing to lose",
      [{ acme: { ...logs(90), ...offboarding } }, { logRetentionDays: 60 }],
      [{ acme: {}, labs: {} }, { logRetentionDays: 30 }],
      [
        `central.json:10:23 /logRetentionDays was 60 days: lines in CloudWatch older than 30 days ${CLOUDWATCH} (got 30), ${noExport}`,
      ],
    ],
  ])("%s", (_, before, after, warnings) => {
    expect(compare(fleet(...before), fleet(...after))).toEqual({ problems: [], warnings });
  });

  test("all at once, of many tenants", () => {
    const many = (central: Json) => {
      const files = fleet({}, central);
      for (let index = 10; index < 18; index++) {
        const name = `t${String(index)}`;
        files[`tenants/${name}.json`] = toText(goodTenant(name, `2222222222${String(index)}`));
      }
      return files;
    };
    const shorter = { metrics: { retentionDays: 1 }, loki: { retentionDays: 2 }, logRetentionDays: 3 };
    const whose = "those of 8 tenants among them (t10, t11, t12, t13, t14 and 3 others)";
    expect(compare(many({}), many(shorter)).warnings).toEqual([
      expect.stringContaining(`150 days: metrics older than 1 day ${METRICS}, ${whose}`),
      expect.stringContaining(`30 days: lines in Loki older than 2 days ${LOKI}, ${whose}`),
      expect.stringContaining(`30 days: lines in CloudWatch older than 3 days ${CLOUDWATCH}, ${whose}`),
    ]);
  });
});

test.each([
  [[], ""],
  [["a"], "a"],
  [["a", "b"], "a and b"],
  [["a", "b", "c", "d", "e", "f"], "a, b, c, d, e and f"],
  [["a", "b", "c", "d", "e", "f", "g"], "a, b, c, d, e and 2 others"],
])("an enumeration of %j", (names, text) => {
  expect(enumeration(names)).toBe(text);
});
