// Every page: say that scripts run, look after its forms, follow its live regions, mark what is the reader's own, look after a page kept
// for want of a connection, register the service worker.
import * as forms from './forms';
import * as kept from './kept';
import * as live from './live';
import * as mine from './mine';
import * as notices from './notices';
import * as toggle from './toggle';

document.documentElement.classList.add('js');
toggle.start();
notices.start();
forms.start();
kept.start();
mine.start();
live.start();
if ('serviceWorker' in navigator && isSecureContext) navigator.serviceWorker.register('/sw.js').catch(() => { /* pages work without it */ });
