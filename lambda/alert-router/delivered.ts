/** Deliveries that are remembered. */
const MEMORY = 1000;

/**
 * What this instance has delivered. When one of two deliveries fails, Lambda calls again with the same message, most often
 * the same instance: the other is not made twice then. Without the memory it is made twice, which loses nothing.
 */
export class Delivered {
  private readonly keys = new Set<string>();

  async once(messageId: string, target: string, deliver: () => Promise<void>): Promise<void> {
    const key = `${messageId} ${target}`;
    if (this.keys.has(key)) return;
    await deliver();
    this.keys.add(key);
    const [oldest] = this.keys;
    if (this.keys.size > MEMORY && oldest !== undefined) this.keys.delete(oldest);
  }
}
