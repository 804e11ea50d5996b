/** Timers by name: setting one again puts the one before out. */
export class Alarms {
  private readonly set = new Map<string, () => void>();

  constructor(private readonly later: (ms: number, action: () => void) => () => void) {}

  has(name: string): boolean {
    return this.set.has(name);
  }

  arm(name: string, ms: number, action: () => void): void {
    this.disarm(name);
    const off = this.later(ms, () => {
      this.set.delete(name);
      action();
    });
    this.set.set(name, off);
  }

  disarm(name: string): void {
    this.set.get(name)?.();
    this.set.delete(name);
  }

  disarmAll(): void {
    for (const name of [...this.set.keys()]) this.disarm(name);
  }
}
