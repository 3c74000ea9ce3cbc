import { asText, isObject, list, shown, type Json, type JsonObject } from "../../support/json";
import { forStacks } from "./rule";

type Check = (value: Json) => boolean;

const oneOf =
  (...values: readonly Json[]): Check =>
  (value) =>
    values.includes(value);
const like =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value);
const isTrueOrFalse: Check = (value) => typeof value === "boolean";
const isList: Check = (value) => Array.isArray(value);

const region = like(/^[a-z]{2}(-[a-z]+)+-\d$/);
const roleArn = like(/^arn:aws:iam::\d{12}:role\/\S+$/);
const name = like(/^\S+$/);
/** The words that the SDK of all of Grafana's plug-ins for AWS knows; it fails at any other. */
const auth = oneOf("default", "keys", "credentials", "ec2_iam_role", "grafana_assume_role");

interface Plugin {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional: Readonly<Record<string, Check>>;
}

const OF_AWS: Plugin = {
  required: { authType: auth, defaultRegion: region },
  optional: { assumeRoleArn: roleArn, externalId: name },
};

/**
 * The settings of each plug-in that is used, as its own source reads them. Grafana keeps whatever it gets: a key or a word
 * that the plug-in does not know shows only when somebody asks.
 */
const PLUGINS: Readonly<Record<string, Plugin>> = {
  "grafana-amazonprometheus-datasource": {
    required: { sigV4Auth: oneOf(true), sigV4AuthType: auth, sigV4Region: region },
    optional: {
      httpMethod: oneOf("POST", "GET"),
      timeInterval: like(/^\d+s$/),
      manageAlerts: isTrueOrFalse,
      sigV4AssumeRoleArn: roleArn,
      sigV4ExternalId: name,
    },
  },
  "grafana-x-ray-datasource": OF_AWS,
  cloudwatch: { ...OF_AWS, optional: { ...OF_AWS.optional, tracingDatasourceUid: name } },
  loki: {
    required: {},
    optional: { maxLines: (value) => typeof value === "number", derivedFields: isList },
  },
  jaeger: {
    required: {},
    optional: { nodeGraph: isObject, tracesToLogsV2: isObject, tracesToMetrics: isObject },
  },
};

function mistakes(source: JsonObject): string[] {
  const plugin = PLUGINS[asText(source.type)];
  if (plugin === undefined) return [`is of the type ${asText(source.type)}`];
  const settings = JSON.parse(asText(source.json_data_encoded)) as Readonly<Record<string, Json>>;
  const known = { ...plugin.optional, ...plugin.required };
  return [
    ...Object.keys(plugin.required)
      .filter((key) => !(key in settings))
      .map((key) => `has no ${key}`),
    ...Object.entries(settings)
      .filter(([key, value]) => known[key]?.(value) !== true)
      .map(([key, value]) => `has ${key} ${shown(value)}`),
    // An id without a role to take is not sent, and whoever reads it believes otherwise.
    ...[
      ["externalId", "assumeRoleArn"],
      ["sigV4ExternalId", "sigV4AssumeRoleArn"],
    ].flatMap(([id = "", role = ""]) =>
      id in settings === role in settings ? [] : [`has one of ${id} and ${role}`],
    ),
    ...list(source.secure_json_data_encoded).map(() => "has credentials"),
  ];
}

export const settingsAreThePlugins = forStacks(
  "a data source has the settings that its plug-in reads",
  (stack) =>
    Object.entries(stack.resource("grafana_data_source")).flatMap(([id, source]) =>
      mistakes(source).map((mistake) => `grafana_data_source.${id} ${mistake}`),
    ),
);
