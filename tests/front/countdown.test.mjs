// The countdown's arithmetic: run by tests/front/test_build.py with `node --test`.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { left } = await load('countdown.ts');
const started = Date.UTC(2027, 0, 23, 10, 20);

test('all of the time until it starts, then what is left, never below nothing', () => {
  assert.equal(left(30, NaN, started), 30);
  assert.equal(left(30, started, started), 30);
  assert.equal(left(30, started, started + 12_250), 17.75);
  assert.equal(left(30, started, started + 30_000), 0);
  assert.equal(left(30, started, started + 3_600_000), 0);
});

test('an answer that came a little early does not show more than there is', () => assert.equal(left(30, started, started - 400), 30));
