// What the note editor says of what was typed: "Saved" only when the server has stored all of it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { Fences, say, ending, wait } = await load('note_status.ts');
const facts = { opened: true, ready: true, dirty: false, late: false, kept: true, savedAt: '11:52', stopped: null, readOnly: false, closed: false };
const words = more => say({ ...facts, ...more }).words;

test('a fence covers what was typed before it was sent, and nothing after', () => {
  const fences = new Fences();
  fences.change();
  const first = fences.next(0, 'a');
  assert.equal(fences.covered, true);
  fences.change();
  assert.equal(fences.covered, false);
  assert.deepEqual(fences.answer(first), { seen: 'a' });
  assert.equal(fences.dirty, true);
  const second = fences.next(0, 'ab');
  fences.answer(second);
  assert.equal(fences.dirty, false);
});

test('a fence that was on its way when the connection went covers nothing', () => {
  const fences = new Fences();
  fences.change();
  const lost = fences.next(0, 'a');
  fences.lost();
  assert.equal(fences.answer(lost), null);
  assert.equal(fences.dirty, true);
  assert.equal(fences.waiting(5000), 0);
});

test('never saved by chance: every order of typing, sending, answering and losing', () => {
  let seed = 7;
  const chance = n => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % n; };
  for (let run = 0; run < 300; run++) {
    const fences = new Fences();
    let typed = 0, stored = 0, wire = [];
    for (let step = 0; step < 40; step++) {
      const what = chance(4);
      if (what === 0) { typed++; fences.change(); }
      else if (what === 1) wire.push([fences.next(step, typed), typed]);
      else if (what === 2 && wire.length) { const [n, at] = wire.shift(); stored = Math.max(stored, at); fences.answer(n); }
      else if (what === 3 && chance(3) === 0) { wire = []; fences.lost(); }
      if (!fences.dirty) assert.equal(stored, typed, `run ${run}, step ${step}`);
    }
  }
});

test('what is said', () => {
  assert.equal(words({}), 'Saved 11:52');
  assert.equal(words({ savedAt: '' }), 'No changes yet');
  assert.equal(words({ dirty: true }), 'Saving…');
  assert.equal(words({ dirty: true, late: true }), 'Not yet saved – kept on this device');
  assert.equal(words({ dirty: true, ready: false }), 'Not yet saved – kept on this device');
  assert.equal(words({ dirty: true, ready: false, kept: false }), 'Not yet saved – only in this page: leave it open');
  assert.equal(words({ ready: false }), 'Saved 11:52. No connection, you can go on writing');
  assert.equal(words({ readOnly: true }), 'Read only');
  assert.equal(words({ readOnly: true, closed: true }), 'Writing is closed');
  assert.equal(words({ opened: false }), 'Opening…');
  for (const code of [4401, 4403, 4404, 4413, 4400]) {
    assert.match(words({ stopped: ending(code), ready: false, dirty: true }), /^(Not saved|The notes are full. Not saved) – kept on this device$/);
    assert.doesNotMatch(words({ stopped: ending(code), ready: false }), /Saved/);
  }
});

test('what a close code means', () => {
  assert.deepEqual([4409, 4413, 4401, 4403, 4404, 4400, 4408, 1012, 1013, 1006].map(code => ending(code).kind),
    ['anew', 'full', 'signed-out', 'refused', 'gone', 'broken', 'again', 'again', 'again', 'again']);
  assert.equal(ending(4403, true).kind, 'closed');
});

test('editors come back at different times, soon, and later each time', () => {
  const waits = Array.from({ length: 50 }, (_, i) => wait(0, 1012, i / 50));
  assert.ok(new Set(waits.map(Math.round)).size > 40);
  for (let attempt = 0; attempt < 20; attempt++) assert.ok(wait(attempt, 1006, .99) <= 4000);
  assert.ok(wait(6, 1006, .5) > wait(0, 1006, .5));
});
