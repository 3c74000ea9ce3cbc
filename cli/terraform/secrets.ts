/** Variables of the environment whose values must not get into a log, whatever Terraform is told to print. */
const SECRET_VARIABLE = /^(GRAFANA_AUTH|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|TFE_TOKEN|TF_TOKEN_.+)$/;
/** Shorter values would match by chance. */
const MIN_LENGTH = 8;

/** Replaces the values of secret variables by the names of the variables. */
export function redactor(env: NodeJS.ProcessEnv): (text: string) => string {
  const secrets = Object.entries(env).flatMap(([name, value = ""]) =>
    SECRET_VARIABLE.test(name) && value.length >= MIN_LENGTH ? [{ name, value }] : [],
  );
  return (text) => secrets.reduce((result, { name, value }) => result.replaceAll(value, `(${name})`), text);
}
