import { CONTAINER_RULES } from "./containers";
import { DATA_RULES } from "./data";
import { IAM_RULES } from "./iam";
import { IAM_REFERENCE_RULES } from "./iam-reference";
import { CENTRAL_CONTAINER_RULES } from "./central-containers";
import { GRAFANA_RULES } from "./grafana";
import { IMAGE_RULES } from "./images";
import { INGEST_RULES } from "./ingest";
import { LIFECYCLE_RULES } from "./lifecycle";
import { NETWORK_RULES } from "./network";
import { PROVIDER_RULES } from "./providers";
import type { Rule } from "./rule";
import { RUN_RULES } from "./runs";
import { STORAGE_RULES } from "./storage";
import { TEXT_RULES } from "./text";
import { VPN_RULES } from "./vpn";

/** What must hold for every fleet. A new stack falls under all of them by itself. */
export const RULES: readonly Rule[] = [
  ...IAM_RULES,
  ...IAM_REFERENCE_RULES,
  ...TEXT_RULES,
  ...DATA_RULES,
  ...STORAGE_RULES,
  ...NETWORK_RULES,
  ...PROVIDER_RULES,
  ...CONTAINER_RULES,
  ...CENTRAL_CONTAINER_RULES,
  ...IMAGE_RULES,
  ...INGEST_RULES,
  ...GRAFANA_RULES,
  ...LIFECYCLE_RULES,
  ...RUN_RULES,
  ...VPN_RULES,
];
