// Telling people what happened: a toast everybody sees (and screen readers read), or words for screen readers only.

const timers = new WeakMap<Element, number>();

function put(id: string, text: string, ms: number): void {
  const box = document.getElementById(id);
  if (!box) return;
  box.textContent = '';                                                            // so that the same words twice are read twice
  requestAnimationFrame(() => requestAnimationFrame(() => { box.textContent = text; }));
  clearTimeout(timers.get(box));
  if (ms) timers.set(box, window.setTimeout(() => { box.textContent = ''; }, ms));
}

/** Shows `text` for a few seconds; read out when the reader pauses. */
export const toast = (text: string): void => put('toast', text, 7000);
/** Takes away what `toast` shows, where something else is to be shown in its place. */
export const hush = (): void => put('toast', '', 0);
/** Shows a failure, longer, and has it read out at once. */
export const alarm = (text: string): void => put('toast-alert', text, 15000);
/** Has `text` read out when the reader pauses; nothing is shown. */
export const murmur = (text: string): void => put('murmur', text, 0);
/** Has `text` read out at once; nothing is shown. For each step of a keyboard drag. */
export const announce = (text: string): void => put('announce', text, 0);

/** `element('a', {href: '/x'}, 'words')`. Text is always text, never HTML. */
export function element(name: string, attributes: Record<string, string>, ...children: (Node | string)[]): HTMLElement {
  const el = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) el.setAttribute(key, value);
  el.append(...children);
  return el;
}
