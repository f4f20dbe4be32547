// Opens the editors of a page of notes: the shared one (note_together.ts, loaded only where there is something to share), or the simple one.
import { simple } from './note_simple';

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-note]')) {
  if (!form.dataset['socket'] || 'unsaved' in form.dataset || !('WebSocket' in window)) { simple(form); continue; }
  form.dataset['editor'] = 'opening';                              // a long text is not laid out twice; where opening takes longer, the text box shows meanwhile
  window.setTimeout(() => { if (form.dataset['editor'] === 'opening') delete form.dataset['editor']; }, 900);
  let typed = false;                                               // before the shared editor is there
  form.addEventListener('input', () => { typed = true; }, { once: true });
  import('./note_together').then(({ together }) => together(form, () => typed, simple)).catch(() => simple(form, { every: 20 }));
}
