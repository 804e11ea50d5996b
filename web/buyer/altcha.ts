/** ALTCHA's proof of work, version 2 (altcha.org): hashes until one begins as asked. */
import { fromHex, sha256, toHex } from "./sha256";

export interface Challenge {
  parameters: { algorithm: string; cost: number; keyLength: number; keyPrefix: string; nonce: string; salt: string };
  signature?: string;
}

/** Sixteen times the tries that two hexadecimal digits take on average. */
const TRIES_MAX = 65_536;

function derived(challenge: Challenge, salt: Uint8Array, password: Uint8Array): string {
  const { cost, keyLength } = challenge.parameters;
  let data = new Uint8Array(salt.length + password.length);
  data.set(salt);
  data.set(password, salt.length);
  for (let round = 0; round < Math.max(1, cost); round += 1) data = sha256(data) as Uint8Array<ArrayBuffer>;
  return toHex(data.subarray(0, keyLength));
}

/** The solution as it is sent. Throws where there is none within reason, or another algorithm is asked for. */
export function solve(challenge: Challenge): string {
  const { algorithm, keyPrefix, nonce, salt } = challenge.parameters;
  if (algorithm !== "SHA-256") throw new Error(`${algorithm} is not known here`);
  const prefix = keyPrefix.toLowerCase();
  const salted = fromHex(salt);
  const start = fromHex(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  for (let counter = 0; counter < TRIES_MAX; counter += 1) {
    new DataView(password.buffer).setUint32(start.length, counter);
    const derivedKey = derived(challenge, salted, password);
    if (derivedKey.startsWith(prefix)) return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
  }
  throw new Error("the challenge has no solution");
}
