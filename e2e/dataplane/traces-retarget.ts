/** Parts of ADOT that do not build here: their own lines, and their names in lists. */
const SETTINGS = /^ {2}(?:awsxray|awsemf|awsproxy)(?:\/\w+)?: .*\n/gm;
const NAMES = /\b(?:awsxray|awsemf|awsproxy)(?:\/\w+)?, |, (?:awsxray|awsemf|awsproxy)(?:\/\w+)?(?=\])/g;

/**
 * A collector's configuration without the exporters to X-Ray and CloudWatch metrics and the proxy of X-Ray's sampling
 * rules, for the collector that builds here. The rest of the text stays as it is. Throws when a pipeline has nothing else.
 */
export function withoutAwsExporters(config: string): string {
  const text = config.replace(SETTINGS, "").replace(NAMES, "");
  const left = /\[(?:awsxray|awsemf)[^\]]*\]/.exec(text);
  if (left !== null) throw new Error(`${left[0]} is all that a pipeline exports to`);
  return text;
}
