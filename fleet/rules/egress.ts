import { forManagedServices } from "./rule";

const HTTPS = 443;

/** AWS refuses a security group rule that is there already. */
export const egressDiffers = forManagedServices(({ pointer, service }, { document, network }) => {
  const first = new Map<string, string>();
  for (const cidr of network?.httpsEgressCidrs ?? ["0.0.0.0/0"]) {
    first.set(`tcp ${String(HTTPS)} ${cidr}`, "/network/httpsEgressCidrs");
  }
  return service.egress.flatMap(({ protocol, port, cidr, securityGroupId }, index) => {
    const at = `${pointer}/egress/${String(index)}`;
    const key = `${protocol} ${String(port)} ${cidr ?? securityGroupId ?? ""}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, at);
      return [];
    }
    const message = `opens what ${other} opens already`;
    return [document.problem(at, { message, remedy: "remove one of the two" })];
  });
});
