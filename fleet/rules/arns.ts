import type { Problem } from "../../lib/errors";
import { pointerOf } from "../document";
import type { TenantView } from "../view";
import { containerPointer, forServices, forTenants } from "./rule";

/** arn:partition:service:region:account:resource */
function parts(arn: string): { region: string; account: string } {
  const [, , , region = "", account = ""] = arn.split(":");
  return { region, account };
}

/** What an ARN says must fit the tenant: nothing of one tenant refers to another account or Region. */
function foreign(tenant: TenantView, pointer: string, arn: string): Problem[] {
  const { document, accountId, region: tenantRegion } = tenant;
  const { region, account } = parts(arn);
  if (accountId !== undefined && account !== accountId) {
    const message = `is in account ${account}, not in the tenant's account ${accountId}`;
    return [
      document.problem(pointer, { message, value: arn, remedy: "use one of the tenant's own account" }),
    ];
  }
  if (tenantRegion !== undefined && region !== "" && region !== tenantRegion) {
    const message = `is in ${region}, not in the tenant's Region ${tenantRegion}`;
    return [document.problem(pointer, { message, value: arn, remedy: "use one of the tenant's own Region" })];
  }
  return [];
}

const isAwsManaged = (policyArn: string): boolean => parts(policyArn).account === "aws";

/** Every ARN of a service is in the tenant's account and, where ARNs have one, its Region. */
export const arnsAreTheTenants = forServices(({ pointer, service }, tenant) => {
  const check = (at: string, arn: string | undefined) =>
    arn === undefined ? [] : foreign(tenant, `${pointer}${at}`, arn);
  if (service.mode === "attached") return check("/taskRoleArn", service.taskRoleArn);
  const { loadBalancer } = service;
  return [
    ...service.containers.flatMap(({ secrets }, index) =>
      Object.entries(secrets).flatMap(([name, arn]) =>
        foreign(tenant, containerPointer(pointer, index) + pointerOf("secrets", name), arn),
      ),
    ),
    ...service.taskPolicyArns.flatMap((arn, index) =>
      isAwsManaged(arn) ? [] : check(`/taskPolicyArns/${String(index)}`, arn),
    ),
    ...service.secretKmsKeyArns.flatMap((arn, index) => check(`/secretKmsKeyArns/${String(index)}`, arn)),
    ...(loadBalancer?.kind === "target-group"
      ? check("/loadBalancer/targetGroupArn", loadBalancer.targetGroupArn)
      : check("/loadBalancer/listenerArn", loadBalancer?.listenerArn)),
  ];
});

/** The secrets that alerts are sent with, and their keys. */
export const alertSecretsAreTheTenants = forTenants((tenant) => {
  const { slackSecretArn, pagerDutySecretArn, secretKmsKeyArns = [] } = tenant.alerts ?? {};
  return [
    ...Object.entries({ slackSecretArn, pagerDutySecretArn }).flatMap(([key, arn]) =>
      arn === undefined ? [] : foreign(tenant, `/alerts/${key}`, arn),
    ),
    ...secretKmsKeyArns.flatMap((arn, index) =>
      foreign(tenant, `/alerts/secretKmsKeyArns/${String(index)}`, arn),
    ),
  ];
});
