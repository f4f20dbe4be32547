// The timer's words: run by tests/front/test_build.py with `node --test`.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { clock } = await load('board_clock.ts');

test('minutes and seconds, hours where there are any, never below nothing', () => {
  assert.equal(clock(725), '12:05');
  assert.equal(clock(59.2), '1:00');
  assert.equal(clock(0.2), '0:01');
  assert.equal(clock(-3), '0:00');
  assert.equal(clock(3725), '1:02:05');
});
