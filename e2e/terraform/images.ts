import { called, json, ofType, only, statements, text } from "./applied";
import type { Sandbox } from "./sandbox";

/** What must hold for the images of the applied example, which keeps copies of the public ones. */

const REGISTRY = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/tenantscope/";

/** Containers of the tenants' own: their images are what their files say. */
const APPLICATIONS = ["orders", "checkout", "catalog", "mongodb", "mailer", "ledger"];

interface Container {
  readonly name: string;
  readonly image: string;
}

/** Central tasks and the tenants' sidecars run copies, and the registry that they come from is whole. */
export async function expectImages(sandbox: Sandbox): Promise<void> {
  const state = await sandbox.stack("central").state();
  for (const name of ["central", "tenant-acme", "tenant-globex", "tenant-initech"]) {
    const { resources } = await sandbox.stack(name).state();
    const containers = resources
      .filter(({ type }) => type === "aws_ecs_task_definition")
      .flatMap((task) => json(task, "container_definitions") as Container[]);
    const others = containers.filter(({ image }) => !image.startsWith(REGISTRY));
    expect([name, others.filter((each) => !APPLICATIONS.includes(each.name))]).toEqual([name, []]);
  }
  const key = (description: string): string =>
    text(
      only(ofType(state, "aws_kms_key"), ({ values }) => values.description === description),
      "arn",
    );
  expect(called(state, "aws_ecr_repository", "shop/checkout").values).toMatchObject({
    image_tag_mutability: "IMMUTABLE",
    encryption_configuration: [{ encryption_type: "KMS", kms_key: key("Images of the organization's own") }],
  });
  const role = called(state, "aws_iam_role", "tenantscope-image-cache");
  const templates = ofType(state, "aws_ecr_repository_creation_template");
  expect(templates.map(({ values }) => values.prefix)).toEqual([
    "tenantscope/docker-hub",
    "tenantscope/ecr-public",
  ]);
  for (const template of templates) {
    expect(template.values).toMatchObject({
      custom_role_arn: text(role, "arn"),
      encryption_configuration: [{ encryption_type: "KMS", kms_key: key("Copies of public images") }],
    });
  }
  // What the cache is filled with is what ECR may make repositories for.
  const [filled] = statements(only(ofType(state, "aws_ecr_registry_policy")), "policy");
  const [made] = statements(
    only(ofType(state, "aws_iam_role_policy"), ({ values }) => values.name === "make-repositories"),
    "policy",
  );
  expect(made?.Resource).toEqual(filled?.Resource);
  expect(filled?.Resource).toHaveLength(7);
}
