import { EcrRegistryScanningConfiguration } from "@cdktf/provider-aws/lib/ecr-registry-scanning-configuration";
import type { Construct } from "constructs";
import type { CentralRegistry } from "../../fleet/registry-types";

type Scanning = CentralRegistry["scanning"];

/** Which repositories are scanned when: every one when an image arrives, and those that are named for ever after. */
export const scanningRules = ({ type, continuous }: Scanning) => [
  ...(type === "enhanced" && continuous.length > 0 ? [scanned("CONTINUOUS_SCAN", continuous)] : []),
  scanned("SCAN_ON_PUSH", ["*"]),
];

const scanned = (scanFrequency: string, filters: readonly string[]) => ({
  scanFrequency,
  repositoryFilter: filters.map((filter) => ({ filter, filterType: "WILDCARD" })),
});

/** How the registry looks for vulnerabilities: one setting of an account in a Region. */
export const registryScanning = (
  scope: Construct,
  id: string,
  scanning: Scanning,
): EcrRegistryScanningConfiguration =>
  new EcrRegistryScanningConfiguration(scope, id, {
    scanType: scanning.type.toUpperCase(),
    rule: scanningRules(scanning),
  });
