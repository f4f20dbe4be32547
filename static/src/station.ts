// The pitching station. Taking down: Enter goes from the title to the name and from there saves, and the cursor is back in
// the title at once, whatever the network does (outbox.ts). Running the stage: forms are sent in the background, and while
// the box with the controls has the focus it has keys of its own (only then, so that no key acts while somebody types).
import { refresh } from './live';
import { Outbox, type Fields, type Told, type Unsent } from './outbox';
import { alarm, announce, element, murmur } from './say';

const form = document.querySelector<HTMLFormElement>('#take');
const region = document.querySelector<HTMLElement>('.running[data-live]');
const title = form?.elements.namedItem('title') as HTMLInputElement | null;
const name = form?.elements.namedItem('name') as HTMLInputElement | null;
const controls = (): HTMLElement | null => document.getElementById('controls');

// ---- taking down ---------------------------------------------------------------------------------------------------

const field = (key: string): HTMLInputElement | null => form?.elements.namedItem(key) as HTMLInputElement | null;
const newKey = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('');

function said(told: Told): void {
  const box = document.getElementById('taken');
  if (!box) return;
  box.replaceChildren(told.message);
  if (told.alike?.length) box.append(` Looks like ${told.alike.map(other => `“${other}”`).join(' and ')}. `, element('a', { href: told.url, target: '_blank' }, 'Compare'));
}

function showUnsent(outbox: Outbox): void {
  const box = document.getElementById('unsent'), words = document.getElementById('unsent-words'), list = document.getElementById('unsent-list');
  if (!box || !words || !list) return;
  const refused = outbox.items.filter(one => one.problem), waiting = outbox.items.length - refused.length;
  const show = refused.length > 0 || (waiting > 0 && outbox.why !== '');
  box.hidden = !show;
  const kept = outbox.kept ? 'It is kept on this device and sent again by itself; nothing counts twice.' : 'This device keeps nothing, so leave this page open: it is sent again by itself.';
  const text = !show ? '' : waiting ? `${waiting} not sent yet. ${outbox.why} ${kept}` : 'The server did not take this:';
  if (words.textContent !== text) words.textContent = text;
  list.replaceChildren(...outbox.items.map(one => {
    const item = element('li', {}, `“${one.fields['title'] ?? ''}”, ${one.fields['name'] ?? ''}. ${one.problem ?? ''} `);
    if (one.problem) item.append(button('Change it', () => putBack(outbox, one)), button('Let it go', () => outbox.drop(one.key)));
    return item;
  }));
}

function button(label: string, act: () => void): HTMLElement {
  const el = element('button', { type: 'button', class: 'btn text sm' }, label);
  el.addEventListener('click', act);
  return el;
}

function putBack(outbox: Outbox, one: Unsent): void {
  for (const [key, value] of Object.entries(one.fields)) { const box = field(key); if (box) box.value = value; }
  outbox.drop(one.key);
  title?.focus();
}

function complain(box: HTMLInputElement, words: string): void {
  box.setCustomValidity(words);
  box.reportValidity();
  box.addEventListener('input', () => box.setCustomValidity(''), { once: true });
  box.focus();
}

function takeDown(outbox: Outbox): void {
  if (!form || !title || !name) return;
  title.value = title.value.trim(); name.value = name.value.trim();
  if (!title.value) return complain(title, 'Give it a title.');
  if (!name.value) return complain(name, 'Say who pitches it.');
  const fields: Fields = {};
  for (const [key, value] of new FormData(form)) if (typeof value === 'string' && !['key', 'csrf_token'].includes(key)) fields[key] = value;
  outbox.add({ key: newKey(), fields });
  for (const key of ['title', 'name', 'about']) { const box = field(key); if (box) box.value = ''; }
  const topic = field('topic') as unknown as HTMLSelectElement | null;
  if (topic) topic.selectedIndex = 0;
  form.querySelectorAll('.error').forEach(el => el.remove());
  form.dispatchEvent(new Event('cleared'));                                                // before.ts
  title.focus();
}

function takingDown(): void {
  if (!form || !title || !name) return;
  const outbox: Outbox = new Outbox(`station-${form.dataset['station'] ?? ''}`, form.action, field('csrf_token')?.value ?? '',
    () => showUnsent(outbox),
    (_one, told) => { said(told); if (region) void refresh(region); });
  form.addEventListener('submit', event => { event.preventDefault(); takeDown(outbox); });
  title.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (title.value.trim()) name.focus(); else complain(title, 'Give it a title.');
  });
  form.addEventListener('keydown', event => {
    if (event.key === 'Escape' && !event.isComposing && !event.defaultPrevented) { event.preventDefault(); controls()?.focus(); }
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); takeDown(outbox); }
  });
  void outbox.flush();
  showUnsent(outbox);
}

// ---- running the stage ---------------------------------------------------------------------------------------------

const sending = new WeakSet<HTMLFormElement>();

/** Sends a form of the region in the background; what the server says is told, and the region is fetched again. */
async function send(quick: HTMLFormElement): Promise<void> {
  const hands = quick.querySelector<HTMLInputElement>('[name="hands"]');
  if (hands && !hands.value.trim() && !hands.defaultValue) return;
  const body = new URLSearchParams(new FormData(quick) as unknown as Record<string, string>);
  const answer = await fetch(quick.action, { method: 'POST', headers: { Accept: 'application/json' }, body }).catch(() => null);
  const told = await answer?.json().catch(() => null) as { message?: string; error?: { message: string } } | null | undefined;
  if (answer?.ok && told?.message) {
    for (const box of quick.querySelectorAll<HTMLInputElement>('.input')) box.defaultValue = box.value;          // sent: the next refresh may replace it
    murmur(told.message);
  } else alarm(told?.error?.message ?? 'No answer from the server. Nothing was changed: try again.');
  if (region) await refresh(region);
}

function runningForms(): void {
  document.addEventListener('submit', event => {
    const quick = event.target as HTMLFormElement;
    if (!('quick' in quick.dataset)) return;
    event.preventDefault();
    if (sending.has(quick)) return;
    sending.add(quick);
    const inControls = !!quick.closest('#controls');
    void send(quick).finally(() => {
      sending.delete(quick);
      // A number was noted, or the button that was pressed is gone: the box with the keys has the focus again.
      if (inControls && (quick.dataset['quick'] === 'hands' || document.activeElement === document.body)) controls()?.focus();
    });
  }, true);
  document.addEventListener('click', event => {                                            // after a click, Space should start the countdown and not press again
    const at = (event.target as Element).closest?.('#controls button');
    if (at && event.detail > 0) controls()?.focus();
  });
}

const KEYS: Record<string, string> = { n: 'next', arrowright: 'next', s: 'skip', z: 'undo' };

function press(what: string): void {
  const found = controls()?.querySelector<HTMLButtonElement>(`button[data-do="${what}"]`);
  if (found) found.form?.requestSubmit(found); else announce(what === 'next' ? 'Nobody is waiting.' : 'There is nothing to do that with.');
}

function keys(): void {
  document.addEventListener('keydown', event => {
    const box = controls(), at = event.target as HTMLElement;
    if (!box?.contains(at) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = at instanceof HTMLInputElement;
    const key = event.key.toLowerCase();
    if (typing) {
      if (key === 'escape') { event.preventDefault(); box.focus(); }
      return;
    }
    if (event.repeat) return;                                                              // a key held down is not ten people called up
    const what = KEYS[key];
    if (what) { event.preventDefault(); press(what); }
    else if (key === ' ' && at === box) { event.preventDefault(); press(box.querySelector('button[data-do="stop"]') ? 'stop' : 'start'); }
    else if (key === 't' || key === 'escape') { event.preventDefault(); title?.focus(); }
    else if (/^[0-9]$/.test(key)) {
      const hands = box.querySelector<HTMLInputElement>('[data-hands]');
      if (!hands) return;
      event.preventDefault();
      hands.focus();
      hands.value = key;
      hands.dispatchEvent(new Event('input', { bubbles: true }));
    }
  });
}

takingDown();
runningForms();
keys();
