import { readSettings } from "../../../lambda/jaeger-storage-proxy/settings";

const good = { OPENSEARCH_URL: "https://vpc-traces.eu-west-1.es.amazonaws.com", REGION: "eu-west-1" };

test("defaults", () => {
  expect(readSettings(good)).toEqual({
    origin: "https://vpc-traces.eu-west-1.es.amazonaws.com",
    region: "eu-west-1",
    maxBodyBytes: 10 * 1024 * 1024,
    bulkPartBytes: 3_000_000,
    deadlineMs: 25_000,
    writePastDays: 7,
    metricsNamespace: "Tenantscope/StorageProxy",
  });
});

test("everything set; REGION comes before Lambda's own", () => {
  const env = {
    ...good,
    AWS_REGION: "us-east-1",
    MAX_BODY_MIB: "5",
    BULK_PART_BYTES: "2000000",
    DEADLINE_MS: "20000",
    WRITE_PAST_DAYS: "400",
    METRICS_NAMESPACE: "A/B",
  };
  expect(readSettings(env)).toMatchObject({
    region: "eu-west-1",
    maxBodyBytes: 5 * 1024 * 1024,
    bulkPartBytes: 2_000_000,
    deadlineMs: 20_000,
    writePastDays: 400,
    metricsNamespace: "A/B",
  });
  expect(readSettings({ OPENSEARCH_URL: good.OPENSEARCH_URL, AWS_REGION: "us-east-1" }).region).toBe(
    "us-east-1",
  );
  expect(readSettings({ ...good, OPENSEARCH_URL: "http://127.0.0.1:9200" }).origin).toBe(
    "http://127.0.0.1:9200",
  );
});

test.each([
  ["OPENSEARCH_URL", "", "a URL"],
  ["OPENSEARCH_URL", "vpc-traces.example.com", "a URL"],
  ["OPENSEARCH_URL", "http://vpc-traces.example.com", "https"],
  ["OPENSEARCH_URL", "https://user:secret@example.com", "without a user"],
  ["OPENSEARCH_URL", "https://example.com/base", "without a path"],
  ["OPENSEARCH_URL", "https://example.com/?a=b", "without a path"],
  ["REGION", "", "Region"],
  ["REGION", "eu_west", "Region"],
  ["MAX_BODY_MIB", "0", "from 1 to 100"],
  ["MAX_BODY_MIB", "ten", "from 1 to 100"],
  ["BULK_PART_BYTES", "3e6", "from 1000"],
  ["DEADLINE_MS", "-1", "from 1000"],
  ["WRITE_PAST_DAYS", "0.5", "from 1"],
  ["METRICS_NAMESPACE", "", "namespace"],
])("%s=%j is refused: %s", (name, value, message) => {
  const read = () => readSettings({ ...good, [name]: value });
  expect(read).toThrow(new RegExp(`^The storage proxy cannot start: .*${name}.*${message}`));
  expect(read).not.toThrow(/secret/);
});

test("all problems at once", () => {
  expect(() => readSettings({ DEADLINE_MS: "x" })).toThrow(/REGION.*OPENSEARCH_URL|OPENSEARCH_URL.*REGION/);
  expect(() => readSettings({ DEADLINE_MS: "x" })).toThrow(/DEADLINE_MS/);
});
