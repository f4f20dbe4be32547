// The stage screen and the queue on a phone: the countdown. Everything else on them is live.ts.
import { start } from './countdown';

start();
