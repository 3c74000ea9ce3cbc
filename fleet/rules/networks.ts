import type { Problem } from "../../lib/errors";
import type { Document } from "../document";
import { forTenants } from "./rule";

/** What is wrong with an IPv4 network of the right shape, and the network that was probably meant. */
export function networkMistake(cidr: string): { message: string; remedy: string } | undefined {
  const [address = "", prefix = ""] = cidr.split("/");
  const octets = address.split(".").map(Number);
  if (octets.some((octet) => octet > 255) || Number(prefix) > 32) {
    return { message: "is not an IPv4 network", remedy: "use numbers up to 255 and a prefix up to 32" };
  }
  const size = 2 ** (32 - Number(prefix));
  const number = octets.reduce((total, octet) => total * 256 + octet, 0);
  const first = number - (number % size);
  if (first === number) return undefined;
  const network = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
  return { message: "is an address inside a network", remedy: `write ${network}/${prefix}` };
}

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
  const mistake = cidr === undefined ? undefined : networkMistake(cidr);
  return mistake ? [document.problem(pointer, { ...mistake, value: cidr })] : [];
}
