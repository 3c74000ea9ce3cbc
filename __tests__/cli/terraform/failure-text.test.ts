import { explain } from "../../../cli/terraform/failure-text";

const box = (text: string): string => ["╷", ...text.split("\n").map((line) => `│ ${line}`), "╵"].join("\n");

const EXPIRED = "the AWS credentials have expired or are not valid: sign in again, then resume";
const NONE = "there are no AWS credentials: sign in with those of docs/BOOTSTRAP.md, then resume";
const ROLE = "the role that central.json names for the account cannot be assumed: see docs/BOOTSTRAP.md";
const CONTRACT = "the central stack has not published its contract: deploy it first, with `deploy --shared`";
const right = (action: string): string =>
  `the role in use has no right to ${action}: docs/BOOTSTRAP.md lists those of the deploy roles`;
const SLOW =
  "AWS takes no more requests for the moment: resume in some minutes, with fewer stacks at a time (`concurrency` of the wave in central.json, `--concurrency` of plan and drift)";
const LOCKED = "if it is gone for good, run `terraform force-unlock";
const INCOMPLETE =
  "the providers on this machine are incomplete: delete .terraform and .terraform.lock.hcl in the stack's folder, and .tenantscope/plugins, then resume";
const TOKEN = 'as docs/GRAFANA.md says under "The token"';

/** Name of the case, what Terraform prints from its first error on, the remedy. */
const CASES: readonly (readonly [string, string, string])[] = [
  [
    "an expired token",
    "Error: Retrieving AWS account details: validating provider credentials\n\nretrieving caller identity from STS: operation error STS: GetCallerIdentity, https\nresponse error StatusCode: 403, RequestID: 1f, api error ExpiredToken: The\nsecurity token included in the request is expired",
    EXPIRED,
  ],
  [
    "an SSO session that has ended",
    "Error: No valid credential sources found\n\nError: failed to refresh cached credentials, the SSO session has expired or is\ninvalid: open cache.json: no such file or directory",
    EXPIRED,
  ],
  [
    "an expired token at the assumption of a role, over the state",
    "Error: Cannot assume IAM Role\n\nIAM Role (arn:aws:iam::222222222222:role/x) cannot be assumed.\n\nError: operation error STS: AssumeRole, api error ExpiredToken: The security token\nincluded in the request is expired",
    EXPIRED,
  ],
  [
    "no credentials",
    "Error: No valid credential sources found\n\nPlease see https://example.com for more information.\n\nError: failed to refresh cached credentials, no EC2 IMDS role found, operation\nerror ec2imds: GetMetadata, access disabled to EC2 IMDS",
    NONE,
  ],
  [
    "no credentials for a parameter of the contract",
    "Error: reading SSM Parameter (/tenantscope/contract/v1)\n\noperation error SSM: GetParameter, get identity: get credentials: failed to\nrefresh cached credentials, no EC2 IMDS role found",
    NONE,
  ],
  [
    "a role that cannot be assumed",
    "Error: Cannot assume IAM Role\n\napi error AccessDenied: User: arn:aws:sts::1:x is not authorized to perform:\nsts:AssumeRole on resource: arn:aws:iam::222222222222:role/tenantscope-deploy",
    ROLE,
  ],
  [
    "access denied",
    "Error: creating IAM Role (x)\n\noperation error IAM: CreateRole, https response error StatusCode: 403, api error\nAccessDenied: User: arn:aws:sts::1:x is not authorized to perform:\niam:CreateRole on resource: role x",
    right("iam:CreateRole"),
  ],
  [
    "access denied to the contract",
    "Error: reading SSM Parameter (/tenantscope/contract/v1)\n\napi error AccessDeniedException: User: x is not authorized to perform: ssm:GetParameter on resource: y",
    right("ssm:GetParameter"),
  ],
  [
    "access denied without its action",
    "Error: no\n\napi error UnauthorizedOperation: You are not",
    right("do that"),
  ],
  ["throttling", "Error: creating CloudWatch Metric Alarm (x)\n\napi error Throttling: Rate exceeded", SLOW],
  [
    "throttling of the contract",
    "Error: reading SSM Parameter (/tenantscope/contract/v1)\n\napi error ThrottlingException: Rate exceeded",
    SLOW,
  ],
  [
    "a state that somebody locks",
    "Error: Error acquiring the state lock\n\nLock Info:\n  ID:        5c84-a0\n  Path:      x\n  Operation: OperationTypeApply\n  Who:       root@vm",
    `the state is locked by root@vm: wait for that run; ${LOCKED} 5c84-a0\` in the stack's folder and resume`,
  ],
  [
    "a state that nobody knows who locks",
    "Error: Error acquiring the state lock\n\nresource temporarily unavailable",
    `the state is locked: wait for the other run; ${LOCKED}\` with the lock's ID in the stack's folder and resume`,
  ],
  [
    "a provider that is gone",
    "Error: Required plugins are not installed\n\nThe installed provider plugins are not consistent with the packages selected in",
    INCOMPLETE,
  ],
  [
    "a provider that cannot be fetched",
    "Error: Failed to query available provider packages\n\nCould not retrieve the list of available versions for provider hashicorp/aws",
    "the providers could not be fetched: this machine needs the registry, or a mirror of it under `provider_installation` in Terraform's CLI configuration",
  ],
  [
    "Grafana without a token",
    "Error: the Grafana client is required for `grafana_folder`. Set the auth and url provider attributes",
    `there is no token for Grafana: set GRAFANA_AUTH, ${TOKEN}`,
  ],
  [
    "an old token of Grafana's",
    'Error: [GET /folders/{folder_uid}][401] getFolderByUidUnauthorized {"message":"x"}',
    `Grafana does not accept the token in GRAFANA_AUTH: fetch the present one, ${TOKEN}`,
  ],
  [
    "a token of Grafana's that may do too little",
    'Error: [GET /folders/{folder_uid}][403] getFolderByUidForbidden {"message":"You\'ll need"}',
    `the token in GRAFANA_AUTH may not do that: it must be the one of the service account tenantscope-terraform, ${TOKEN}`,
  ],
  [
    "no token of HCP Terraform",
    "Error: Required token could not be found\n\nRun the following command to generate a token for app.terraform.io:\n    terraform login",
    "there is no token for HCP Terraform: run `terraform login`, or set TF_TOKEN_app_terraform_io",
  ],
  [
    "a workspace with a repository",
    "Error: Saved plans not allowed for workspaces with a VCS connection",
    "the workspace on HCP Terraform is connected to a repository, which rules out saved plans: remove its connection (the `workspaces` stack makes none)",
  ],
  [
    "a plan whose values are hidden",
    "Error: Failed to show\n\ncouldn't read unredacted JSON plan data for cloud run run-1; make sure",
    "HCP Terraform shows a plan's values only to those with admin rights on the workspace: use a token that has them",
  ],
  [
    "no contract",
    "Error: reading SSM Parameter (/tenantscope/contract/v1): couldn't find resource",
    CONTRACT,
  ],
  ["no contract, in other words", "Error: couldn't find resource /tenantscope/contract/v1", CONTRACT],
];

test.each(CASES)("%s", (_, output, remedy) => {
  const message = `${String(/^Error: (.+)$/m.exec(output)?.[1])}; ${remedy}`;
  expect(explain(output, 1)).toBe(message);
  expect(explain(box(output), 1)).toBe(message);
  // Names and words of what went well before, or of a warning, are no reason.
  const before = [
    "data.aws_ssm_parameter.contract: Reading...",
    "data.aws_ssm_parameter.contract: Read complete after 0s [id=/tenantscope/contract/v1]",
    "Warning: Unable to open CLI configuration file; ExpiredToken, Throttling, [401], couldn't find resource",
  ];
  expect(explain([...before, box(output)].join("\n"), 1)).toBe(message);
});

test.each([
  ["an error with no known remedy", "Error: no luck\n\nmore", "no luck"],
  [
    "an error after the contract was read",
    "data.aws_ssm_parameter.contract: Read complete [id=/tenantscope/contract/v1]\n\nError: no luck",
    "no luck",
  ],
  [
    "an error that merely names the contract",
    "Error: Invalid index\n\non cdk.tf.json: data.aws_ssm_parameter.contract (/tenantscope/contract/v1)",
    "Invalid index",
  ],
  ["no error at all", "killed", "Terraform ended with status 9"],
])("%s", (_, output, message) => {
  expect(explain(output, 9)).toBe(message);
  expect(explain(box(output), 9)).toBe(message);
});
