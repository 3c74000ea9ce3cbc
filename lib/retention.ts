/** How long things outlive their deletion, in days. What a tenant's leaving report says is made of the same numbers. */

/** A deleted KMS key can be brought back for so long. */
export const KEY_DELETION_DAYS = 30;

/** What Loki's retention deletes, S3 keeps for so long. */
export const LOKI_UNDO_DAYS = 7;
