import type { Context } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { type TimeBudget, timeBudgetOf } from './time-budget.ts';

/** The budget of an invocation that has so much time, after some of it has passed. */
function budgetOf(timeoutMs: number, passedMs = 0): Record<keyof TimeBudget, number> {
  let left = timeoutMs;
  const budget = timeBudgetOf({ getRemainingTimeInMillis: () => left } as Context);
  left -= passedMs;
  return {
    allMs: budget.allMs(),
    remainingMs: budget.remainingMs(),
    remainingToSendMs: budget.remainingToSendMs(),
    elapsedMs: budget.elapsedMs(),
  };
}

describe('the time of an invocation', () => {
  test('leaves ten seconds to commit and send, and four of them to note what was sent', () => {
    expect(budgetOf(60_000)).toEqual({
      allMs: 60_000,
      remainingMs: 50_000,
      remainingToSendMs: 56_000,
      elapsedMs: 0,
    });
  });

  test('is divided by halves when there is little', () => {
    expect(budgetOf(8_000)).toMatchObject({ remainingMs: 4_000, remainingToSendMs: 6_000 });
  });

  test('passes, while what is kept stays what it was', () => {
    expect(budgetOf(60_000, 55_000)).toEqual({
      allMs: 5_000,
      remainingMs: -5_000,
      remainingToSendMs: 1_000,
      elapsedMs: 55_000,
    });
  });
});
