// "Off the record": a passage is chosen, and after a question that says what it does the server takes it out everywhere.
import { ask } from './note_dialog';
import { alarm, element, toast } from './say';

interface Asked { form: HTMLFormElement; url: string; passage: string; stored(): Promise<boolean> }

/** Asks, then has the server take `passage` out. What follows (all editors begin anew) comes over the socket. */
export async function offTheRecord({ form, url, passage, stored }: Asked): Promise<void> {
  if (!passage.trim()) { alarm('Select the words that are to be off the record first.'); return; }
  const shown = passage.length > 600 ? `${passage.slice(0, 600)}…` : passage;
  const sure = await ask({
    heading: 'Take this off the record?', yes: 'Take it off the record', danger: true,
    body: [element('blockquote', { class: 'note-passage' }, shown),
      'It is taken out of these notes and out of everything kept of them: earlier versions, history and search. Nobody can bring it back, and everybody’s changes are kept as one. That something was taken out is shown, not what it said.',
      'Copies somebody has made elsewhere are not reached.'],
  });
  if (!sure) return;
  if (!await stored()) { alarm('Not done: the notes could not be saved first. Nothing was changed. Try again once you are connected.'); return; }
  const body = new URLSearchParams({ csrf_token: form.querySelector<HTMLInputElement>('[name="csrf_token"]')?.value ?? '', passage });
  const answer = await fetch(url, { method: 'POST', headers: { Accept: 'application/json' }, body }).catch(() => null);
  const said = await answer?.json().catch(() => null) as { error?: { message?: string }; message?: string } | null;
  if (answer?.ok && !said?.error) toast(said?.message ?? 'It is off the record.');
  else alarm(said?.error?.message ?? 'Not done: the server did not answer. Nothing was changed.');
}
