import { parse } from "yaml";
import { container, json, ofType, only, text, toContainers } from "./applied";
import type { Sandbox } from "./sandbox";

/** The document of the tenants' own log limits is `overrides`, and lies where Loki's tasks look for it. */
export async function expectOverrides(
  sandbox: Sandbox,
  overrides: Readonly<Record<string, object>>,
): Promise<void> {
  const object = only(ofType(await sandbox.stack("limits").state(), "aws_s3_object"));
  const content = text(object, "content");
  expect(parse(content)).toEqual({ overrides });
  // A tenant may be called "no": names are quoted.
  for (const tenant of Object.keys(overrides)) expect(content).toContain(`\n  '${tenant}':\n`);

  const central = await sandbox.stack("central").state();
  const bucket = only(ofType(central, "aws_s3_bucket"), ({ address }) => address.includes("loki_config"));
  expect(text(object, "bucket")).toBe(text(bucket, "bucket"));
  const replicas = ofType(central, "aws_ecs_task_definition").filter((task) =>
    text(task, "family").startsWith("tenantscope-loki-"),
  );
  expect(replicas).toHaveLength(sandbox.fleet.central.loki.replicas);
  const place = { BUCKET: text(object, "bucket"), KEY: text(object, "key") };
  for (const replica of replicas) {
    const containers = toContainers(json(replica, "container_definitions"));
    for (const name of ["first-overrides", "overrides"]) {
      expect(container(containers, name).environment).toMatchObject(place);
    }
  }
}
