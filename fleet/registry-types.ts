/** The central account's ECR registry. */
export interface CentralRegistry {
  /** Copies of the public images (pull-through cache); absent: tasks pull from the public registries. */
  readonly cache?: {
    /** Secret with the credential of Docker Hub; needed while an image comes from there. */
    readonly dockerHubSecretArn?: string;
  };
  readonly scanning: {
    /** `basic`: ECR's own, when an image arrives. `enhanced`: Amazon Inspector. */
    readonly type: "basic" | "enhanced";
    /** Repositories, by name with `*`, that Inspector goes on scanning; the others when an image arrives. */
    readonly continuous: readonly string[];
  };
  readonly repositories: readonly ImageRepository[];
  readonly github?: GithubAccess;
}

/** A repository for images of one's own. */
export interface ImageRepository {
  readonly name: string;
  /** Accounts that may pull; every account of the organization when absent. */
  readonly accountIds?: readonly string[];
  /** Images that lost their tag are deleted after so many days. */
  readonly untaggedDays: number;
  /** How many images are kept. */
  readonly keepImages: number;
}

/** Who pushes: workflows of GitHub Actions. */
export interface GithubAccess {
  /** Make the account's trust in GitHub's tokens, of which an account has one. */
  readonly manageOidcProvider: boolean;
  readonly roles: readonly GithubRole[];
}

/** What the workflows of one GitHub repository become. */
export interface GithubRole {
  readonly name: string;
  /** `owner/name`, or `owner@id/name@id` where the tokens say so. */
  readonly repository: string;
  readonly branches: readonly string[];
  readonly environments: readonly string[];
  /** Names of the repositories that it pushes to. */
  readonly push: readonly string[];
}
