// What the note editor's buttons and keys do: `‸` is the caret, `«` and `»` a selection.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const keys = await load('markdown_keys.ts');

function after(marked, act) {
  const caret = marked.indexOf('‸');
  const from = caret >= 0 ? caret : marked.indexOf('«'), value = marked.replace(/[‸«»]/g, '');
  const to = caret >= 0 ? caret : marked.indexOf('»') - 1;
  const edit = act(value, from, to);
  if (!edit) return null;
  const text = value.slice(0, edit.from) + edit.text + value.slice(edit.to);
  return edit.start === edit.end ? text.slice(0, edit.start) + '‸' + text.slice(edit.start) : text.slice(0, edit.start) + '«' + text.slice(edit.start, edit.end) + '»' + text.slice(edit.end);
}
const cases = (name, act, rows) => test(name, () => { for (const [before, expected] of rows) assert.equal(after(before, act), expected, before); });

cases('bold', (v, f, t) => keys.wrap(v, f, t, '**'), [
  ['some «words» here', 'some **«words»** here'], ['some **«words»** here', 'some «words» here'], ['a ‸', 'a **‸**'], ['a «word »b', 'a **«word»** b'],
]);
cases('italic', (v, f, t) => keys.wrap(v, f, t, '*'), [
  ['«words»', '*«words»*'], ['*«words»*', '«words»'], ['**«words»**', '***«words»***'], ['***«words»***', '**«words»**'],
]);
cases('heading', (v, f, t) => keys.prefix(v, f, t, '## '), [['Title‸', '## Title‸'], ['## Title‸', 'Title‸'], ['# Title‸', '## Title‸'], ['a\nb‸\nc', 'a\n## b‸\nc']]);
cases('list', (v, f, t) => keys.prefix(v, f, t, '- '), [
  ['«a\nb»', '«- a\n- b»'], ['«- a\n- b»', '«a\nb»'], ['«a\n\nb»', '«- a\n\n- b»'], ['- [ ] a‸', '- a‸'], ['1. a‸', '- a‸'], ['‸', '- ‸'], ['«a\n»b', '«- a»\nb'],
]);
cases('check box', (v, f, t) => keys.prefix(v, f, t, '- [ ] '), [['- a‸', '- [ ] a‸'], ['- [ ] a‸', 'a‸']]);
cases('quote', (v, f, t) => keys.prefix(v, f, t, '> '), [['- a‸', '> - a‸'], ['> a‸', 'a‸']]);
cases('link', keys.link, [['see «this»', 'see [this](«https://»)'], ['«https://x.org/a»', '[‸](https://x.org/a)'], ['‸', '[‸](https://)']]);
cases('enter', keys.enter, [
  ['- a‸', '- a\n- ‸'], ['- a‸b', '- a\n- ‸b'], ['  * a‸', '  * a\n  * ‸'], ['9. a‸', '9. a\n10. ‸'], ['- [x] done‸', '- [x] done\n- [ ] ‸'], ['> q‸', '> q\n> ‸'],
  ['- ‸', '‸'], ['a\n- ‸\nb', 'a\n‸\nb'], ['plain‸', null], ['‸- a', null], ['«- a»', null], ['-not‸', null],
]);
