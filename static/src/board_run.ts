// The page of who runs a board: its timer. What else changes on it is live.ts.
import { start } from './board_clock';

start();
