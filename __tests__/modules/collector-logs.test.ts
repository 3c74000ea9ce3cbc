import { collectorConfig } from "../../modules/collector/config";
import { logQueueBytes } from "../../modules/collector/logs";
import { EVERYTHING, input } from "../support/collector-inputs";

describe("logs", () => {
  const config = collectorConfig(EVERYTHING);

  test("go to the tenant's own path of the ingest API, signed with the writer role", () => {
    expect(config.extensions["sigv4auth/ingest"]).toEqual({
      region: "eu-west-1",
      service: "execute-api",
      assume_role: {
        arn: "${env:AMP_WRITER_ROLE_ARN}",
        sts_region: "us-east-1",
        external_id: "${env:AMP_EXTERNAL_ID}",
      },
    });
    expect(config.exporters["otlp_http/loki"]).toMatchObject({
      logs_endpoint: "${env:INGEST_URL}/t/acme/otlp/v1/logs",
      headers: { "x-apigw-api-id": "${env:INGEST_API_ID}" },
      auth: { authenticator: "sigv4auth/ingest" },
      compression: "gzip",
    });
    // The gateway sets it from the path; one from here would be dropped.
    expect(JSON.stringify(config)).not.toMatch(/x-scope-orgid/i);
  });

  test("wait in a queue that is bounded in bytes: an eighth of the sidecar's memory", () => {
    expect(logQueueBytes(256)).toBe(33_554_432);
    expect(config.exporters["otlp_http/loki"]).toMatchObject({
      sending_queue: { enabled: true, sizer: "bytes", queue_size: 33_554_432 },
    });
  });

  test("nothing of them is there when none go to Loki", () => {
    const without = collectorConfig(input());
    expect(Object.keys(without.extensions)).toEqual(["health_check", "sigv4auth/aps"]);
    expect(JSON.stringify(without)).not.toMatch(/loki|ingest/i);
  });
});
