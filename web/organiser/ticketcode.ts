/** Proves a ticket's code without a network, as `protocol/ticket_codes.py` does: base45, MessagePack, Ed25519. */

const PREFIX = "HF1:";
const PURPOSE = "holdfast-ticket-1\0";
const KEY_ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
const CODE_LENGTH_MAX = 1_000;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

export interface TicketKey {
  kid: string;
  x: string;
  kty: string;
  crv: string;
}

export interface Claims {
  event: string;
  order: string;
  seat: string;
  type: string;
  number: number;
  generation: number;
}

/** RFC 9285: three characters are two bytes, a last two one. Null for what is no such text. */
export function fromBase45(text: string): Uint8Array | null {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((each) => ALPHABET.indexOf(each));
    if (digits.length === 1 || digits.includes(-1)) return null;
    const [low, middle, high = 0] = digits as [number, number, number?];
    const value = low + 45 * middle + 2025 * high;
    if (value > (digits.length === 3 ? 0xffff : 0xff)) return null;
    if (digits.length === 3) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** Reads what claims are made of, and nothing else of MessagePack. Throws `RangeError` for other things. */
class Reader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  private byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new RangeError("the claims end early");
    this.at += 1;
    return byte;
  }

  private number(length: number): number {
    let value = 0;
    for (let left = length; left > 0; left -= 1) value = value * 256 + this.byte();
    return value;
  }

  private take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new RangeError("the claims end early");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  count(): number {
    const head = this.byte();
    if (head >> 4 !== 0x9) throw new RangeError("the claims are no short list");
    return head & 0xf;
  }

  hex(): string {
    if (this.byte() !== 0xc4) throw new RangeError("no short bytes");
    return [...this.take(this.byte())].map((each) => each.toString(16).padStart(2, "0")).join("");
  }

  text(): string {
    const head = this.byte();
    const length = head >> 5 === 0x5 ? head & 0x1f : head === 0xd9 ? this.byte() : head === 0xda ? this.number(2) : -1;
    if (length < 0) throw new RangeError("no text");
    return new TextDecoder("utf-8", { fatal: true }).decode(this.take(length));
  }

  whole(): number {
    const head = this.byte();
    if (head < 0x80) return head;
    const length = { 0xcc: 1, 0xcd: 2, 0xce: 4 }[head];
    if (!length) throw new RangeError("no number");
    return this.number(length);
  }
}

export function readClaims(payload: Uint8Array): Claims | null {
  try {
    const reader = new Reader(payload);
    if (reader.count() < 6) return null;
    const [event, order] = [`evt_${reader.hex()}`, `ord_${reader.hex()}`];
    const [seat, type] = [reader.text(), reader.text()];
    return { event, order, seat, type, number: reader.whole(), generation: reader.whole() };
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
}

/** Whether this browser knows the signatures at all. */
export async function canProve(): Promise<boolean> {
  if (!globalThis.crypto?.subtle) return false;
  const key = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
  return crypto.subtle.importKey("jwk", key, "Ed25519", false, ["verify"]).then(() => true, () => false);
}

/** What a code says, or null when no key of these signed it. */
export async function prove(text: string, keys: readonly TicketKey[]): Promise<Claims | null> {
  if (!text.startsWith(PREFIX) || text.length > CODE_LENGTH_MAX) return null;
  const data = fromBase45(text.slice(PREFIX.length));
  if (!data || data.length <= KEY_ID_BYTES + SIGNATURE_BYTES) return null;
  const kid = [...data.subarray(0, KEY_ID_BYTES)].map((each) => each.toString(16).padStart(2, "0")).join("");
  const jwk = keys.find((each) => each.kid === kid);
  if (!jwk) return null;
  const signed = new Uint8Array([...new TextEncoder().encode(PURPOSE), ...data.subarray(0, -SIGNATURE_BYTES)]);
  const { kty, crv, x } = jwk;
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x }, "Ed25519", false, ["verify"]);
  const good = await crypto.subtle.verify("Ed25519", key, data.slice(-SIGNATURE_BYTES), signed);
  return good ? readClaims(data.subarray(KEY_ID_BYTES, -SIGNATURE_BYTES)) : null;
}
