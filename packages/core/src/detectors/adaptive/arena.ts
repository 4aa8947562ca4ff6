/**
 * All that a model remembers, kept in one place: rooms ask for typed arrays, and a snapshot is their bytes one
 * after the other. So nothing can be left out of a snapshot, and nothing comes back other than it was.
 */
export interface Arena {
  /** 64-bit numbers, for what has to be exact: times, sums, the last value. */
  doubles(length: number, fill?: number): Float64Array;
  /** 32-bit numbers, for what there are many of; their 24 bits are far finer than any noise floor. */
  floats(length: number, fill?: number): Float32Array;
  /** The bytes of all: to be kept and copied, not to be reckoned with. */
  snapshot(): Float64Array;
  /**
   * Takes over the bytes of a snapshot.
   * @throws {RangeError} it is not as long as what has been asked for
   */
  restore(snapshot: Float64Array): void;
}

export function createArena(): Arena {
  const arrays: (Float64Array | Float32Array)[] = [];
  const keep = <A extends Float64Array | Float32Array>(array: A): A => {
    arrays.push(array);
    return array;
  };
  const length = (): number =>
    Math.ceil(arrays.reduce((bytes, { byteLength }) => bytes + byteLength, 0) / 8);
  return {
    doubles: (size, fill = 0) => keep(new Float64Array(size).fill(fill)),
    floats: (size, fill = 0) => keep(new Float32Array(size).fill(fill)),
    snapshot() {
      const all = new Float64Array(length());
      const bytes = new Uint8Array(all.buffer);
      let at = 0;
      for (const array of arrays) {
        bytes.set(new Uint8Array(array.buffer), at);
        at += array.byteLength;
      }
      return all;
    },
    restore(snapshot) {
      if (snapshot.length !== length()) {
        throw new RangeError(`a snapshot of ${length()} numbers expected, got ${snapshot.length}`);
      }
      let at = snapshot.byteOffset;
      for (const array of arrays) {
        const bytes = new Uint8Array(array.buffer);
        bytes.set(new Uint8Array(snapshot.buffer, at, array.byteLength));
        at += array.byteLength;
      }
    },
  };
}
