// The page of a board: live for everybody in the room, and everything on it by pointer, touch, keyboard and single taps.
import * as add from './board_add';
import { takeBack } from './board_ask';
import * as clock from './board_clock';
import * as delta from './board_delta';
import * as dialogs from './board_dialogs';
import { board } from './board_dom';
import * as drag from './board_drag';
import * as edit from './board_edit';
import * as stages from './board_stages';
import * as votes from './board_votes';

clock.start();
if (board) {
  delta.start();
  drag.listen(dialogs.go);
  dialogs.listen();
  votes.listen();
  add.listen();
  edit.listen();
  stages.listen();
  delta.whenChanged(votes.tellLeft);
  document.addEventListener('keydown', event => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== 'z' || event.isComposing) return;
    if ((event.target as Element).closest?.('input, textarea, select, dialog[open]')) return;                          // there it undoes typing
    event.preventDefault();
    void takeBack();
  });
}

const hall = document.getElementById('hall');
/** Letters that can be read across a hall, for as long as this tab is open. */
function large(on: boolean): void {
  board?.classList.toggle('hall', on);
  hall?.setAttribute('aria-pressed', String(on));
  try { sessionStorage.setItem('folkmoot:hall', on ? '1' : ''); } catch { /* only until the page is left */ }
}
hall?.addEventListener('click', () => large(hall.getAttribute('aria-pressed') !== 'true'));
try { if (sessionStorage.getItem('folkmoot:hall')) large(true); } catch { /* nothing is kept here */ }
