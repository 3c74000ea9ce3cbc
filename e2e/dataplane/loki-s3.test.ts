import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NO_OVERRIDES } from "../../modules/loki/overrides";
import { yamlText } from "../../modules/loki/yaml";
import { StandinServer } from "../standins/http";
import { installTools } from "../tools/tools";
import { freePort } from "./free-ports";
import { localConfig } from "./loki-local";
import { otlpLogs } from "./loki-server";
import { lokiConfigOf } from "./loki-under-test";
import { eventually, ManagedProcess, untilServing } from "./process";

const KEY_ARN = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-4000-8000-000000000001";
const BUCKET = "tenantscope-loki-chunks-111111111111-eu-west-1";

interface Put {
  readonly path: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

const EMPTY_LIST = `<?xml version="1.0"?><ListBucketResult><Name>${BUCKET}</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>`;
const NO_SUCH_KEY = `<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>`;

/** A bucket that is always empty and remembers how it was asked to keep what. */
const bucketStandin = (puts: Put[]): StandinServer =>
  new StandinServer(({ method, rawUrl, headers }) => {
    if (method === "PUT") puts.push({ path: decodeURIComponent(rawUrl.split("?", 1)[0] ?? ""), headers });
    const found = method === "PUT" || /[?&](list-type|prefix)=/.test(rawUrl);
    return {
      status: found ? 200 : 404,
      headers: { "content-type": "application/xml", etag: '"0"' },
      body: method === "HEAD" ? "" : found ? EMPTY_LIST : NO_SUCH_KEY,
    };
  });

test("every object goes to the bucket under our key, signed, a tenant's under its name", async () => {
  const puts: Put[] = [];
  const s3 = bucketStandin(puts);
  await s3.start();
  const folder = mkdtempSync(join(tmpdir(), "tenantscope-loki-"));
  mkdirSync(join(folder, "etc/loki-overrides"), { recursive: true });
  writeFileSync(join(folder, "etc/loki-overrides/overrides.yaml"), NO_OVERRIDES);

  const config = lokiConfigOf(1);
  const httpPort = await freePort();
  const local = localConfig(config, {
    folder,
    objects: folder,
    httpPort,
    grpcPort: await freePort(),
    memberlistPorts: [],
  });
  // The store as it is deployed, at another address and without TLS.
  const object_store = {
    s3: { ...config.storage_config.object_store.s3, endpoint: new URL(s3.url).host, insecure: true },
  };
  writeFileSync(
    join(folder, "config.yaml"),
    yamlText({
      ...local,
      schema_config: config.schema_config,
      compactor: { ...local.compactor, delete_request_store: config.compactor.delete_request_store },
      storage_config: { ...local.storage_config, object_store },
    }),
  );
  const loki = new ManagedProcess({
    name: "loki",
    command: installTools().loki,
    args: [`-config.file=${join(folder, "config.yaml")}`, "-config.expand-env=true"],
    cwd: folder,
    environment: {
      LOKI_CHUNKS_KEY_ARN: KEY_ARN,
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_EC2_METADATA_DISABLED: "true",
      TMPDIR: join(folder, "there-is-none"),
    },
  });
  try {
    await untilServing(loki, `http://127.0.0.1:${httpPort}/ready`);
    const answer = await fetch(`http://127.0.0.1:${httpPort}/otlp/v1/logs`, {
      method: "POST",
      headers: { "content-type": "application/json", "X-Scope-OrgID": "acme" },
      body: JSON.stringify(otlpLogs({ "service.name": "shop" }, ["tea"])),
    });
    expect(answer.status).toBe(204);
    process.kill(loki.pid, "SIGTERM");
    await eventually("the end of Loki", 120, () => Promise.resolve(loki.running ? undefined : true));

    const prefixes = puts.map(({ path }) => path.split("/").slice(0, 3).join("/"));
    expect(new Set(prefixes)).toEqual(
      new Set(["_deletes", "_index", "acme"].map((name) => `/${BUCKET}/${name}`)),
    );
    for (const { headers } of puts) {
      expect(headers["x-amz-server-side-encryption"]).toEqual(["aws:kms"]);
      expect(headers["x-amz-server-side-encryption-aws-kms-key-id"]).toEqual([KEY_ARN]);
      expect(headers["authorization"]?.[0]).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/s3\/aws4_request,/,
      );
    }
  } finally {
    await loki.stop();
    await s3.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
