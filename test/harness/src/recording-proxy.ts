import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type AwsCall, describeCall } from './aws-call.ts';

/** A call that went through, and how it was answered. */
export interface PassedCall extends AwsCall {
  /** HTTP status; null when the connection broke without an answer. */
  readonly status: number | null;
}

export interface RecordingProxy {
  /** http://127.0.0.1:PORT, to be used in place of the target. */
  readonly endpoint: string;
  /** Every call so far, in the order of the answers. */
  readonly calls: readonly PassedCall[];
  close(): Promise<void>;
}

/** They concern one connection, and there are two: RFC 9110, section 7.6.1; `Expect` is answered here. */
const OF_ONE_CONNECTION = new Set(['connection', 'keep-alive', 'expect']);

/**
 * Passes AWS calls on to another endpoint (moto, a double) and writes down which they were.
 *
 * Headers, `Host` among them, and bodies pass as they are: signatures stay valid, and a URL that the
 * target makes out of `Host` leads here again. A connection that breaks behind it breaks before it.
 */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const calls: PassedCall[] = [];

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const call = describeCall(incoming, body);
    try {
      const answer = await forward(target, incoming, body);
      calls.push({ ...call, status: answer.status });
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    } catch {
      calls.push({ ...call, status: null });
      incoming.socket.destroy();
    }
  }

  const server = createServer((incoming, outgoing) => {
    // The caller has hung up: there is nobody to answer, and nothing to pass on.
    pass(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: string[];
  readonly body: Buffer;
}

function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      // Written down as it came: a URL object would normalise the path that was signed.
      {
        ...addressOf(target),
        method: incoming.method,
        path: incoming.url,
        headers: withoutConnection(incoming.rawHeaders),
        setHost: false,
      },
      async (response) => {
        try {
          resolve({
            status: response.statusCode ?? 502,
            headers: withoutConnection(response.rawHeaders),
            body: await buffer(response),
          });
        } catch (error) {
          reject(error);
        }
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function addressOf(target: string): { readonly host: string; readonly port: string } {
  const { hostname, port } = new URL(target);
  return { host: hostname, port: port || '80' };
}

/** Raw headers are a list of name, value, name, value, ... */
function withoutConnection(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, i) => {
    const name = rawHeaders[i - (i % 2)] ?? '';
    return !OF_ONE_CONNECTION.has(name.toLowerCase());
  });
}
