import { tokenPolicy } from "../../modules/run-roles/plan-policies";
import { only } from "../support/census";
import { ADMINISTRATOR, allow } from "../support/iam";
import { asObject, asText, objects, type JsonObject } from "../support/json";
import type { Stack } from "../support/synth";
import { target } from "./gateway-module";
import { ACCOUNT, buildGrafana, REGION } from "./grafana-workspace-module";
import { parsed } from "./trace-storage-module";

const stack = buildGrafana();
const anybody = buildGrafana({}, ["deployRoleName"]);
const planned = buildGrafana({ tokenRoleName: "tenantscope-token" });
const ADMIN = `arn:aws:iam::${ACCOUNT}:role/tenantscope/tenantscope-grafana-admin`;
const DEPLOY = `arn:aws:iam::${ACCOUNT}:role/tenantscope-deploy`;
const OTHER = `arn:aws:iam::${ACCOUNT}:role/Administrator`;
const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:tenantscope/grafana-token-AbCdEf`;
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/token`;

/** A document with plain ARNs in the place of its references. */
const resolved = (document: JsonObject): JsonObject =>
  JSON.parse(
    JSON.stringify(document).replace(/\$\{aws_secretsmanager_secret\.[^}]+\}/g, SECRET),
  ) as JsonObject;
const secretPolicyOf = (of: Stack): JsonObject =>
  resolved(parsed(only(of, "aws_secretsmanager_secret_policy")["policy"]));
const keyOf = (of: Stack): JsonObject =>
  asObject(
    Object.entries(of.resource("aws_kms_key")).find(([id]) => id.startsWith("grafana_token_kept_key"))?.[1],
  );

describe("the secret", () => {
  test("has its own key and goes at once when it goes", () => {
    const { kms_key_id, description, ...rest } = only(stack, "aws_secretsmanager_secret");
    expect(rest).toEqual({ name: "tenantscope/grafana-token", recovery_window_in_days: 0 });
    expect(asText(description)).not.toBe("");
    expect(target(stack, kms_key_id)).toBe("aws_kms_key.grafana_token_kept_key");
    expect(keyOf(stack)).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
    expect(only(stack, "aws_secretsmanager_secret_policy")["block_public_policy"]).toBe(true);
  });

  const asked = (of: Stack, principal: string, action: string): Promise<boolean> =>
    allow({
      principal,
      identityPolicies: [ADMINISTRATOR],
      action: `secretsmanager:${action}`,
      resource: SECRET,
      resourceAccount: ACCOUNT,
      resourcePolicy: secretPolicyOf(of),
    });

  test.each([
    [ADMIN, "GetSecretValue", true],
    [ADMIN, "PutSecretValue", true],
    [DEPLOY, "GetSecretValue", true],
    [DEPLOY, "PutSecretValue", false],
    [DEPLOY, "UpdateSecretVersionStage", false],
    // It takes a value, too.
    [ADMIN, "UpdateSecret", false],
    [OTHER, "UpdateSecret", false],
    // Terraform deploys it.
    [DEPLOY, "UpdateSecret", true],
    [DEPLOY, "DeleteSecret", true],
    [DEPLOY, "PutResourcePolicy", true],
    [OTHER, "GetSecretValue", false],
    [OTHER, "PutSecretValue", false],
    [`arn:aws:iam::${ACCOUNT}:role/tenantscope/tenantscope-deploy`, "GetSecretValue", false],
    [`${DEPLOY}-2`, "GetSecretValue", false],
  ])("%s, though IAM allows everything: %s %s", async (principal, action, expected) => {
    expect(await asked(stack, principal, action)).toBe(expected);
  });

  test("a role for plans may read it, and no more; its key is of use to it", async () => {
    const TOKEN = `arn:aws:iam::${ACCOUNT}:role/tenantscope-token`;
    const allowed: string[] = [];
    for (const action of ["GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage", "UpdateSecret"]) {
      if (await asked(planned, TOKEN, action)) allowed.push(action);
    }
    expect(allowed).toEqual(["GetSecretValue"]);
    expect(await asked(stack, TOKEN, "GetSecretValue")).toBe(false);
    expect(await asked(planned, DEPLOY, "UpdateSecret")).toBe(true);
    expect(await asked(planned, OTHER, "GetSecretValue")).toBe(false);
    for (const [of, expected] of [
      [planned, true],
      [stack, false],
    ] as const) {
      const answer = await allow({
        principal: TOKEN,
        identityPolicies: [tokenPolicy({ accountId: ACCOUNT, region: REGION })],
        action: "kms:Decrypt",
        resource: KEY,
        resourceAccount: ACCOUNT,
        resourcePolicy: parsed(keyOf(of)["policy"]),
        context: {
          "kms:ViaService": `secretsmanager.${REGION}.amazonaws.com`,
          "kms:ResourceAliases": ["alias/tenantscope-grafana-token"],
        },
      });
      expect(answer).toBe(expected);
    }
  });

  test("without a deploy role, who reads or updates is IAM's; who puts a value is not", async () => {
    expect(await asked(anybody, OTHER, "GetSecretValue")).toBe(true);
    expect(await asked(anybody, OTHER, "PutSecretValue")).toBe(false);
    // Whoever deploys is not known.
    expect(await asked(anybody, OTHER, "UpdateSecret")).toBe(true);
  });

  test("its policy gives nobody anything", () => {
    const statements = [stack, anybody].flatMap((of) => objects(secretPolicyOf(of)["Statement"]));
    expect(statements.map(({ Sid, Effect, Resource }) => [Sid, Effect, Resource])).toEqual([
      ["OnlyTheAdminWrites", "Deny", SECRET],
      ["OnlyAdminAndDeploymentRead", "Deny", SECRET],
      ["OnlyDeploymentUpdates", "Deny", SECRET],
      ["OnlyTheAdminWrites", "Deny", SECRET],
    ]);
  });

  describe("its key", () => {
    const decrypts = (
      of: Stack,
      principal: string,
      service: string | undefined,
      action = "kms:Decrypt",
    ): Promise<boolean> =>
      allow({
        principal,
        identityPolicies: [ADMINISTRATOR],
        action,
        resource: KEY,
        resourceAccount: ACCOUNT,
        resourcePolicy: parsed(keyOf(of)["policy"]),
        context: service === undefined ? {} : { "kms:ViaService": `${service}.${REGION}.amazonaws.com` },
      });

    test.each([
      [ADMIN, "secretsmanager", true],
      [DEPLOY, "secretsmanager", true],
      [OTHER, "secretsmanager", false],
      [ADMIN, "s3", false],
      [DEPLOY, undefined, false],
    ])("%s through %s: %s", async (principal, service, expected) => {
      expect(await decrypts(stack, principal, service)).toBe(expected);
    });

    test("stays administrable, and without a deploy role is IAM's, through Secrets Manager", async () => {
      expect(await decrypts(stack, OTHER, undefined, "kms:PutKeyPolicy")).toBe(true);
      expect(await decrypts(anybody, OTHER, "secretsmanager")).toBe(true);
      expect(await decrypts(anybody, OTHER, undefined)).toBe(false);
    });
  });
});
