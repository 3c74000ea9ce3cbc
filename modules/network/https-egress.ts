/**
 * Where the tasks of a service may open HTTPS connections to. Values may be Terraform references; the names are part of
 * the rules' addresses.
 */
export interface HttpsEgress {
  readonly cidrs: readonly string[];
  /** Of gateway endpoints. @default none */
  readonly prefixListIds?: Readonly<Record<string, string>>;
  /** Of interface endpoints. @default none */
  readonly securityGroupIds?: Readonly<Record<string, string>>;
}
