import { randomBytes } from "node:crypto";
import { type Credentials } from "./sigv4";

/** A role's session: temporary credentials and whose they are. */
export interface Session {
  readonly credentials: Required<Credentials>;
  /** The role itself, which is what `aws:PrincipalArn` means for a session. */
  readonly roleArn: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** In-flight requests may arrive a little after their credentials' end. */
const GRACE_MS = 10_000;

/** Every temporary credential that a stand-in handed out; each call makes distinct ones. */
export class Identities {
  private readonly sessions = new Map<string, Session>();

  issue(roleArn: string, seconds: number): Session {
    const session: Session = {
      credentials: {
        accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString("base64url"),
        sessionToken: randomBytes(90).toString("base64"),
      },
      roleArn,
      expires: Date.now() + seconds * 1000,
    };
    this.sessions.set(session.credentials.accessKeyId, session);
    return session;
  }

  /** The live session of an access key. */
  session(accessKeyId: string): Session | undefined {
    const session = this.sessions.get(accessKeyId);
    return session !== undefined && session.expires + GRACE_MS > Date.now() ? session : undefined;
  }
}
