import type { Problem } from "../../lib/errors";
import { forTenants, type Rule } from "./rule";

/** An account that is trusted here could be one that another tenant carries data to. */
export const trustedAccountsAreNobodys: Rule = ({ tenants }) => {
  const owners = new Map(tenants.map(({ accountId, document }) => [accountId, document.file]));
  return tenants.flatMap(({ document, accountId, network }) => {
    if (network?.endpoints.kind !== "created") return [];
    return network.endpoints.trustedAccountIds.flatMap((account, index): Problem[] => {
      const owner = owners.get(account);
      if (owner === undefined || account === accountId) return [];
      const message = `is the account of ${owner}`;
      const remedy = "remove it: the endpoints of a tenant let no other tenant through";
      const at = `/network/endpoints/trustedAccountIds/${String(index)}`;
      return [document.problem(at, { message, value: account, remedy })];
    });
  });
};

/** Warning: what leaves the VPC depends on a NAT gateway or the internet. Kept for manifests that are right otherwise. */
export const endpointsAreMissing = forTenants(({ document, whole }): Problem[] => {
  if (whole?.network.endpoints.kind !== "none" || whole.lifecycle === "offboarding") return [];
  const message =
    'has no "network.endpoints": telemetry and image pulls of this tenant leave through the VPC\'s way out';
  const remedy = 'write "existing", or an object to have them created';
  // Without a place: finding it takes time in a large fleet.
  return [{ file: document.file, pointer: "", message, remedy }];
});
