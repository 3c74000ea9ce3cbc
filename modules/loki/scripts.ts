import { NO_OVERRIDES } from "./overrides";

/** Shell of the containers around Loki, whose own image has none. POSIX; what differs comes as variables. */

/**
 * Puts the configuration where Loki reads it, and gives Loki's user the folders that it and its sidecar write to: a
 * Fargate volume belongs to root. Needs CONFIG, CONFIG_FILE, OWNER, FOLDERS.
 */
export const WRITE_CONFIG = [
  "set -eu",
  `printf '%s' "$CONFIG" > "$CONFIG_FILE"`,
  'chown "$OWNER" $FOLDERS',
].join("\n");

/** Whole or not at all: Loki never sees half a document, and a failed attempt leaves the last good one. */
const FETCH = [
  "fetch() {",
  '  error="$(aws s3api get-object --bucket "$BUCKET" --key "$KEY" "$FILE.next" 2>&1 >/dev/null)" &&',
  '    mv "$FILE.next" "$FILE"',
  "}",
].join("\n");

/**
 * Fetches the overrides before Loki starts: with the defaults instead, its compactor would delete what a tenant's longer
 * retention keeps. So it gives up, and with it the task, when the document cannot be read. Only when there is none yet,
 * the defaults are what everybody has. Needs BUCKET, KEY, FILE, PAUSE.
 */
export const FIRST_OVERRIDES = [
  FETCH,
  "for attempt in 1 2 3 4 5; do",
  "  if fetch; then exit 0; fi",
  '  case "$error" in',
  `    *NoSuchKey*) printf '%s' '${NO_OVERRIDES}' > "$FILE"; echo "there are no overrides yet"; exit 0 ;;`,
  "  esac",
  '  sleep "$PAUSE"',
  "done",
  'echo "overrides-failed: $error"',
  "exit 1",
].join("\n");

/** Fetches the overrides again and again while Loki runs. Needs BUCKET, KEY, FILE, PAUSE. */
export const RENEW_OVERRIDES = [
  FETCH,
  "trap 'exit 0' TERM",
  "while :; do",
  // In the background, so that the shell can be told to stop.
  '  sleep "$PAUSE" & wait $!',
  '  fetch || echo "overrides-failed: $error"',
  "done",
].join("\n");

/** What a failed attempt writes to the log; an alarm counts it. */
export const OVERRIDES_FAILED = "overrides-failed";
