import { randomBytes } from 'node:crypto';

/**
 * How a shard looks as an object. Every object has bytes of chance in it: S3's ETag is a digest of the
 * content and of nothing else, metadata included, so without them the same state written twice would
 * be the same version; and they tell a writer whose answer was lost that the object it finds is its
 * own.
 */
export interface ObjectFormat {
  readonly contentType: string;
  /** Bytes of chance, as they stand in the object. */
  makeNonce(): Uint8Array;
  seal(bytes: Uint8Array, nonce: Uint8Array): Uint8Array;
  /** @returns the bytes, and the nonce where there is one */
  open(object: Uint8Array): { readonly bytes: Uint8Array; readonly nonce: Uint8Array };
}

const NONCE_BYTES = 16;

/** Bytes of chance, then the shard. */
const BINARY: ObjectFormat = {
  contentType: 'application/octet-stream',
  makeNonce: () => randomBytes(NONCE_BYTES),
  seal: (bytes, nonce) => Buffer.concat([nonce, bytes]),
  open: (object) => ({
    bytes: object.subarray(NONCE_BYTES),
    nonce: object.subarray(0, NONCE_BYTES),
  }),
};

const [NEW_LINE, TAB, BLANK] = [0x0a, 0x09, 0x20] as const;

/** A new line, and a tab or a blank for each bit. */
const BLANKS = 1 + NONCE_BYTES * 8;

/**
 * The shard, then bytes of chance as white space, which JSON does not mind: people can read it, and
 * what they have written by hand, without any, can be read too.
 */
const JSON_TEXT: ObjectFormat = {
  contentType: 'application/json',
  makeNonce() {
    const bits = [...randomBytes(NONCE_BYTES)].flatMap((byte) =>
      Array.from({ length: 8 }, (_, i) => (byte >> i) & 1),
    );
    return Uint8Array.of(NEW_LINE, ...bits.map((bit) => (bit === 1 ? TAB : BLANK)));
  },
  seal: (bytes, nonce) => Buffer.concat([bytes, nonce]),
  open(object) {
    const at = object.length - BLANKS;
    const nonce = object.subarray(Math.max(0, at));
    const isNonce =
      at >= 0 && nonce.every((byte, i) => (i === 0 ? byte === NEW_LINE : isBlank(byte)));
    return isNonce
      ? { bytes: object.subarray(0, at), nonce }
      : { bytes: object, nonce: object.subarray(object.length) };
  },
};

function isBlank(byte: number): boolean {
  return byte === TAB || byte === BLANK;
}

/** By what the keys of its objects end with. */
export const OBJECT_FORMATS = { '.plumbline': BINARY, '.json': JSON_TEXT } as const;
