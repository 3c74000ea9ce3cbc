import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import type { Construct } from "constructs";
import { ADVANCED_PARAMETER, STANDARD_PARAMETER } from "../../lib/limits";
import { literal } from "../../lib/terraform-text";
import { renderCollectorConfig, type CollectorInput } from "./config";
import { generationTags } from "./generations";

/** References in the text may still grow at deployment, so some room is kept. */
const ROOM = 256;

export const parameterTier = (value: string): "Standard" | "Advanced" =>
  Buffer.byteLength(value) + ROOM > STANDARD_PARAMETER ? "Advanced" : "Standard";

/**
 * The configuration as texts that each fit a parameter and together, one after the other, are the whole: cut where one
 * of its sections begins. Nearly always one or two.
 */
export function configurationParts(input: CollectorInput): string[] {
  const sections = literal(renderCollectorConfig(input)).split(/^(?=[a-z]+:)/m);
  return sections.reduce<string[]>((parts, section) => {
    const last = parts.at(-1);
    if (last === undefined || Buffer.byteLength(last + section) + ROOM > ADVANCED_PARAMETER) {
      return [...parts, section];
    }
    return [...parts.slice(0, -1), last + section];
  }, []);
}

/** Names of the parameters of a configuration in so many parts. */
export const partNames = (name: string, parts: number): string[] =>
  Array.from({ length: parts }, (_, index) => (index === 0 ? name : `${name}/${index + 1}`));

/** Publishes a service's collector configuration for people to read; the sidecar gets it by its task definition. */
export function collectorParameters(
  scope: Construct,
  id: string,
  name: string,
  input: CollectorInput,
): SsmParameter[] {
  const parts = configurationParts(input);
  const names = partNames(name, parts.length);
  return parts.map((text, index) => {
    const of = parts.length === 1 ? "" : `, part ${index + 1} of ${parts.length}`;
    return new SsmParameter(scope, index === 0 ? id : `${id}-${index + 1}`, {
      name: names[index] ?? name,
      description: `Collector configuration of ${input.service}, as its sidecar runs it${of}`,
      type: "String",
      tier: parameterTier(text),
      insecureValue: text,
      ...generationTags(input.generation),
    });
  });
}
