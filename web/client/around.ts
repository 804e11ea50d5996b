/** What a session needs of its surroundings, and what it says of itself. */

/** The part of a WebSocket that is used, so that tests can hand in their own. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(frame: string): void;
  close(): void;
}

export interface Surroundings {
  open(): Socket;
  /** A socket that needs no websocket, such as one made of REST calls. */
  poll?(): Socket;
  /** Milliseconds on a clock that does not jump. */
  now(): number;
  /** Do something later; the result takes it back. */
  later(ms: number, action: () => void): () => void;
  random(): number;
  token(renew: boolean): Promise<string | null>;
}

export type State =
  | { name: "connecting" }
  | { name: "live"; polling?: boolean }
  | { name: "stale"; sinceMs: number }
  | { name: "reconnecting"; retryAtMs: number; attempt: number }
  | { name: "draining" }
  | { name: "stopped"; code: number };
