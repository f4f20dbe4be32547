// What is the reader's own on the grid. The fragment that open pages fetch after a change is the same for everybody and is
// fetched without cookies (app/web/unasked.py), so the page marks in it which sessions are in the reader's day: the region
// carries the ids of the pitches they lead or marked (data-mine), and up to which pitch that is known (data-known). It asks
// anew (data-mine-at) when a newer pitch is on the grid, as after a merge, and when the reader comes back to the page.
const waiting = new Map<HTMLElement, number>();

const sessionsIn = (root: ParentNode): HTMLElement[] => [...root.querySelectorAll<HTMLElement>('.cell[data-pitch]')];

/** Marks the sessions in `root` that are in the day of the reader of `region`, and no other. */
export function mark(root: ParentNode, region: HTMLElement): void {
  if (region.dataset['mine'] === undefined) return;
  const own = new Set(region.dataset['mine'].split(' '));
  const sign = document.querySelector<HTMLTemplateElement>('#mine-sign')?.content.firstElementChild;
  for (const cell of sessionsIn(root)) {
    const mine = own.has(cell.dataset['pitch'] ?? ''), there = cell.querySelector('.mark-mine');
    cell.classList.toggle('mine', mine);
    if (!mine) there?.remove();
    else if (!there && sign) cell.append(sign.cloneNode(true));
  }
}

async function learn(region: HTMLElement): Promise<void> {
  const answer = await fetch(region.dataset['mineAt'] ?? '', { headers: { Accept: 'application/json' } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;                                       // the next look will say
  const { mine, known } = await answer.json() as { mine: number[]; known: number };
  region.dataset['mine'] = mine.join(' ');
  region.dataset['known'] = String(known);
  mark(region, region);
}

/** Learns within `spread` milliseconds what is the reader's own by now: not all pages in the same moment. */
function learnSoon(region: HTMLElement, spread: number): void {
  if (waiting.has(region)) return;
  waiting.set(region, window.setTimeout(() => { waiting.delete(region); void learn(region); }, Math.random() * spread));
}

/** Follows the regions of this page that are fetched without cookies and have marks of the reader's own. */
export function start(): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-shared][data-mine]')];
  for (const region of regions) {
    mark(region, region);                                                             // a kept page may hold a fragment without marks
    region.addEventListener('refreshed', () => {
      if (sessionsIn(region).some(cell => Number(cell.dataset['pitch']) > Number(region.dataset['known']))) learnSoon(region, 5000);
    });
  }
  document.addEventListener('visibilitychange', () => { if (!document.hidden) regions.forEach(region => learnSoon(region, 500)); });
  window.addEventListener('pageshow', event => { if (event.persisted) regions.forEach(region => learnSoon(region, 0)); });
}
