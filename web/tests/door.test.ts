import { describe, expect, it } from "vitest";
import { BookFull, DoorBook } from "../organiser/doorbook";
import { isTyping } from "../organiser/scanning";
import { fromBase45, prove, readClaims, type Claims } from "../organiser/ticketcode";

const CLAIMS: Claims = { event: `evt_${"01".repeat(16)}`, order: `ord_${"02".repeat(16)}`, seat: "HALL-A-1", type: "standard", number: 1, generation: 300 };
const PAYLOAD = Uint8Array.from([
  0x96, 0xc4, 16, ...Array<number>(16).fill(1), 0xc4, 16, ...Array<number>(16).fill(2),
  0xa8, ...new TextEncoder().encode("HALL-A-1"), 0xa8, ...new TextEncoder().encode("standard"), 1, 0xcd, 1, 44,
]); // prettier-ignore
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

function toBase45(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const pair = at + 1 < bytes.length;
    let value = pair ? (bytes[at] as number) * 256 + (bytes[at + 1] as number) : (bytes[at] as number);
    for (let left = pair ? 3 : 2; left > 0; left -= 1) {
      text += ALPHABET[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
}

describe("a ticket's code", () => {
  it("is base45 as RFC 9285 has it, and nothing else", () => {
    expect(new TextDecoder().decode(fromBase45("%69 VD92EX0") as Uint8Array)).toBe("Hello!!");
    expect(new TextDecoder().decode(fromBase45("QED8WEX0") as Uint8Array)).toBe("ietf!");
    for (const bad of ["a", "A", "GGW", "::", "12é"]) expect(fromBase45(bad)).toBeNull();
  });

  it("tells its claims, or that they cannot be read", () => {
    expect(readClaims(PAYLOAD)).toEqual(CLAIMS);
    for (const bad of [PAYLOAD.subarray(0, -1), Uint8Array.from([0x95]), Uint8Array.from([0x96, 0xa1, 0x41]), Uint8Array.of()]) expect(readClaims(bad)).toBeNull();
  });

  it("is proven by the key that it names alone", async () => {
    const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
    const other = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
    const kid = [0, 1, 2, 255];
    const signed = Uint8Array.from([...new TextEncoder().encode("holdfast-ticket-1\0"), ...kid, ...PAYLOAD]);
    const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, signed));
    const code = `HF1:${toBase45(Uint8Array.from([...kid, ...PAYLOAD, ...signature]))}`;
    const jwk = async (key: CryptoKey): Promise<{ kid: string; kty: string; crv: string; x: string }> => {
      const { x = "" } = await crypto.subtle.exportKey("jwk", key);
      return { kid: "000102ff", kty: "OKP", crv: "Ed25519", x };
    };
    expect(await prove(code, [await jwk(pair.publicKey)])).toEqual(CLAIMS);
    expect(await prove(code, [await jwk(other.publicKey)])).toBeNull();
    expect(await prove(code, [])).toBeNull();
    expect(await prove(code.replace("HF1:", "HF2:"), [await jwk(pair.publicKey)])).toBeNull();
  });
});

describe("a door's book", () => {
  const shelf = (): Pick<Storage, "getItem" | "setItem"> => {
    const kept = new Map<string, string>();
    return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value) };
  };
  const scan = (id: string) => ({ id, code: "HF1:", scanned_at: "2026-11-28T19:00:00.000Z" });

  it("gives each device a name of its own, and keeps it", () => {
    const kept = shelf();
    expect(new DoorBook(kept, "evt_1", () => "abcdef123").door).toEqual({ gate: "", device: "door-abcdef" });
    expect(new DoorBook(kept, "evt_2", () => "000000").door.device).toBe("door-abcdef");
  });

  it("keeps scans over a reload until the server has judged them, event by event", () => {
    const kept = shelf();
    new DoorBook(kept, "evt_1", () => "x").admit(scan("one"), CLAIMS);
    const again = new DoorBook(kept, "evt_1", () => "x");
    again.admit(scan("two"), { ...CLAIMS, number: 2 });
    expect(again.waiting.map((each) => each.id)).toEqual(["one", "two"]);
    expect(again.usedHere(CLAIMS)).toBe("2026-11-28T19:00:00.000Z");
    expect(again.usedHere({ ...CLAIMS, number: 3 })).toBeUndefined();
    expect(new DoorBook(kept, "evt_2", () => "x").waiting).toEqual([]);
    again.told([scan("one")]);
    expect(again.waiting.map((each) => each.id)).toEqual(["two"]);
  });

  it("is full some day, and says so", () => {
    const kept = shelf();
    kept.setItem("holdfast.door.evt_1.waiting", JSON.stringify(Array.from({ length: 10_000 }, (_, at) => scan(String(at)))));
    expect(() => new DoorBook(kept, "evt_1", () => "x").admit(scan("last"), CLAIMS)).toThrow(BookFull);
  });
});

describe("a scanner that types", () => {
  const key = { key: "H", ctrlKey: false, metaKey: false, altKey: false, isComposing: false };
  const target = (takesText: boolean) => ({ matches: () => takesText });

  it("is heard wherever the focus is, but in a field of its own", () => {
    expect(isTyping({ ...key, target: target(false) })).toBe(true);
    expect(isTyping({ ...key, target: target(true) })).toBe(false);
  });

  it("is told from commands and from what presses a button", () => {
    for (const other of [{ key: " " }, { key: "Enter" }, { key: "Tab" }, { ctrlKey: true }, { metaKey: true }, { altKey: true }])
      expect(isTyping({ ...key, ...other, target: target(false) })).toBe(false);
  });
});
