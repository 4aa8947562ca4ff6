/** Row k, byte b: what b leaves of itself in the remainder, k bytes later. */
const TABLE = new Uint32Array(4 * 256);
for (let byte = 0; byte < 256; byte++) {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb8_8320 : remainder >>> 1;
  }
  TABLE[byte] = remainder;
}
for (let i = 256; i < TABLE.length; i++) {
  const before = TABLE[i - 256]!;
  TABLE[i] = (before >>> 8) ^ TABLE[before & 0xff]!;
}

/**
 * CRC-32 as in zlib, PNG and gzip (ISO 3309); guards against damage, not against malice.
 * Four bytes a step ("slicing"): a state is checked at every run.
 */
export function crc32(bytes: Uint8Array): number {
  let remainder = 0xffff_ffff;
  let i = 0;
  for (; i + 3 < bytes.length; i += 4) {
    remainder ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    remainder =
      TABLE[768 + (remainder & 0xff)]! ^
      TABLE[512 + ((remainder >>> 8) & 0xff)]! ^
      TABLE[256 + ((remainder >>> 16) & 0xff)]! ^
      TABLE[remainder >>> 24]!;
  }
  for (; i < bytes.length; i++) {
    remainder = TABLE[(remainder ^ bytes[i]!) & 0xff]! ^ (remainder >>> 8);
  }
  return ~remainder >>> 0;
}
