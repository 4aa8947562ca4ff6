import { type AlertMessage, groupOf } from '@plumbline/core';
import { HOSTILE_TEXTS, notificationOf } from '@plumbline/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BodyLimits, boundedMessage, messageText } from './message-body.ts';

const MOST_BYTES = 32_768;

function bodyOf(message: AlertMessage, limits: Partial<BodyLimits> = {}): string {
  const told = boundedMessage(message, { mostBytes: MOST_BYTES, ...limits });
  return messageText(told, limits.indent);
}

const messageOf = (changes: Partial<AlertMessage>) => notificationOf(0, changes).message;

const bytesOf = (text: string) => Buffer.from(text, 'utf8');

const parsed = (body: string) => JSON.parse(body) as AlertMessage;

/** Thirty dimensions of the longest values there are, as the id of a series has them. */
const LONG_SERIES = `cloudwatch://eu-west-1/Shop/Latency?${Array.from(
  { length: 30 },
  (_, i) => `Dimension${i}=${'v'.repeat(1_024)}`,
).join('&')}#p99`;

/** What texts are made of: plain, then what is longer in UTF-8 or in JSON, and what is no character. */
const PIECES = [
  'x',
  ' ',
  '"',
  '\\',
  'é',
  '数',
  '🚨',
  '\ud800',
  '\udc00',
  '\u0000',
  '\n',
  '\u009b',
  '\u202e',
  '\u2028',
  '\u{e0041}',
  '<!channel>',
  '<script>alert(1)</script>',
  ...HOSTILE_TEXTS,
];

const longText = fc
  .tuple(
    fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 }),
    fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 200 })),
  )
  .map(([pieces, times]) => pieces.join('').repeat(times));

const perhaps = fc.option(longText, { nil: null });

const anyMessage = fc
  .record({
    alert: longText,
    metric: longText,
    cluster: perhaps,
    monitor: longText,
    series: longText,
    owner: perhaps,
    runbook: perhaps,
    topic: perhaps,
    console_url: perhaps,
  })
  .map(messageOf);

const TEXTS = ['alert', 'metric', 'cluster', 'monitor', 'series', 'owner', 'topic'] as const;

const MARK = /… \((\d+) more characters\)$/;

describe('a body within its length', () => {
  test('is the message, every field as it is', () => {
    const message = messageOf({
      owner: 'Größe & <b>Co</b> 🚨',
      series: LONG_SERIES.slice(0, 20_000),
    });

    expect(parsed(bodyOf(message))).toEqual(message);
    expect(parsed(bodyOf(message, { indent: 2 }))).toEqual(message);
  });

  test('has a field a line for people, when it is indented', () => {
    const message = messageOf({ alert: 'cpu' });

    expect(bodyOf(message, { indent: 2 }).split('\n')).toHaveLength(
      Object.keys(message).length + 2,
    );
    expect(bodyOf(message)).not.toContain('\n');
  });
});

describe('fault 13: a message that is too long', () => {
  test('loses its link before anything else', () => {
    const message = messageOf({
      series: LONG_SERIES,
      cluster: 'x'.repeat(500),
      console_url: `https://eu-west-1.console.aws.amazon.com/${'x'.repeat(90_000)}`,
    });

    expect(parsed(bodyOf(message, { indent: 2 }))).toEqual({ ...message, console_url: null });
  });

  test('keeps its short texts, and of the long ones the beginning and how much is missing', () => {
    const message = messageOf({
      series: LONG_SERIES.repeat(3),
      owner: 'shop',
      console_url: null,
    });

    const { series, ...rest } = parsed(bodyOf(message));
    const { series: whole, ...others } = message;
    const [mark = '', missing] = MARK.exec(series) ?? [];
    const kept = series.slice(0, -mark.length);

    expect(rest).toEqual(others);
    expect(whole.startsWith(kept)).toBe(true);
    expect(kept.length + Number(missing)).toBe(whole.length);
  });

  test('is not shorter than it has to be', () => {
    const bytes = bytesOf(bodyOf(messageOf({ series: LONG_SERIES.repeat(3) }))).length;

    expect(bytes).toBeGreaterThan(MOST_BYTES - 50);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  });

  test('is cut between characters, not within one', () => {
    const { series } = parsed(bodyOf(messageOf({ series: `x${'🚨'.repeat(20_000)}` })));

    expect(series).toMatch(/^x🚨+… \(\d+ more characters\)$/u);
  });

  test('of a group has as many transitions as there is room for, and counts the others', async () => {
    const { message } = await groupOf(Array.from({ length: 900 }, (_, i) => notificationOf(i)));
    const whole = message.group!.transitions;

    const { group, ...rest } = parsed(bodyOf(message, { indent: 2 }));

    const { group: _, ...others } = message;
    expect(rest).toEqual(others);
    expect(group?.transitions).toEqual(whole.slice(0, group?.transitions.length));
    expect(group?.transitions.length).toBeGreaterThan(50);
    expect(group!.transitions.length + group!.more_transitions).toBe(900);
    expect(bytesOf(bodyOf(message, { indent: 2 })).length).toBeGreaterThan(MOST_BYTES - 500);
    expect(parsed(bodyOf(message, { mostBytes: 1_000_000 }))).toEqual(message);
  });

  test('of a group with long names leaves room for names and for transitions', async () => {
    const { message } = await groupOf(
      Array.from({ length: 100 }, (_, i) =>
        notificationOf(i, { cluster: `${i}${'x'.repeat(30_000)}`, series: `id-${i}` }),
      ),
    );

    const { cluster, series, group } = parsed(bodyOf(message));

    expect(series).toMatch(/^id-\d+$/);
    for (const text of [cluster, ...group!.worst.map((member) => member.cluster)]) {
      expect(text).toMatch(/^\d+x{1000,}… \(\d+ more characters\)$/);
    }
    expect(group!.transitions.length).toBeGreaterThan(20);
    expect(group!.transitions.length + group!.more_transitions).toBe(100);
  });

  test('has no address that leads nowhere', () => {
    const runbook = `https://wiki.example.com/${'x'.repeat(40_000)}`;

    expect(parsed(bodyOf(messageOf({ runbook })))).toMatchObject({ runbook: null });
  });

  test('is within its length whatever is in it, and what is left is true', () => {
    fc.assert(
      fc.property(anyMessage, fc.constantFrom(0, 2), (message, indent) => {
        const body = bodyOf(message, { indent });
        const told = parsed(body);

        expect(bytesOf(body).length).toBeLessThanOrEqual(MOST_BYTES);
        expect(Object.keys(told)).toEqual(Object.keys(message));
        for (const name of TEXTS) {
          const [text, whole] = [told[name] ?? '', message[name] ?? ''];
          if (text === whole) continue;
          const [mark = '', missing] = MARK.exec(text) ?? [];
          const kept = Array.from(text.slice(0, -mark.length));
          const chars = Array.from(whole);
          expect(kept.join('')).toBe(chars.slice(0, kept.length).join(''));
          expect(kept.length + Number(missing)).toBe(chars.length);
        }
        for (const name of ['runbook', 'console_url'] as const) {
          expect([null, message[name]]).toContain(told[name]);
        }
      }),
      { numRuns: 200 },
    );
  });
});

test('fault 13: a group is within its length, and leaves out nobody uncounted, whatever is in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyMessage, { minLength: 2, maxLength: 12 }), async (messages) => {
      const { message } = await groupOf(
        messages.map((each, i) => ({ ...notificationOf(i), message: each })),
      );
      const body = bodyOf(message, { indent: 2 });
      const { group } = parsed(body);

      expect(bytesOf(body).length).toBeLessThanOrEqual(MOST_BYTES);
      expect(group!.transitions.length + group!.more_transitions).toBe(messages.length);
      expect(group!.transitions).toEqual(
        message.group!.transitions.slice(0, group!.transitions.length),
      );
    }),
    { numRuns: 50 },
  );
});

describe('fault 28: hostile text', () => {
  test('is well-formed UTF-8, half a surrogate pair or not', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const body = bodyOf(message, { indent: 2 });
        expect(bytesOf(body).toString('utf8')).toBe(body);
        expect(() => encodeURIComponent(body)).not.toThrow(); // throws for half a pair
      }),
      { numRuns: 100 },
    );
  });

  test('neither moves the cursor nor turns the writing around, and means the same to a machine', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const body = bodyOf(message, { indent: 2 });
        expect(body.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
      { numRuns: 100 },
    );
    const message = messageOf({ cluster: '\u001b[2J\u202egnp.exe\u{e0041}', owner: '\u2028\r\n' });
    expect(parsed(bodyOf(message, { indent: 2 }))).toEqual(message);
  });

  test.each(HOSTILE_TEXTS)('is a value and nothing else: %j', (text) => {
    const message = messageOf({ alert: text, cluster: text, series: text, metric: text });

    expect(parsed(bodyOf(message))).toEqual(message);
    expect(bodyOf(message, { indent: 2 }).split('\n')).toHaveLength(
      Object.keys(message).length + 2,
    );
  });
});
