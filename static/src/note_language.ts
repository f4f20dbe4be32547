// Markdown as it is typed: structure from @lezer/markdown, told to the style sheet by classes; what keys and buttons do to the text.
import { defineLanguageFacet, HighlightStyle, Language, syntaxHighlighting } from '@codemirror/language';
import { EditorSelection, type Extension } from '@codemirror/state';
import { type EditorView, type KeyBinding } from '@codemirror/view';
import { tags as t } from '@lezer/highlight';
import { parser, Strikethrough, Table, TaskList } from '@lezer/markdown';
import * as keys from './markdown_keys';
import { type Act, ACTS, LETTERS } from './note_acts';

const markdown = new Language(defineLanguageFacet(), parser.configure([Table, TaskList, Strikethrough]), [], 'markdown');

const looks = HighlightStyle.define([
  { tag: t.heading1, class: 'md-h md-h1' }, { tag: t.heading2, class: 'md-h md-h2' }, { tag: t.heading, class: 'md-h' },
  { tag: t.strong, class: 'md-strong' }, { tag: t.emphasis, class: 'md-em' }, { tag: t.strikethrough, class: 'md-del' }, { tag: t.monospace, class: 'md-code' },
  { tag: t.quote, class: 'md-quote' }, { tag: t.link, class: 'md-link' }, { tag: t.url, class: 'md-url' },
  { tag: [t.processingInstruction, t.contentSeparator, t.labelName], class: 'md-sign' }, { tag: t.atom, class: 'md-sign' },
]);

export const language: Extension = [markdown, syntaxHighlighting(looks)];

/** Does `act` to the lines around the selection: it need not read the whole text. */
export function make(view: EditorView, act: Act): boolean {
  const { state } = view, { from, to } = state.selection.main;
  const above = state.doc.lineAt(from), start = above.number > 1 ? state.doc.line(above.number - 1).from : 0, end = state.doc.lineAt(to).to;
  const edit = state.readOnly ? null : act(state.sliceDoc(start, end), from - start, to - start);
  if (!edit) return false;
  view.dispatch({
    changes: { from: start + edit.from, to: start + edit.to, insert: edit.text }, userEvent: 'input.format', scrollIntoView: true,
    selection: EditorSelection.single(start + edit.start, start + edit.end),
  });
  return true;
}

/** Ctrl+B, Ctrl+I, Ctrl+K; Enter goes on with a list. Tab is not among them: it leaves the editor, as everywhere. */
export const formatKeys: KeyBinding[] = [
  ...Object.entries(LETTERS).map(([key, name]) => ({ key: `Mod-${key}`, preventDefault: true, run: (view: EditorView) => make(view, ACTS[name]!) || true })),
  { key: 'Enter', run: view => make(view, keys.enter) },
];
