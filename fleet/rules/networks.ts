import { isMistake, parseCidr } from "../../lib/cidr";
import type { Problem } from "../../lib/errors";
import type { Document } from "../document";
import { forTenants } from "./rule";

export const networksAreNetworks = forTenants(({ document, network, services }) => [
  ...(network?.httpsEgressCidrs ?? []).flatMap((cidr, index) =>
    check(document, `/network/httpsEgressCidrs/${String(index)}`, cidr),
  ),
  ...services.flatMap(({ pointer, service }) =>
    service.mode === "attached"
      ? []
      : service.egress.flatMap(({ cidr }, index) =>
          check(document, `${pointer}/egress/${String(index)}/cidr`, cidr),
        ),
  ),
]);

function check(document: Document, pointer: string, cidr: string | undefined): Problem[] {
  const network = cidr === undefined ? undefined : parseCidr(cidr);
  return network && isMistake(network) ? [document.problem(pointer, { ...network, value: cidr })] : [];
}
