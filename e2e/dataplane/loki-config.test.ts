import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lokiConfig, renderLokiConfig } from "../../modules/loki/config";
import { yamlText } from "../../modules/loki/yaml";
import { installTools } from "../tools/tools";
import { localConfig } from "./loki-local";
import { EVERY_INPUT, lokiInput } from "./loki-under-test";

const KEY_ARN = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-4000-8000-000000000001";
const program = installTools().loki;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantscope-loki-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What the real Loki says about a configuration, with the command of its container. */
function verify(text: string, ...flags: string[]) {
  const file = join(folder, "config.yaml");
  writeFileSync(file, text);
  return spawnSync(program, [`-config.file=${file}`, "-config.expand-env=true", "-verify-config", ...flags], {
    encoding: "utf8",
    env: { LOKI_CHUNKS_KEY_ARN: KEY_ARN },
  });
}

describe.each(EVERY_INPUT)("Loki takes the configuration of %s", (_name, input) => {
  test("as it is deployed, with the key from the environment", () => {
    const { status, stderr } = verify(renderLokiConfig(input), "-print-config-stderr");
    expect(stderr).toContain("config is valid");
    expect(status).toBe(0);
    // The whole configuration as Loki understood it: what we set has arrived where we meant it.
    expect(stderr).toMatch(new RegExp(`^\\s+kms_key_id: ${KEY_ARN}$`, "m"));
    expect(stderr).toMatch(/^\s+reporting_enabled: false$/m);
    expect(stderr).toMatch(/^auth_enabled: true$/m);
    expect(stderr).toMatch(/^\s+deletion_mode: disabled$/m);
  });

  test("as these tests run it", () => {
    const local = { folder, objects: folder, httpPort: 1, grpcPort: 2, memberlistPorts: [3, 4, 5] };
    const { status, stderr } = verify(yamlText(localConfig(lokiConfig(input), local)));
    expect(stderr).toContain("config is valid");
    expect(status).toBe(0);
  });
});

test.each([
  ["an unknown setting", "auth_enabled: true", "auth_enabled: true\nauth: true"],
  ["an unknown kind of encryption", "type: 'SSE-KMS'", "type: 'SSE-CMK'"],
  ["retention without a place for requests", "delete_request_store: 's3'", "delete_request_store: ''"],
])("Loki refuses %s", (_name, from, to) => {
  const text = renderLokiConfig(lokiInput());
  expect(text).toContain(from);
  expect(verify(text.replace(from, to)).status).toBe(1);
});
