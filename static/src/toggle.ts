// A button that stays pressed, such as "I'm interested": sent in the background, so that somebody who goes through sixty
// pitches keeps their place. <form data-toggle="pitch-3"> with a hidden `on` (what to ask for next) and a button with
// aria-pressed; the answer is {interested, count}. Whatever goes wrong, the form is sent the ordinary way.

const sending = new WeakSet<HTMLFormElement>();

async function press(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>('button[aria-pressed]');
  const on = form.querySelector<HTMLInputElement>('input[name="on"]');
  if (!button || !on) { form.submit(); return; }
  const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  const answer = await fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' }, body }).catch(() => null);
  const said = answer?.ok && !answer.redirected ? await answer.json().catch(() => null) as { interested: boolean; count: number | null; used?: number } | null : null;
  if (!said) { form.submit(); return; }
  button.setAttribute('aria-pressed', String(said.interested));
  on.value = said.interested ? '0' : '1';
  const key = form.dataset['toggle'] ?? '';
  document.getElementById(key)?.classList.toggle('mine', said.interested);
  if (said.used !== undefined) document.querySelectorAll('[data-marks-used]').forEach(el => { el.textContent = String(said.used); });
  if (said.count !== null) document.querySelectorAll(`[data-count-of="${CSS.escape(key)}"]`).forEach(el => { el.textContent = String(said.count); });
}

/** Start before `forms`, which would otherwise take the press for a page load. */
export function start(): void {
  document.addEventListener('submit', event => {
    const form = event.target as HTMLFormElement;
    if (!('toggle' in form.dataset)) return;
    event.preventDefault();
    if (sending.has(form)) return;
    sending.add(form);
    void press(form).finally(() => sending.delete(form));
  });
}
