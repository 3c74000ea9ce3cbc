/** What the environment says. */
export interface Settings {
  readonly tenant: string;
  /** Secrets with the addresses to notify; at least one. */
  readonly slackSecretArn?: string;
  readonly pagerDutySecretArn?: string;
}

const SECRET = /^arn:aws:secretsmanager:[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$/;

/** @throws Error with everything that is wrong */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const secret = (name: string): string | undefined => {
    const value = env[name];
    if (value !== undefined && !SECRET.test(value)) problems.push(`${name} must be the ARN of a secret`);
    return value;
  };
  const tenant = env["TENANT"] ?? "";
  if (!/^[a-z][a-z0-9-]{1,20}$/.test(tenant)) problems.push("TENANT must be the name of a tenant");
  const slackSecretArn = secret("SLACK_SECRET_ARN");
  const pagerDutySecretArn = secret("PAGERDUTY_SECRET_ARN");
  if (slackSecretArn === undefined && pagerDutySecretArn === undefined) {
    problems.push("SLACK_SECRET_ARN or PAGERDUTY_SECRET_ARN must be set");
  }
  if (problems.length > 0) throw new Error(`The alert notifier cannot start: ${problems.join("; ")}.`);
  return {
    tenant,
    ...(slackSecretArn === undefined ? {} : { slackSecretArn }),
    ...(pagerDutySecretArn === undefined ? {} : { pagerDutySecretArn }),
  };
}

/** The Region in a secret's ARN: it need not be the function's. */
export const regionOf = (secretArn: string): string => secretArn.split(":")[3] ?? "";
