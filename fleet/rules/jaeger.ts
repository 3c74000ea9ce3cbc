import type { Problem } from "../../lib/errors";
import { forTenants, type Rule } from "./rule";
import { sizeMistake } from "./task-size";

export const jaegerSize: Rule = ({ central: { document, jaeger } }) =>
  jaeger
    ? [...sizeMistake(document, "/jaeger", jaeger), ...sizeMistake(document, "/jaeger/query", jaeger.query)]
    : [];

export const jaegerTasksHaveARange: Rule = ({ central: { document, jaeger } }) => {
  if (!jaeger || jaeger.tasks.max >= jaeger.tasks.min) return [];
  const key = document.has("/jaeger/tasks/max") ? "max" : "min";
  const message = `makes the most tasks (${String(jaeger.tasks.max)}) fewer than the least (${String(jaeger.tasks.min)})`;
  const remedy = "write a max that is at least min";
  return [document.problem(`/jaeger/tasks/${key}`, { message, value: jaeger.tasks[key], remedy })];
};

/** What OpenSearch Service refuses of a domain. */
export const storageWorks: Rule = ({ central: { document, jaeger, network } }) => {
  if (!jaeger) return [];
  const { zones, instances, instanceType } = jaeger.storage;
  const problems: Problem[] = [];
  const subnets = network?.kind === "existing" ? network.privateSubnetIds.length : network?.zones.length;
  if (subnets !== undefined && zones > subnets) {
    const message = `are more than the network has (${String(subnets)})`;
    const remedy = "write fewer, or add zones to the network";
    problems.push(document.problem("/jaeger/storage/zones", { message, value: zones, remedy }));
  }
  if (instances % zones !== 0) {
    const message = `cannot be shared out evenly to ${String(zones)} zones`;
    const remedy = "write a multiple of the zones";
    problems.push(document.problem("/jaeger/storage/instances", { message, value: instances, remedy }));
  }
  if (/^(t2|m3|r3|i2)[.]/.test(instanceType)) {
    const message = "can have no encryption of the data at rest";
    const remedy = "choose a newer type, such as m7g.medium.search";
    problems.push(document.problem("/jaeger/storage/instanceType", { message, value: instanceType, remedy }));
  }
  return problems;
};

/** Indices of a tenant begin with its name, and the path of its storage is it: neither may be read as Jaeger's own. */
export const nameIsNotJaegers = forTenants(({ document, name }): Problem[] => {
  if (name === undefined || (name !== "central" && !name.includes("jaeger"))) return [];
  const message = 'cannot be "central" or have "jaeger" in it: names of stored traces begin so';
  return [document.problem("/name", { message, value: name, remedy: "choose another name" })];
});

/** The certificate is used by API Gateway of the central Region. */
export const domainIsCentral: Rule = ({ central: { document, ingest, accountId, region } }) => {
  const [, , , arnRegion, arnAccount] = ingest?.domain?.certificateArn.split(":") ?? [];
  if (ingest?.domain === undefined || accountId === undefined || region === undefined) return [];
  if (arnRegion === region && arnAccount === accountId) return [];
  const message = `is not in the central account and Region (${accountId}, ${region})`;
  const value = ingest.domain.certificateArn;
  const remedy = "name a certificate from there";
  return [document.problem("/ingest/domain/certificateArn", { message, value, remedy })];
};
