import { describeStateStore } from '../testing/state-store-contract.ts';
import { createMemoryStateStore } from './state-store.ts';

describeStateStore('the store in memory', createMemoryStateStore);
