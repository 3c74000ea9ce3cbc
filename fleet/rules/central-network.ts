import { isMistake, parseCidr } from "../../lib/cidr";
import type { Problem } from "../../lib/errors";
import { cachedRepository, imageReference, PUBLIC_REGISTRIES } from "../../lib/image-cache";
import { repositoryArn } from "../../modules/ecs-service/policies";
import { subnetPlan } from "../../modules/network/subnet-plan";
import type { Central } from "../types";
import type { Rule } from "./rule";

/** A VPC can be cut into subnets, or says its addresses. */
export const centralNetworkWorks: Rule = ({ central: { document, network } }) => {
  if (!network) return [];
  const { cidr } = network;
  const answer = network.kind === "created" ? subnetPlan(cidr, network.zones) : parseCidr(cidr);
  return isMistake(answer) ? [document.problem("/network/cidr", { ...answer, value: cidr })] : [];
};

export const clientsAreNetworks: Rule = ({ central: { document, network } }) =>
  (network?.clients.cidrs ?? []).flatMap((cidr, index): Problem[] => {
    const answer = parseCidr(cidr);
    const pointer = `/network/clients/cidrs/${String(index)}`;
    return isMistake(answer) ? [document.problem(pointer, { ...answer, value: cidr })] : [];
  });

export const natHasGateways: Rule = ({ central: { document, network } }) => {
  if (network?.kind !== "created" || network.egress === "nat" || !network.natPerZone) return [];
  const message = 'has no effect with the egress "endpoints"';
  return [document.problem("/network/natPerZone", { message, value: true, remedy: "remove it" }, "key")];
};

/** Every replica of Loki has a zone of its own. */
export const replicasHaveZones: Rule = ({ central: { document, network, loki } }) => {
  if (!network || !loki) return [];
  const [count, what, key] =
    network.kind === "created"
      ? [network.zones.length, "zones", "zones"]
      : [network.privateSubnetIds.length, "subnets", "privateSubnetIds"];
  if (count >= loki.replicas) return [];
  const message = `needs a zone for each replica while the network has ${String(count)} ${what}`;
  const remedy = `name ${String(loki.replicas)} in network.${key}`;
  return [document.problem("/loki/replicas", { message, value: loki.replicas, remedy })];
};

/** Warning: a workspace in a VPC takes its way out, also to the catalogue from which it installs plug-ins. */
export const pluginsCanBeInstalled: Rule = ({ central: { document, network } }) => {
  if (network?.kind !== "created" || network.egress === "nat") return [];
  const message =
    "leaves Grafana no way to the catalogue of its plug-ins: the data sources of metrics and X-Ray need one each, and the central apply fails without";
  const remedy = 'set it to "nat" at least until they are installed';
  return [document.problem("/network/egress", { message, value: network.egress, remedy })];
};

/** The images that run in the central network; the others run in the tenants'. */
const CENTRAL_IMAGES = [
  "jaeger",
  "loki",
  "nginx",
  "busybox",
  "awsCli",
] as const satisfies (keyof Central["images"])[];

/** Without a way to the internet images come from private registries, and those of ECR from the endpoint's own Region. */
export const imagesCanBePulled: Rule = ({ central: { document, network, images, region, registry } }) => {
  if (network?.kind !== "created" || network.egress === "nat" || !images) return [];
  return CENTRAL_IMAGES.flatMap((key): Problem[] => {
    const image = images[key];
    const { registry: host } = imageReference(image);
    const ecrRegion = repositoryArn(image)?.split(":")[3];
    const elsewhere = ecrRegion !== undefined && region !== undefined && ecrRegion !== region;
    const isCopied = registry?.cache !== undefined && cachedRepository(image) !== undefined;
    if ((!PUBLIC_REGISTRIES.has(host) || isCopied) && !elsewhere) return [];
    const where = elsewhere ? `ECR in ${ecrRegion}` : host;
    const message = `cannot be pulled from ${where}: the network's egress is "endpoints"`;
    const remedy = `copy it to ECR in ${region ?? "the central Region"} and name the copy in images.${key}`;
    return [document.problem(`/images/${key}`, { message, value: image, remedy })];
  });
};
