// Every page: say that scripts run, look after its forms, follow its live regions, register the service worker.
import * as forms from './forms';
import * as live from './live';
import * as toggle from './toggle';

document.documentElement.classList.add('js');
toggle.start();
forms.start();
live.start();
if ('serviceWorker' in navigator && isSecureContext) navigator.serviceWorker.register('/sw.js').catch(() => { /* pages work without it */ });
