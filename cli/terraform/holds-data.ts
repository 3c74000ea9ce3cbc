/**
 * Types of resources that hold data, and which: gone with one of them is what nobody can make again, neither Terraform
 * from the files nor the services by themselves. A test has every other type that a fleet makes, with the reason why it
 * is not here.
 */
export const HOLDS_DATA: Readonly<Record<string, string>> = {
  aws_cloudwatch_log_group: "lines of logs",
  aws_cloudwatch_log_stream: "lines of logs",
  aws_ecr_repository: "images",
  aws_efs_file_system: "Loki's chunks that are not in the bucket yet",
  aws_grafana_workspace: "dashboards, folders and settings that people have made",
  aws_kms_key: "what it has encrypted: without it nobody can read that",
  aws_opensearch_domain: "traces",
  aws_prometheus_workspace: "metrics",
  aws_s3_bucket: "objects",
  aws_secretsmanager_secret: "values that Terraform does not know",
  grafana_folder: "dashboards and alerts that people have made in it: they go with it",
  tfe_workspace: "the state of a stack: without it nobody knows what is deployed",
};
