/** State in HCP Terraform or Terraform Enterprise, one workspace per stack, and how its runs work. */
export interface CloudBackend {
  readonly type: "cloud";
  readonly organization: string;
  readonly project: string;
  /** Only for Terraform Enterprise; HCP Terraform when absent. */
  readonly hostname?: string;
  /** `remote`: on HCP Terraform's machines; `agent`: on one's own agents; `local`: where the command runs, only the state is remote. */
  readonly executionMode: "remote" | "agent" | "local";
  /** With execution by agents, and only then. */
  readonly agentPoolId?: string;
  readonly terraformVersion: string;
  /** Health assessments: HCP Terraform looks for drift by itself. Not in every tier. */
  readonly assessments: boolean;
  /** Members of the organization that are told of runs that failed or wait, and of drift. */
  readonly notifications: { readonly emails: readonly string[] };
  /** The central account's trust in HCP Terraform's tokens, one per account: made here unless the account has it. */
  readonly manageOidcProvider: boolean;
  /** How the runs' roles get into the tenants' accounts. Absent: something else makes them. */
  readonly stackSet?: {
    /** Of AWS Organizations; together they hold every tenant's account. */
    readonly organizationalUnitIds: readonly string[];
    /** Tenants' accounts that trust HCP Terraform's tokens already: their provider is used, not made. @default none */
    readonly accountsWithOidcProvider?: readonly string[];
  };
}

/** The setting as it is written. */
export type RawCloudBackend = Pick<CloudBackend, "type" | "organization"> &
  Partial<Omit<CloudBackend, "notifications">> & {
    readonly notifications?: Partial<CloudBackend["notifications"]>;
  };
