import { externalId, taskRoleArns } from "../../lib/names";
import { MAX_TRUST_POLICY, writerTrustPolicy } from "../../modules/writer-role/policy";
import { forTenants } from "./rule";

/** Every service adds a role to the writer role's trust policy, which IAM limits. */
export const trustPolicyFits = forTenants(({ document, whole }, { central }) => {
  if (!whole) return [];
  const { accountId = "", organizationId = "" } = central; // the external id has one length, whatever it is made of
  const trust = writerTrustPolicy({
    tenantAccountId: whole.accountId,
    taskRoleArns: taskRoleArns(whole),
    externalId: externalId({ accountId, organizationId }, whole),
  });
  const { length } = JSON.stringify(trust);
  if (length <= MAX_TRUST_POLICY) return [];
  const message = `make a trust policy of ${String(length)} characters for the tenant's writer role; IAM allows ${String(MAX_TRUST_POLICY)}`;
  const remedy = "use fewer services or shorter names, or split the tenant over two accounts";
  return [document.problem("/services", { message, remedy })];
});
