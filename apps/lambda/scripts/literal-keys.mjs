import { readFileSync } from 'node:fs';

/** A constant of one text, and a key that is such a constant, as the SDK's schemas write them. */
const CONSTANT = /^const (\w+) = ("[^"]*");$/gm;
const COMPUTED_KEY = /\[(\w+)\](?=:)/g;

/**
 * Writes the keys of the SDK's schemas as text. A bundler has to keep what computes a key, for that could do
 * anything; so the schemas of all operations of S3 would come along with the two that are called.
 */
export const literalKeys = {
  name: 'literal-keys',
  setup(build) {
    build.onLoad(
      { filter: /[/\\]dist-es[/\\].*[/\\]?schemas[/\\]schemas_\d+\.js$/ },
      ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const texts = new Map(
          Array.from(text.matchAll(CONSTANT), ([, name, value]) => [name, value]),
        );
        const contents = text.replace(COMPUTED_KEY, (key, name) => texts.get(name) ?? key);
        return { contents, loader: 'js' };
      },
    );
  },
};
