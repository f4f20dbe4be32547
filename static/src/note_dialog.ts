// A dialogue of the note editor: a heading, words, fields, and what to do. Resolves with the fields' values, or null when it was left.
import { element } from './say';

export interface Field { name: string; label: string; hint?: string; type?: string; value?: string; required?: string }     // required: what is said when it is empty
interface Asked { heading: string; body?: (Node | string)[]; fields?: Field[]; yes: string; danger?: boolean }

let count = 0;

export function ask({ heading, body = [], fields = [], yes, danger }: Asked): Promise<Record<string, string> | null> {
  return new Promise(resolve => {
    const id = `ask-${++count}`, before = document.activeElement;
    const inputs = fields.map((f, i) => element('input', { class: 'input', id: `${id}-${i}`, name: f.name, type: f.type ?? 'text', autocomplete: 'off', value: f.value ?? '', ...f.hint ? { 'aria-describedby': `${id}-${i}-hint` } : {} }) as HTMLInputElement);
    const rows = fields.map((f, i) => element('div', { class: 'field' }, element('label', { for: `${id}-${i}` }, f.label),
      ...f.hint ? [element('p', { class: 'hint', id: `${id}-${i}-hint` }, f.hint)] : [], element('p', { class: 'error', id: `${id}-${i}-error`, hidden: '' }), inputs[i]!));
    const go = element('button', { class: `btn${danger ? ' danger' : ''}`, value: 'yes' }, yes), no = element('button', { class: 'btn quiet', type: 'button' }, 'Cancel');
    const form = element('form', { class: 'inner', method: 'dialog', novalidate: '' }, element('h2', { id }, heading),
      ...body.map(part => typeof part === 'string' ? element('p', {}, part) : part), ...rows, element('div', { class: 'actions' }, go, no)) as HTMLFormElement;
    const dialog = element('dialog', { 'aria-labelledby': id, class: 'note-dialog' }, form) as HTMLDialogElement;
    let answer: Record<string, string> | null = null;
    form.addEventListener('submit', event => {
      for (const [i, f] of fields.entries()) {
        const input = inputs[i]!, error = form.querySelector<HTMLElement>(`#${id}-${i}-error`)!, bad = !!f.required && !input.value.trim();
        error.hidden = !bad; error.textContent = bad ? f.required! : '';
        input.toggleAttribute('aria-invalid', bad);
        if (bad) { event.preventDefault(); input.setAttribute('aria-invalid', 'true'); input.setAttribute('aria-describedby', error.id); input.focus(); return; }
      }
      answer = Object.fromEntries(inputs.map(input => [input.name, input.value.trim()]));
    });
    no.addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => { dialog.remove(); if (before instanceof HTMLElement) before.focus({ preventScroll: true }); resolve(answer); });
    document.body.append(dialog);
    dialog.showModal();
    (inputs[0] ?? (danger ? no : go)).focus();
  });
}
