import type { Problem } from "../../lib/errors";
import { forTenants, type Rule } from "./rule";

/** One account per tenant: names and rights inside an account would overlap otherwise. */
export const accountsDiffer: Rule = ({ tenants }) => {
  const owners = new Map<string, string>();
  return tenants.flatMap(({ document, accountId }): Problem[] => {
    if (accountId === undefined) return [];
    const owner = owners.get(accountId);
    if (owner === undefined) {
      owners.set(accountId, document.file);
      return [];
    }
    const message = `is the account of ${owner} too`;
    return [
      document.problem("/accountId", {
        message,
        value: accountId,
        remedy: "give every tenant its own account",
      }),
    ];
  });
};

/** A tenant in the central account could reach every other tenant's data. */
export const notTheCentralAccount = forTenants(({ document, accountId }, { central }) => {
  if (accountId === undefined || accountId !== central.accountId) return [];
  const message = "is the central account of central.json";
  return [
    document.problem("/accountId", { message, value: accountId, remedy: "write the tenant's own account" }),
  ];
});
