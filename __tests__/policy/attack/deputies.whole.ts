import { attackFleet } from "../../support/attack-fleet";
import { resourcePolicyOf, STRANGER, worldOf, type Target } from "../../support/attack-world";
import { ADMINISTRATOR, allow } from "../../support/iam";
import { asObject, texts, type JsonObject } from "../../support/json";
import { synth } from "../../support/synth";
import { wildcard } from "../../support/wildcard";
import { CENTRAL, centralRole, TENANT_NAMES, tenantOf, type TenantName } from "./names";

/**
 * Confused deputies: an AWS service that somebody else makes act at our resources, and a role of ours that is asked for
 * under another tenant's external id. Strict questions: a key that is not sent is not there.
 */
const world = worldOf(synth(attackFleet()));
const ELSEWHERE = STRANGER.accountId;

interface Admission {
  readonly principal: string;
  /** The same without its Region. */
  readonly service: string;
  /** One of the statement's: its conditions are of all. */
  readonly action: string;
  readonly target: Target;
  readonly policy: object;
  /** What the service sends when it acts for us. */
  readonly sent: Readonly<Record<string, string>>;
}

const concrete = (pattern: string): string => pattern.replaceAll("*", "x");

/** Keys of a statement's conditions, with the first value that satisfies each. */
const satisfying = ({ Condition }: JsonObject): Record<string, string> =>
  Object.fromEntries(
    Object.values(Condition === undefined ? {} : asObject(Condition)).flatMap((keys) =>
      Object.entries(asObject(keys)).map(([key, values]) => [key, concrete(texts(values)[0] ?? "")]),
    ),
  );

const servicesIn = ({ Principal }: JsonObject): string[] =>
  typeof Principal === "object" && Principal !== null && "Service" in Principal
    ? texts(asObject(Principal).Service)
    : [];

/** A statement that has no resource speaks of whatever it is attached to. */
const speaksOf = ({ Resource }: JsonObject, { arn }: Target): boolean =>
  Resource === undefined || texts(Resource).some((each) => wildcard(each).test(arn));

/** Log groups share their policies with their streams, and a stream is what is written to. */
const admissions = world.targets
  .filter(({ accountId, type }) => accountId !== ELSEWHERE && type !== "log-group")
  .flatMap((target) => {
    const policy = resourcePolicyOf(world, target);
    return (policy?.Statement ?? [])
      .filter((each) => each.Effect === "Allow" && speaksOf(each, target))
      .flatMap((each) =>
        servicesIn(each).flatMap((service) =>
          texts(each.Action)
            .slice(0, 1)
            .map((action): Admission => ({
              principal: service,
              service: service.replace(/^logs\..*\.amazonaws/, "logs.REGION.amazonaws"),
              action,
              target,
              policy: policy ?? {},
              sent: satisfying(each),
            })),
        ),
      );
  });

const admitted = (
  { principal, action, target, policy }: Admission,
  context: Readonly<Record<string, string>>,
) =>
  allow({
    principal,
    action,
    resource: target.arn,
    resourceAccount: target.accountId,
    resourcePolicy: policy,
    context,
  });

const ACCOUNT = "aws:SourceAccount";
const ARN = "aws:SourceArn";
/** The same, of a neighbour of the same kind in another account. */
const moved = (value: string): string => value.replace(/\b\d{12}\b/, ELSEWHERE);

/** What is sent when somebody else stands behind the service. */
const WRONG: Readonly<Record<string, (own: Admission) => Record<string, string>>> = {
  "for another account": ({ sent }) => ({
    [ACCOUNT]: ELSEWHERE,
    [ARN]: "arn:aws:x:eu-west-1:999999999999:x",
    ...Object.fromEntries(Object.entries(sent).map(([key, value]) => [key, moved(value)])),
  }),
  "wrong account": ({ sent }) => ({ ...sent, [ACCOUNT]: ELSEWHERE }),
  "wrong source": ({ sent }) => ({ ...sent, [ARN]: moved(sent[ARN] ?? `arn:aws:x:eu-west-1:${CENTRAL}:x`) }),
  "nothing sent": () => ({}),
};

/**
 * What a service may do all the same: it does not send the key, or what it sends instead is asked for and names the
 * account too. Each with its reason; in any other case that is not here the service is denied.
 */
const NOT_SENT =
  "AWS's own trust policies (ECR: role for creation templates; API Gateway: permissions for CloudWatch logging) have no condition and nothing says that the key is sent, so it must be right if it is: who may set the role up needs iam:PassRole besides";
const SOURCE_NAMES_ACCOUNT = "asked by aws:SourceArn, whose ARN has the account: both cannot differ";
const LOG_GROUP = "CloudWatch Logs names the log group and so the account in the encryption context instead";
const EMPTY_STREAM =
  "EventBridge names its rule only when it writes (aws-samples/serverless-patterns#618), and the account must be right if it is named before: a stream without events harms nobody";

const ADMITTED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  [NOT_SENT]: {
    "apigateway.amazonaws.com sts:AssumeRole": ["nothing sent", "wrong source"],
    "ecr.amazonaws.com sts:AssumeRole": ["nothing sent", "wrong source"],
  },
  [SOURCE_NAMES_ACCOUNT]: {
    "apigateway.amazonaws.com lambda:InvokeFunction": ["wrong account"],
    "delivery.logs.amazonaws.com logs:PutLogEvents (events)": ["wrong account"],
    "events.amazonaws.com logs:PutLogEvents (events)": ["wrong account"],
    "sns.amazonaws.com kms:Decrypt": ["wrong account"],
    "sns.amazonaws.com lambda:InvokeFunction": ["wrong account"],
    "sns.amazonaws.com sqs:SendMessage": ["wrong account"],
  },
  [LOG_GROUP]: { "logs.REGION.amazonaws.com kms:Decrypt": ["wrong account", "wrong source"] },
  [EMPTY_STREAM]: {
    "delivery.logs.amazonaws.com logs:CreateLogStream (events)": ["nothing sent", "wrong source"],
    "events.amazonaws.com logs:CreateLogStream (events)": ["nothing sent", "wrong source"],
  },
};

const nameOf = ({ service, action, target }: Admission): string =>
  `${service} ${action}${target.arn.includes(":/aws/events/") ? " (events)" : ""}`;

test("a service does for us what its statement says", async () => {
  const denied: string[] = [];
  for (const each of admissions) {
    if (!(await admitted(each, each.sent))) denied.push(`${nameOf(each)} ${each.target.arn}`);
  }
  expect(denied).toEqual([]);
  expect(admissions.length).toBeGreaterThan(100);
  expect(new Set(admissions.map(({ service }) => service)).size).toBe(14);
  expect(new Set(admissions.map(({ target: { service } }) => service))).toEqual(
    new Set(["kms", "lambda", "logs", "sns", "sqs", "sts"]),
  );
});

test("nobody else makes it act at ours, but where a reason is written down", async () => {
  const found: Record<string, string[]> = {};
  for (const each of admissions) {
    for (const [name, context] of Object.entries(WRONG)) {
      if (await admitted(each, context(each))) {
        const names = (found[nameOf(each)] ??= []);
        if (!names.includes(name)) names.push(name);
      }
    }
  }
  const sorted = Object.fromEntries(Object.entries(found).map(([name, cases]) => [name, [...cases].sort()]));
  expect(sorted).toEqual(Object.assign({}, ...Object.values(ADMITTED)));
});

interface Trust {
  readonly tenant: TenantName;
  readonly role: string;
  /** Whose role may be asked for by whom, with the tenant's external id. */
  readonly callers: readonly string[];
  readonly kind: "writer" | "Grafana" | "query";
}

const GRAFANA = centralRole("grafana");
const TRUSTS: readonly Trust[] = [
  ...TENANT_NAMES.flatMap((tenant): Trust[] => {
    const { accountId, taskRoles } = tenantOf(tenant);
    const read = `arn:aws:iam::${accountId}:role/tenantscope/tenantscope-${tenant}-grafana`;
    return [
      { tenant, role: centralRole(`writer-${tenant}`), callers: taskRoles, kind: "writer" },
      { tenant, role: read, callers: [GRAFANA], kind: "Grafana" },
    ];
  }),
  ...(["initech", "wonka"] as const).map((tenant): Trust => ({
    tenant,
    role: centralRole(`query-${tenant}`),
    callers: [GRAFANA],
    kind: "query",
  })),
];

/** Whether a caller, as administrator of its own account, gets the role. */
const becomes = (caller: string, role: string, externalId?: string): Promise<boolean> => {
  const target = world.targets.find(({ arn, service }) => arn === role && service === "sts");
  const resourcePolicy = target === undefined ? undefined : resourcePolicyOf(world, target);
  if (target === undefined || resourcePolicy === undefined) throw new Error(`no role ${role}`);
  return allow({
    principal: caller,
    identityPolicies: [ADMINISTRATOR],
    action: "sts:AssumeRole",
    resource: role,
    resourceAccount: target.accountId,
    resourcePolicy,
    context: externalId === undefined ? {} : { "sts:ExternalId": externalId },
  });
};

test("every role that another account or service of ours takes is asked about", () => {
  const named = world.targets
    .filter(({ service, accountId }) => service === "sts" && accountId !== ELSEWHERE)
    .filter((target) => JSON.stringify(resourcePolicyOf(world, target)).includes("sts:ExternalId"))
    .map(({ arn }) => arn);
  expect([...named].sort()).toEqual(TRUSTS.map(({ role }) => role).sort());
  expect(TRUSTS).toHaveLength(14);
});

test.each(TRUSTS)("$kind of $tenant: its callers, with its external id and no other", async (trust) => {
  const { tenant, role, callers } = trust;
  const { externalId } = tenantOf(tenant);
  const others = TENANT_NAMES.filter((name) => name !== tenant).map((name) => tenantOf(name).externalId);
  const near = [`${externalId}0`, externalId.slice(0, -1), externalId.toUpperCase(), "", "*", tenant];
  for (const caller of callers) {
    expect(await becomes(caller, role, externalId)).toBe(true);
    expect(await becomes(caller, role)).toBe(false);
    const admittedWith: string[] = [];
    for (const wrong of [...others, ...near]) {
      if (await becomes(caller, role, wrong)) admittedWith.push(wrong);
    }
    expect(admittedWith).toEqual([]);
  }
});

test.each(TRUSTS)("$kind of $tenant: nobody else with the right external id", async (trust) => {
  const { tenant, role, callers } = trust;
  const { externalId, accountId } = tenantOf(tenant);
  const strangers = [
    ...world.callers.map(({ arn }) => arn),
    ...TENANT_NAMES.flatMap((name) => tenantOf(name).taskRoles),
    // The callers' names in every other account.
    ...[CENTRAL, ELSEWHERE, ...TENANT_NAMES.map((name) => tenantOf(name).accountId)].flatMap((account) =>
      [...callers, `arn:aws:iam::${account}:role/Admin`].map((arn) =>
        arn.replace(/::\d{12}:/, `::${account}:`),
      ),
    ),
    `arn:aws:iam::${accountId}:root`,
    `arn:aws:iam::${CENTRAL}:root`,
  ].filter((arn) => !callers.includes(arn));
  const found: string[] = [];
  for (const caller of new Set(strangers)) {
    if (await becomes(caller, role, externalId)) found.push(caller);
  }
  expect(found).toEqual([]);
  expect(new Set(strangers).size).toBeGreaterThan(60);
});
