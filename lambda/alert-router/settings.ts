/** What the environment says. */
export interface Settings {
  /** Of the function, the routes and the central topic. */
  readonly region: string;
  readonly centralTopicArn: string;
  /** Routes are the parameters directly below it. */
  readonly routePath: string;
}

/** @throws Error with everything that is wrong */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const text = (name: string, pattern: RegExp, expected: string): string => {
    const value = env[name] ?? "";
    if (!pattern.test(value)) problems.push(`${name} must be ${expected} (got "${value}")`);
    return value;
  };
  const settings: Settings = {
    region: text("AWS_REGION", /^[a-z]{2}(-[a-z]+)+-\d$/, "a Region, as in eu-west-1"),
    centralTopicArn: text(
      "CENTRAL_TOPIC_ARN",
      /^arn:aws:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
      "the ARN of a topic",
    ),
    routePath: text("ROUTE_PATH", /^(\/[A-Za-z0-9_.-]+)+$/, "a path without a slash at its end"),
  };
  if (problems.length > 0) throw new Error(`The alert router cannot start: ${problems.join("; ")}.`);
  return settings;
}
