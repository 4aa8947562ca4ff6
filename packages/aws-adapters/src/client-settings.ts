/** An answer that takes longer, or a connection, is given up and tried again; ms. */
const CONNECTION_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 10_000;

/** The client slows itself down when a service says that it is too fast, and spreads its retries. */
const MOST_ATTEMPTS = 5;

/** What all clients have in common. */
export const CLIENT_SETTINGS = {
  maxAttempts: MOST_ATTEMPTS,
  retryMode: 'adaptive',
  requestHandler: {
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  },
} as const;
