// Pictures into the notes: dropped, pasted or chosen; what they show is asked for; made smaller here where the browser can (phones on bad wifi),
// sent with its progress shown, and put in where the caret was. Nothing is kept of a picture that could not be sent, and that is said.
import { ask } from './note_dialog';
import { alarm, element, murmur } from './say';

const LONGEST = 2000, SMALL_BYTES = 700_000;

export interface Places { url: string; token: string; insert(markdown: string): void; online(): boolean; box: HTMLElement }

/** At most 2,000 pixels a side, as JPEG; the file itself where that cannot be done or does not help. Also a small one to look at. */
async function shrink(file: File): Promise<{ blob: Blob; look: HTMLCanvasElement | null }> {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const draw = (most: number): HTMLCanvasElement => {
      const by = Math.min(1, most / Math.max(bitmap.width, bitmap.height)), canvas = document.createElement('canvas');
      canvas.width = Math.max(1, Math.round(bitmap.width * by)); canvas.height = Math.max(1, Math.round(bitmap.height * by));
      const pen = canvas.getContext('2d')!;
      pen.fillStyle = '#fff'; pen.fillRect(0, 0, canvas.width, canvas.height);                             // JPEG has no transparency
      pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      return canvas;
    };
    const look = draw(480);
    if (file.size <= SMALL_BYTES && Math.max(bitmap.width, bitmap.height) <= LONGEST) return { blob: file, look };
    const blob = await new Promise<Blob | null>(resolve => { draw(LONGEST).toBlob(resolve, 'image/jpeg', .86); });
    return { blob: blob && blob.size < file.size ? blob : file, look };
  } catch { return { blob: file, look: null }; }
}

interface Answer { markdown?: string; error?: { message?: string; field?: string } }

function send(places: Places, blob: Blob, name: string, alt: string, told: (part: number) => void): Promise<{ status: number; said: Answer }> {
  return new Promise(resolve => {
    const body = new FormData();
    body.set('csrf_token', places.token); body.set('alt', alt); body.set('picture', blob, name);
    if (!alt) body.set('decorative', '1');
    const request = new XMLHttpRequest();                           // fetch cannot say how far an upload is
    request.open('POST', places.url);
    request.setRequestHeader('Accept', 'application/json');
    request.timeout = 120_000;
    request.upload.onprogress = event => { if (event.lengthComputable) told(event.loaded / event.total); };
    request.onloadend = () => {
      let said: Answer = {};
      try { said = JSON.parse(request.responseText) as Answer; } catch { /* said by its status */ }
      resolve({ status: request.status, said });
    };
    request.send(body);
  });
}

/** Asks what each picture shows, sends it, and inserts what the server answers. */
export async function bring(places: Places, files: File[]): Promise<void> {
  const pictures = files.filter(file => file.type.startsWith('image/') || /\.(jpe?g|png|gif|webp|heic|heif)$/i.test(file.name));
  if (!pictures.length) { alarm('Only pictures can be put into the notes. Nothing was sent.'); return; }
  for (const file of pictures) {
    if (!places.online()) { alarm('No connection: pictures must wait for it. Nothing of it was kept; choose it again once you are connected.'); return; }
    const { blob, look } = await shrink(file);
    if (look) look.className = 'note-look';
    let alt = '', wrong = '';
    for (;;) {
      const answer = await ask({
        heading: 'Add a picture', yes: 'Add it', body: [...look ? [look] : [file.name], ...wrong ? [element('p', { class: 'error', role: 'alert' }, wrong)] : []],
        fields: [{ name: 'alt', label: 'What does it show?', value: alt, hint: 'Read out to people who cannot see it, and found by search. Write out what stands on the flip chart if it matters. Leave it empty only if it says nothing the notes do not say.' }],
      });
      if (!answer) { murmur('The picture was not added.'); break; }
      alt = answer['alt'] ?? '';
      const bar = element('progress', { max: '1', value: '0', 'aria-label': 'Sending the picture' }) as HTMLProgressElement;
      const line = element('p', { class: 'note-sending' }, 'Sending the picture ', bar);
      places.box.append(line);
      const { status, said } = await send(places, blob, blob === file ? file.name : `${file.name.replace(/\.\w+$/, '')}.jpg`, alt, part => { bar.value = part; });
      line.remove();
      if (status < 300 && said.markdown) { places.insert(said.markdown); murmur('The picture is in the notes.'); break; }
      wrong = said.error?.message ?? (status === 0 ? 'The connection broke off. The picture was not sent; press “Add it” to try again.' : status === 413 ? 'The picture is too large. Nothing was sent.' : 'The server did not take the picture. Try again.');
    }
  }
}
