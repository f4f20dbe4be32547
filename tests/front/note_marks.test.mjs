// Marked lines, actions, tables, and names that stand in a text.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const marks = await load('note_marks.ts');
const made = (line, edit) => line.slice(0, edit.from) + edit.text + line.slice(edit.to);
const marked = (line, word, at = 0) => made(line, marks.mark(line, at, at, word));

test('a line is marked, unmarked, marked otherwise', () => {
  for (const [line, word, expected] of [
    ['Who pays?', 'Question', '- **Question:** Who pays?'], ['- Who pays?', 'Question', '- **Question:** Who pays?'], ['  * a', 'Idea', '  * **Idea:** a'],
    ['- **Question:** Who pays?', 'Question', '- Who pays?'], ['- **Question:** a', 'Idea', '- **Idea:** a'], ['a', 'Action', '- [ ] **Action:** a'],
    ['- [x] **Action:** a', 'Idea', '- **Idea:** a'], ['- [x] a', 'Action', '- [x] **Action:** a'], ['> said', 'Quote', '> - **Quote:** said'], ['', 'Summary', '- **Summary:** '], ['2. a', 'Idea', '2. **Idea:** a'],
  ]) assert.equal(marked(line, word), expected, line);
  assert.equal(marked('a\nb\nc', 'Idea', 2), 'a\n- **Idea:** b\nc');
});

test('an action says who and by when, and can be read back', () => {
  const line = '- ask the depot', done = made(line, marks.action(line, 3, { what: 'ask the  depot', who: 'Ada and Ben', by: '2027-03-01' }));
  assert.equal(done, '- [ ] **Action:** ask the depot (Ada and Ben, by 2027-03-01)');
  assert.deepEqual(marks.actionIn(done, 5), { what: 'ask the depot', who: 'Ada and Ben', by: '2027-03-01' });
  for (const given of [{ what: 'a', who: '', by: '' }, { what: 'a', who: 'Ada', by: '' }, { what: 'a', who: '', by: '2027-03-01' }]) {
    assert.deepEqual(marks.actionIn(made('', marks.action('', 0, given)), 0), given);
  }
  assert.deepEqual(marks.actionIn('- see (annex)', 0), { what: 'see (annex)', who: '', by: '' });
});

test('a table stands by itself', () => {
  assert.match(made('words', marks.table('words', 2, 2)), /^words\n\n\| Heading \| Heading \|\n\| --- \| --- \|\n/);
  assert.match(made('', marks.table('', 0, 0)), /^\| Heading/);
});

test('names are found whole, and not where the grid says them', () => {
  const found = (text, ...names) => marks.namesIn(text, marks.namesPattern(names)).map(hit => hit.name);
  assert.deepEqual(found('Ada said so. Adamant. ADA. Zoë\u2019s idea, Ada Byron’s', 'Ada', 'Ada Byron', 'Zoë'), ['Ada', 'Zoë', 'Ada Byron']);
  assert.deepEqual(found('Leaders: Ada\n**Note-takers:** Ada\n- Led by: Ada\n| Leaders | Ada |\nAda', 'Ada'), ['Ada']);
  assert.deepEqual(found('a (b', 'a (b'), ['a (b']);
  assert.equal(marks.namesPattern(['Al', '']), null);
});
