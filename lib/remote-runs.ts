import type { CloudBackend } from "../fleet/cloud-types";
import type { Central } from "../fleet/types";

/** Who gives runs their tokens, unless Terraform Enterprise does. */
export const DEFAULT_HOSTNAME = "app.terraform.io";

/** The backend, when Terraform runs away from the machine of who deploys: with credentials that the run gets by itself. */
export const remoteRuns = ({ backend }: Pick<Central, "backend">): CloudBackend | undefined =>
  backend.type === "cloud" && backend.executionMode !== "local" ? backend : undefined;
