/** An emulator of AWS that a client is pointed at; settings of the SDK. */
export interface Surroundings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: typeof TEST_CREDENTIALS;
}

/** Anything does where nothing is checked. */
export const TEST_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
export const TEST_CREDENTIALS_ENV = {
  AWS_ACCESS_KEY_ID: TEST_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: TEST_CREDENTIALS.secretAccessKey,
};

/** What is at this endpoint, in this region, with the keys that do where nothing is checked. */
export function surroundingsAt(endpoint: string, region: string): Surroundings {
  return { endpoint, region, credentials: TEST_CREDENTIALS };
}
