/** A socket that has to be fetched first: what is seldom needed is no part of what everybody loads. */
import type { Socket } from "./around";

export class LateSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  private real: Socket | null = null;
  private closed = false;

  /** One that cannot be fetched ends as a lost connection does. */
  constructor(fetched: Promise<Socket>) {
    fetched.then(
      (real) => this.take(real),
      () => !this.closed && this.onclose?.({ code: 1006 }),
    );
  }

  send(frame: string): void {
    this.real?.send(frame);
  }

  close(): void {
    this.closed = true;
    this.real?.close();
  }

  private take(real: Socket): void {
    if (this.closed) return real.close();
    this.real = real;
    real.onopen = () => this.onopen?.();
    real.onmessage = (event) => this.onmessage?.(event);
    real.onclose = (event) => this.onclose?.(event);
  }
}
