import {
  TenantEndpoints,
  tenantEndpointServices,
  type TenantEndpointsProps,
} from "../../modules/endpoints/tenant-endpoints";
import { tenantEndpointPolicy } from "../../modules/endpoints/tenant-policies";
import { census, only } from "../support/census";
import { ADMINISTRATOR, allow } from "../support/iam";
import { alone, byName, endpointsByService, policyOf, withoutHashes } from "../support/module-stack";

const WRITER = "arn:aws:iam::111111111111:role/tenantscope/tenantscope-writer-acme";
const WORKSPACE = "arn:aws:aps:eu-west-1:111111111111:workspace/ws-1";
const PERIMETER = {
  accountId: "222222222222",
  trustedAccountIds: [],
  writerRoleArn: WRITER,
  workspaceArn: WORKSPACE,
};

const PROPS: TenantEndpointsProps = {
  ...PERIMETER,
  name: "tenantscope-acme",
  region: "eu-west-1",
  vpcId: "vpc-0aaaa",
  subnetIds: ["subnet-0aaaa", "subnet-0bbbb"],
  services: tenantEndpointServices({ tenant: "eu-west-1", central: "eu-west-1" }),
  s3RouteTableIds: ["rtb-0aaaa", "rtb-0bbbb"],
  clients: { kind: "vpc" },
};

const endpoints = (change: Partial<TenantEndpointsProps> = {}) =>
  alone((scope) => new TenantEndpoints(scope, "endpoints", { ...PROPS, ...change }));

const SERVICES = ["aps-workspaces", "ecr.api", "ecr.dkr", "logs", "ssm", "sts", "xray"];

const own = (prefix: string, accounts = ["222222222222"]) => ({
  Sid: "OwnPrincipals",
  Effect: "Allow",
  Principal: "*",
  Action: `${prefix}:*`,
  Resource: "*",
  Condition: { StringEquals: { "aws:PrincipalAccount": accounts } },
});

describe("which endpoints a tenant has", () => {
  test("all that its tasks call, in the Region of the workspace", () => {
    expect(tenantEndpointServices({ tenant: "eu-west-1", central: "eu-west-1" })).toEqual(SERVICES);
  });

  test("none for the workspace in another Region", () => {
    expect(tenantEndpointServices({ tenant: "us-east-1", central: "eu-west-1" })).toEqual(
      SERVICES.filter((service) => service !== "aps-workspaces"),
    );
  });
});

describe("created endpoints", () => {
  const { stack, made } = endpoints();

  test("are exactly these", () => {
    expect(census(stack)).toEqual({
      "data.aws_vpc": 1,
      aws_security_group: 1,
      aws_vpc_endpoint: 8,
      aws_vpc_security_group_ingress_rule: 1,
    });
    expect(Object.keys(endpointsByService(stack)).sort()).toEqual([...SERVICES, "s3"].sort());
    expect(made.endpoints).toHaveLength(8);
    expect(stack.text).not.toContain("TfToken");
  });

  test.each(SERVICES)("%s has the service's usual name in every subnet given", (service) => {
    expect(withoutHashes(endpointsByService(stack)[service])).toEqual({
      vpc_id: "vpc-0aaaa",
      service_name: `com.amazonaws.eu-west-1.${service}`,
      vpc_endpoint_type: "Interface",
      private_dns_enabled: true,
      subnet_ids: ["subnet-0aaaa", "subnet-0bbbb"],
      security_group_ids: ["${aws_security_group.endpoints_clients_group.id}"],
      policy: expect.any(String) as string,
      tags: { Name: `tenantscope-acme-${service}` },
    });
  });

  test("S3 has routes in the tables given", () => {
    expect(endpointsByService(stack)["s3"]).toEqual({
      vpc_id: "vpc-0aaaa",
      service_name: "com.amazonaws.eu-west-1.s3",
      vpc_endpoint_type: "Gateway",
      route_table_ids: ["rtb-0aaaa", "rtb-0bbbb"],
      policy: expect.any(String) as string,
      tags: { Name: "tenantscope-acme-s3" },
    });
  });

  test("every policy is for the tenant's principals, and for what comes without their signature", () => {
    const documents = Object.entries(endpointsByService(stack)).map(([service, endpoint]) => [
      service,
      policyOf(endpoint),
    ]);
    const policy = (...statements: object[]) => ({ Version: "2012-10-17", Statement: statements });
    expect(Object.fromEntries(documents)).toEqual({
      "aps-workspaces": policy(own("aps"), {
        Sid: "Writer",
        Effect: "Allow",
        Principal: "*",
        Action: "aps:RemoteWrite",
        Resource: WORKSPACE,
        Condition: { StringEquals: { "aws:PrincipalArn": WRITER } },
      }),
      "ecr.api": policy(own("ecr")),
      "ecr.dkr": policy(own("ecr")),
      logs: policy(own("logs")),
      s3: policy(own("s3"), {
        Sid: "Reading",
        Effect: "Allow",
        Principal: "*",
        Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"],
        Resource: "*",
      }),
      ssm: policy(own("ssm")),
      sts: policy(own("sts"), {
        Sid: "Federation",
        Effect: "Allow",
        Principal: "*",
        Action: ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"],
        Resource: "*",
      }),
      xray: policy(own("xray")),
    });
  });

  test("accounts whose roles the applications take on are trusted as well", () => {
    expect(tenantEndpointPolicy("logs", { ...PERIMETER, trustedAccountIds: ["333333333333"] })).toEqual({
      Version: "2012-10-17",
      Statement: [own("logs", ["222222222222", "333333333333"])],
    });
  });

  test("the whole VPC is let in: the names of the services lead all of it here", () => {
    const [data = ""] = Object.keys(stack.data("aws_vpc"));
    expect(stack.data("aws_vpc")[data]).toEqual({ id: "vpc-0aaaa" });
    expect(withoutHashes(only(stack, "aws_vpc_security_group_ingress_rule"))).toEqual({
      for_each: withoutHashes(
        `\${toset([for each in data.aws_vpc.${data}.cidr_block_associations : each.cidr_block if each.state == "associated"])}`,
      ),
      security_group_id: "${aws_security_group.endpoints_clients_group.id}",
      description: "HTTPS from the VPC",
      cidr_ipv4: "${each.value}",
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
    });
    expect(only(stack, "aws_security_group")).toEqual({
      name: "tenantscope-acme-endpoints",
      description: "Interface endpoints of AWS services",
      vpc_id: "vpc-0aaaa",
      revoke_rules_on_delete: true,
      tags: { Name: "tenantscope-acme-endpoints" },
    });
  });

  test("or the services' security groups alone", () => {
    const { stack: narrow } = endpoints({
      clients: {
        kind: "groups",
        groups: [
          { key: "orders", securityGroupId: "${aws_security_group.orders.id}" },
          { key: "billing", securityGroupId: "sg-0bbbb" },
        ],
      },
    });
    const rules = "aws_vpc_security_group_ingress_rule";
    expect(byName(narrow, "endpoints", rules, "referenced_security_group_id")).toEqual({
      "clients_in-orders": "${aws_security_group.orders.id}",
      "clients_in-billing": "sg-0bbbb",
    });
    expect(byName(narrow, "endpoints", rules, "cidr_ipv4")).toEqual({
      "clients_in-orders": undefined,
      "clients_in-billing": undefined,
    });
    expect(census(narrow)).toEqual({
      aws_security_group: 1,
      aws_vpc_endpoint: 8,
      aws_vpc_security_group_ingress_rule: 2,
    });
  });
});

describe("existing endpoints", () => {
  test("of all services: nothing is made", () => {
    const { stack, made } = endpoints({ services: [], s3RouteTableIds: [] });
    expect(stack.blocks).toEqual([]);
    expect(made.endpoints).toEqual([]);
  });

  test("of some services: the others are made", () => {
    const { stack } = endpoints({ services: ["xray"], s3RouteTableIds: [] });
    expect(Object.keys(endpointsByService(stack))).toEqual(["xray"]);
  });

  test("of all but S3: no security group is made", () => {
    expect(census(endpoints({ services: [] }).stack)).toEqual({ aws_vpc_endpoint: 1 });
  });
});

/**
 * What a policy lets through, by the simulator's rule for two accounts: a principal with every right of its own account
 * gets what the resource's side allows.
 */
describe("who gets through", () => {
  const TASK = "arn:aws:iam::222222222222:role/tenantscope/tenantscope-acme-orders-task";
  const STRANGER = "arn:aws:iam::999999999999:role/anything";
  const through = (
    service: Parameters<typeof tenantEndpointPolicy>[0],
    principal: string,
    action: string,
    resource: string,
  ) =>
    allow({
      principal,
      identityPolicies: [ADMINISTRATOR],
      action,
      resource,
      resourceAccount: "444444444444",
      resourcePolicy: tenantEndpointPolicy(service, PERIMETER),
    });

  test.each([
    ["s3", TASK, "s3:PutObject", "arn:aws:s3:::partner/key", true],
    ["s3", STRANGER, "s3:PutObject", "arn:aws:s3:::loot/key", false],
    ["s3", STRANGER, "s3:GetObject", "arn:aws:s3:::packages/key", true],
    ["sts", TASK, "sts:AssumeRole", WRITER, true],
    ["sts", STRANGER, "sts:AssumeRole", WRITER, false],
    ["aps-workspaces", WRITER, "aps:RemoteWrite", WORKSPACE, true],
    ["aps-workspaces", WRITER, "aps:QueryMetrics", WORKSPACE, false],
    ["aps-workspaces", WRITER, "aps:RemoteWrite", `${WORKSPACE}2`, false],
    ["aps-workspaces", `${WRITER}2`, "aps:RemoteWrite", WORKSPACE, false],
    ["aps-workspaces", TASK, "aps:QueryMetrics", `${WORKSPACE}2`, true],
  ] as const)("%s: %s %s %s: %s", async (service, principal, action, resource, expected) => {
    expect(await through(service, principal, action, resource)).toBe(expected);
  });
});
