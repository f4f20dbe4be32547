// Merging while somebody types: run by tests/front/test_build.py with `node --test`.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const merge = await load('textmerge.ts');
const { apply, hunks, rebase } = merge;

/** A small repeatable random source. */
const dice = seed => () => { seed = (seed * 1664525 + 1013904223) >>> 0; return seed / 2 ** 32; };
const ALPHABET = ['a', 'b', 'é', '😀', '👩‍💻', ' ', '\n', '- ', '# '];
const text = (roll, length) => Array.from({ length }, () => ALPHABET[Math.floor(roll() * ALPHABET.length)]).join('');
function changed(roll, from) {
  const cut = [...from], at = Math.floor(roll() * (cut.length + 1)), out = Math.floor(roll() * 4);
  cut.splice(at, out, text(roll, Math.floor(roll() * 5)));
  return cut.join('');
}

test('hunks turn one text into the other, in order, and cut no character in two', () => {
  const roll = dice(1);
  for (let i = 0; i < 3000; i++) {
    const a = text(roll, Math.floor(roll() * 40));
    let b = a;
    for (let n = roll() * 4; n > 0; n--) b = changed(roll, b);
    const found = hunks(a, b);
    assert.equal(apply(a, found), b);
    found.forEach((h, n) => {
      assert.ok(h.from <= h.to && (n === 0 || found[n - 1].to <= h.from), JSON.stringify(found));
      assert.doesNotMatch(h.text, /^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/);
    });
  }
});

test('one changed line in a long note is one small change', () => {
  const lines = Array.from({ length: 500 }, (_, n) => `- line ${n}`);
  const a = lines.join('\n'), b = a.replace('line 250', 'line two hundred and fifty');
  assert.deepEqual(hunks(a, b), [{ from: a.indexOf('250'), to: a.indexOf('250') + 3, text: 'two hundred and fifty' }]);
});

test('a note of the largest size does not hold the page up', () => {
  const a = Array.from({ length: 20000 }, (_, n) => `line ${n}`).join('\n'), b = Array.from({ length: 20000 }, (_, n) => `other ${n}`).join('\n');
  const start = performance.now();
  assert.equal(apply(a, hunks(a, b)), b);
  assert.ok(performance.now() - start < 500);
});

const merged = (base, theirs, mine) => { const changes = rebase(base, theirs, mine); return changes && apply(mine, changes); };

test('their line and my half-finished line both stay', () => {
  assert.equal(merged('# Notes\n- one\n- tw', '# Notes\n- zero\n- one\n- tw', '# Notes\n- one\n- two and more'), '# Notes\n- zero\n- one\n- two and more');
});
test('their line below goes below what I typed on', () => assert.equal(merged('- me', '- me\n- them', '- me, still typing'), '- me, still typing\n- them'));
test('their line above goes above', () => assert.equal(merged('- me', '- them\n- me', '- really me'), '- them\n- really me'));
test('the same change by both is made once', () => assert.equal(merged('a\nb\nc', 'a\nB\nc', 'a\nB\nc'), 'a\nB\nc'));
test('typing over their words is left to a person', () => assert.equal(rebase('We meet on Monday', 'We meet on Tuesday', 'We meet on Wednesday'), null));
test('deleting what they changed is left to a person', () => assert.equal(rebase('a\nkeep this\nb', 'a\nkeep that\nb', 'a\nb'), null));
test('nothing of theirs: nothing to do', () => assert.deepEqual(rebase('a', 'a', 'ab'), []));

test('whatever is merged holds both sides, whoever comes first', () => {
  const roll = dice(7);
  let merges = 0;
  for (let i = 0; i < 3000; i++) {
    const lines = Array.from({ length: 6 }, (_, n) => `line ${n}`);
    const mine = [...lines], theirs = [...lines];
    mine[Math.floor(roll() * 6)] += ' MINE';
    theirs[Math.floor(roll() * 6)] += ' THEIRS';
    const result = merged(lines.join('\n'), theirs.join('\n'), mine.join('\n'));
    if (result === null) continue;
    merges++;
    assert.match(result, /MINE/); assert.match(result, /THEIRS/);
    assert.equal(result.replace(' MINE', '').replace(' THEIRS', ''), lines.join('\n'));
  }
  assert.ok(merges > 2000);
});

test('what was typed is put back onto a text begun anew, and what cannot be is told', () => {
  const back = (base, theirs, mine) => { const { changes, left } = merge.bringBack(base, theirs, mine); return [merge.apply(theirs, changes), left]; };
  assert.deepEqual(back('a\nsecret\nb\n', 'a\nb\n', 'a\nsecret\nb\nmine\n'), ['a\nb\nmine\n', []]);                     // what was taken out stays out
  assert.deepEqual(back('a\nsecret\nb\n', 'a\nb\n', 'a\nsecret words\nb\n'), ['a\nb\n', ['secret words']]);             // typed into it: told, not put in
  assert.deepEqual(back('a\n', 'a\nx\n', 'a\nx\n'), ['a\nx\n', []]);                                                    // stored already: not twice
  assert.deepEqual(back('a\nb\n', 'a\nb\nc\n', 'A\nb\n'), ['A\nb\nc\n', []]);
  assert.deepEqual(merge.typedSince('a\nb\n', 'a\nb and\nc\n'), ['b and\nc']);
});
