// Order, places and keys of a board: run by tests/front/test_build.py with `node --test`.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { between, brief, compare, compareVotes, edgeSpeed, indexFor, step, zone } = await load('board_order.ts');
const note = (position, id) => ({ position, id, cluster: false });
const group = (position, id) => ({ position, id, cluster: true });

test('by position; between equals groups first, then by id: as app/boards/columns.py orders', () => {
  const all = [note(2048, 3), group(1024, 9), note(1024, 2), note(1024, 1), note(-512, 8)];
  assert.deepEqual(all.sort(compare).map(one => `${one.cluster ? 'c' : 'i'}${one.id}`), ['i8', 'c9', 'i1', 'i2', 'i3']);
});

test('ranked: most dots first', () => {
  const all = [{ ...note(1, 1), votes: 0 }, { ...note(3, 2), votes: 4 }, { ...note(2, 3), votes: 4 }];
  assert.deepEqual(all.sort(compareVotes).map(one => one.id), [3, 2, 1]);
});

test('a place is found wherever it is, and the end without looking at the rest', () => {
  const places = [10, 20, 20, 30, 40];
  for (const [wanted, index] of [[5, 0], [10, 1], [20, 3], [25, 3], [40, 5], [99, 5]]) assert.equal(indexFor(places.length, i => places[i] > wanted), index, `${wanted}`);
  let asked = 0;
  assert.equal(indexFor(1000, () => { asked++; return false; }), 1000);
  assert.equal(asked, 1);
  assert.equal(indexFor(0, () => true), 0);
});

test('between neighbours', () => {
  assert.equal(between(null, null), 1024);
  assert.equal(between(1024, null), 2048);
  assert.equal(between(null, 1024), 512);
  assert.equal(between(1024, 1026), 1025);
});

test('the edges of a note mean beside it, its middle on it; beside each other left and right count', () => {
  const box = { left: 100, top: 200, width: 200, height: 100 };
  assert.deepEqual([205, 250, 295].map(y => zone(box, 150, y, false, true)), ['before', 'onto', 'after']);
  assert.deepEqual([110, 200, 290].map(x => zone(box, x, 250, true, true)), ['before', 'onto', 'after']);
  assert.deepEqual([240, 260].map(y => zone(box, 150, y, false, false)), ['before', 'after']);
});

test('near an edge it scrolls, faster the nearer, and elsewhere not', () => {
  assert.equal(edgeSpeed(400, 0, 800), 0);
  assert.ok(edgeSpeed(60, 0, 800) < 0 && edgeSpeed(5, 0, 800) < edgeSpeed(60, 0, 800));
  assert.ok(edgeSpeed(790, 0, 800) > edgeSpeed(740, 0, 800) && edgeSpeed(740, 0, 800) > 0);
});

test('arrow keys: within a column, far, to its ends, to the next column, onto a note and off it', () => {
  const counts = [3, 0, 12], at = (column, index, onto = false) => ({ column, index, onto });
  assert.deepEqual(step(at(0, 1), 'ArrowDown', counts), at(0, 2));
  assert.deepEqual(step(at(0, 3), 'ArrowDown', counts), at(0, 3));
  assert.deepEqual(step(at(0, 0), 'ArrowUp', counts), at(0, 0));
  assert.deepEqual(step(at(0, 3), 'ArrowRight', counts), at(1, 0));
  assert.deepEqual(step(at(2, 1), 'PageDown', counts), at(2, 11));
  assert.deepEqual(step(at(2, 1), 'End', counts), at(2, 12));
  assert.deepEqual(step(at(2, 5), 'Home', counts), at(2, 0));
  assert.deepEqual(step(at(0, 0), 'ArrowLeft', counts), at(0, 0));
  assert.deepEqual(step(at(0, 3), 'g', counts), at(0, 2, true));
  assert.deepEqual(step(at(0, 2, true), 'g', counts), at(0, 2));
  assert.deepEqual(step(at(1, 0), 'g', counts), at(1, 0));
  assert.equal(step(at(0, 0), 'x', counts), null);
});

test('first words are cut between words, letters counted as people do', () => {
  assert.equal(brief('  Who\npays   for lids? '), 'Who pays for lids?');
  assert.equal(brief('one two three four', 10), 'one two…');
  assert.equal(brief('🧡'.repeat(5), 5), '🧡'.repeat(5));
});
