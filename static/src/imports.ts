// The page of an import looks again every second while the file is being read. (The jobs worker reads it, and without
// Redis its nudges do not reach the web process, so this page asks instead of listening.)
import { refresh } from './live';

const region = document.getElementById('reports');

async function look(): Promise<void> {
  if (!region?.querySelector('[data-unfinished]')) return;
  if (!document.hidden) await refresh(region);
  setTimeout(look, 1000);
}
setTimeout(look, 700);
