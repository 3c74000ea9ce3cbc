/** Limits of AWS that several places must keep, in bytes. */
export const MAX_TASK_DEFINITION = 65_536;
export const STANDARD_PARAMETER = 4096;
/** An advanced parameter costs about $0.05 a month. */
export const ADVANCED_PARAMETER = 8192;
