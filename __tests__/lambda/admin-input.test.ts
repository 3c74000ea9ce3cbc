import { parseEvent } from "../../lambda/storage-admin/input";
import { readSettings } from "../../lambda/storage-admin/settings";
import { adminBefore, FakeServer } from "./admin-opensearch";

const tf = { action: "create", prev_input: null };
const ARN = "arn:aws:iam::111122223333:role/tenantscope/tenantscope-storage-proxy";
const INDEX = "acme-jaeger-span-2026-11-20";
const SNAPSHOT = "2026-11-21t03-20-11.5f2c1a3b-0c4d-4d7a-9e56-1f0a9d7c2b44";
const restore = { task: "restore", snapshot: SNAPSHOT, indices: [INDEX] };
const problem = (event: unknown): string => {
  try {
    parseEvent(event, 24);
  } catch (error) {
    return (error as Error).message;
  }
  return "none";
};

describe("events", () => {
  test("are told apart by what they have", () => {
    expect(parseEvent({ task: "retention" }, 24)).toEqual({ task: "retention" });
    expect(parseEvent({ task: "dependencies" }, 24)).toEqual({ task: "dependencies" });
    expect(parseEvent({ task: "dependencies", hours: 24 }, 24)).toEqual({ task: "dependencies", hours: 24 });
    expect(parseEvent({ task: "snapshots" }, 24)).toEqual({ task: "snapshots" });
    expect(parseEvent({ task: "snapshots", snapshot: SNAPSHOT }, 24)).toEqual({
      task: "snapshots",
      snapshot: SNAPSHOT,
    });
    const asked = { snapshot: SNAPSHOT, indices: [INDEX], copy: false, replaceRed: false };
    expect(parseEvent(restore, 24)).toEqual({ task: "restore", restore: asked });
    expect(parseEvent({ ...restore, copy: true }, 24)).toEqual({
      task: "restore",
      restore: { ...asked, copy: true },
    });
    const copies = { task: "discard", indices: [`restored_${INDEX}`, "restored_jaeger-service-2026-11-20"] };
    expect(parseEvent(copies, 24)).toEqual(copies);
    expect(parseEvent({ zones: 3, revision: "abc", tf }, 24)).toEqual({
      task: "provision",
      provision: {
        action: "create",
        hadSecurity: false,
        input: { zones: 3, spanShards: 1, refreshSeconds: 5 },
      },
    });
    expect(
      parseEvent(
        {
          zones: 1,
          spanShards: 4,
          refreshSeconds: 30,
          security: { proxyRoleArn: ARN },
          tf: { action: "update", prev_input: { security: { proxyRoleArn: "x" } } },
        },
        24,
      ),
    ).toEqual({
      task: "provision",
      provision: {
        action: "update",
        hadSecurity: true,
        input: { zones: 1, spanShards: 4, refreshSeconds: 30, security: { proxyRoleArn: ARN } },
      },
    });
  });

  test.each([
    [null, "must be a JSON object"],
    ["retention", "must be a JSON object"],
    [[{ task: "retention" }], "must be a JSON object"],
    [{}, "got the keys none"],
    [{ task: "delete-everything" }, "got the keys task"],
    [{ task: "retention", days: 0 }, "got the keys task, days"],
    [{ task: "retention", hours: 1 }, "got the keys task, hours"],
    [{ task: "dependencies", hours: 25 }, "from 1 to 24 (got 25)"],
    [{ task: "dependencies", hours: "2" }, 'from 1 to 24 (got "2")'],
    [{ task: "snapshots", index: "x" }, "got the keys task, index"],
    [{ task: "snapshots", snapshot: "_all" }, 'the name of one (got "_all")'],
    [{ task: "snapshots", snapshot: "a*" }, 'the name of one (got "a*")'],
    [
      { task: "restore" },
      "snapshot must be the name of one (got nothing); indices must be 1 to 100 exact names",
    ],
    [{ ...restore, snapshot: "2026-11-21t*" }, "snapshot must be the name of one"],
    [{ ...restore, snapshot: "a/../b" }, "snapshot must be the name of one"],
    [{ ...restore, snapshot: ".." }, "snapshot must be the name of one"],
    [{ ...restore, indices: INDEX }, "indices must be 1 to 100 exact names"],
    [{ ...restore, indices: [] }, "indices must be"],
    [{ ...restore, indices: [INDEX, INDEX] }, "indices must be"],
    [{ ...restore, indices: Array(101).fill(INDEX) }, "indices must be"],
    [{ ...restore, indices: ["acme-jaeger-span-*"] }, "indices must be"],
    [{ ...restore, indices: ["*"] }, "indices must be"],
    [{ ...restore, indices: ["-acme-jaeger-span-2026-11-20"] }, "indices must be"],
    [{ ...restore, indices: [`${INDEX},${INDEX}`] }, "indices must be"],
    [{ ...restore, indices: [".opendistro_security"] }, "indices must be"],
    [{ ...restore, indices: [`restored_${INDEX}`] }, "indices must be"],
    [
      { ...restore, indices: [INDEX, "jaeger-span-2026-11-20"] },
      "indices must be of one owner (got acme, central)",
    ],
    [{ ...restore, copy: "yes" }, "copy and replaceRed must be true or false"],
    [{ ...restore, copy: true, replaceRed: true }, "copy or replaceRed"],
    [{ ...restore, repository: "other" }, "there is no key repository"],
    [{ task: "discard" }, "exact names of copies"],
    [{ task: "discard", indices: [INDEX] }, "exact names of copies"],
    [{ task: "discard", indices: ["restored_*"] }, "exact names of copies"],
    [{ task: "discard", indices: ["restored_.opendistro_security"] }, "exact names of copies"],
    [{ task: "discard", indices: [`restored_${INDEX}`], owner: "acme" }, "exact names of copies"],
    [{ zones: 2, tf: null }, "tf.action must be create, update or delete (got undefined)"],
    [{ zones: 2, tf: { action: "read" } }, 'got "read"'],
    [{ tf }, "zones must be 1, 2 or 3 (got nothing)"],
    [{ zones: 2, replicas: 1, tf }, 'got ["replicas"]'],
    [{ zones: 2, security: {}, tf }, "security must be only"],
    [{ zones: 2, security: null, tf }, "security must be only"],
    [{ zones: 2, security: { proxyRoleArn: "*" }, tf }, "security must be only"],
    [{ zones: 2, security: { proxyRoleArn: ARN, users: ["x"] }, tf }, "security must be only"],
    [{ zones: 2, revision: 1, tf }, "revision must be a text (got 1)"],
  ])("%j is refused", (event, expected) => {
    expect(problem(event)).toContain(expected);
  });

  test("all that is wrong is said at once", () => {
    const message = problem({ zones: 4, spanShards: 0, refreshSeconds: 0.5, tf });
    expect(message).toBe(
      "The input is not valid: zones must be 1, 2 or 3 (got 4); spanShards must be a whole number from 1 to 50 (got 0); " +
        "refreshSeconds must be a whole number from 1 to 300 (got 0.5).",
    );
  });

  test("an event that is refused reaches nobody and is logged", async () => {
    const openSearch = new FakeServer();
    await openSearch.start();
    const admin = adminBefore(openSearch.origin);
    await expect(admin.invoke({ task: "x" })).rejects.toThrow("The event must be");
    expect(openSearch.seen).toEqual([]);
    expect(admin.logged).toHaveLength(1);
    expect(admin.logged[0]).toMatchObject({ level: "error" });
    await openSearch.stop();
  });
});

describe("settings", () => {
  const ENV = {
    OPENSEARCH_URL: "https://vpc-x.eu-west-1.es.amazonaws.com",
    REGION: "eu-west-1",
    RETENTION_DAYS: "7",
  };

  test("have defaults for all but the domain, its Region and what is deleted", () => {
    expect(readSettings(ENV)).toEqual({
      origin: "https://vpc-x.eu-west-1.es.amazonaws.com",
      region: "eu-west-1",
      parametersOrigin: "https://ssm.eu-west-1.amazonaws.com",
      retentionPath: "/tenantscope/traces/retention",
      retentionDays: 7,
      dependencyHours: 2,
      dependencyMaxSpans: 200_000,
      metricsNamespace: "Tenantscope/StorageAdmin",
    });
    expect(readSettings({ ...ENV, REGION: undefined, AWS_REGION: "us-east-2" }).region).toBe("us-east-2");
  });

  test.each([
    [{ RETENTION_DAYS: "0" }, "RETENTION_DAYS"],
    [{ RETENTION_DAYS: "" }, "RETENTION_DAYS"],
    [{ RETENTION_DAYS: undefined }, "RETENTION_DAYS"],
    [{ RETENTION_DAYS: "1e9" }, "RETENTION_DAYS"],
    [{ RETENTION_DAYS: "-1" }, "RETENTION_DAYS"],
    [{ RETENTION_PATH: "/a/" }, "RETENTION_PATH"],
    [{ OPENSEARCH_URL: "http://vpc-x.eu-west-1.es.amazonaws.com" }, "OPENSEARCH_URL"],
    [{ OPENSEARCH_URL: "https://vpc-x/path" }, "OPENSEARCH_URL"],
    [{ OPENSEARCH_URL: "https://user:secret@vpc-x" }, "OPENSEARCH_URL"],
    [{ SSM_URL: "http://ssm" }, "SSM_URL"],
    [{ REGION: "" }, "REGION"],
    [{ DEPENDENCY_HOURS: "25" }, "DEPENDENCY_HOURS"],
    [{ DEPENDENCY_MAX_SPANS: "999" }, "DEPENDENCY_MAX_SPANS"],
    [{ METRICS_NAMESPACE: "a b" }, "METRICS_NAMESPACE"],
  ])("%j is refused", (env, name) => {
    expect(() => readSettings({ ...ENV, ...env })).toThrow(name);
  });

  test("no user of an address is written down", () => {
    expect(() => readSettings({ ...ENV, OPENSEARCH_URL: "https://user:secret@vpc-x" })).toThrow(
      /^(?!.*secret)/,
    );
  });
});
