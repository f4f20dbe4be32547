// The connection of the note editor: y-websocket's provider, and what Folkmoot's server says beyond it (docs/notes-socket.md): fences
// that tell what is stored, what the note allows, and why a connection ended.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { Awareness } from 'y-protocols/awareness';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { DEAD_MS, type Ending, ending, Fences, LATE_MS, wait } from './note_status';

const FENCE = 100, NOTE = 101, QUIET_MS = 150, LONGEST_MS = 900, PROBE_MS = 15000;

/** What the server says of the note: epoch, greatest length in bytes, whether this person may write, until when; how many are here. */
export interface Info { epoch: number; limit: number; can_write: boolean; closes_at: string | null; here?: number }

export interface Hear<T> {
  seen(): T;                                                       // what the notes say just now
  changed(): void;                                                 // something of ready, dirty or late
  stored(seen: T, all: boolean): void;                             // the server has what `seen` says; all: and nothing was typed since
  info(info: Info): void;
  synced(): void;                                                  // the server's text is here, for the first time on this connection
  ended(why: Ending): void;                                        // no connection, and none is sought
  blocked(): void;                                                 // the server answers pages but no socket: the network does not let it through
}

export class Link<T> {
  readonly fences = new Fences<T>();
  readonly awareness: Awareness;
  readonly provider: WebsocketProvider;
  ready = false;
  late = false;
  info: Info | null = null;
  private once = false;                                            // ever connected
  private answered = false;                                        // the server was given what it lacked
  private attempt = 0;
  private probed = 0;
  private timer = 0;
  private firstTyped = 0;
  private readonly watch: number;
  private readonly online = (): void => this.now();

  /** `doc` is shared at `url`; `page` is asked when the socket is refused; `own` tells what did not come from here. */
  constructor(readonly doc: Y.Doc, url: URL, private readonly page: string, private readonly own: (origin: unknown) => boolean, private readonly hear: Hear<T>) {
    const cut = url.href.lastIndexOf('/');
    this.awareness = new Awareness(doc);
    const provider = this.provider = new WebsocketProvider(url.href.slice(0, cut), url.href.slice(cut + 1), doc,
      { connect: false, disableBc: true, awareness: this.awareness, shouldReconnect: event => ending(event.code).kind === 'again' });
    const sync = provider.messageHandlers[0]!;
    provider.messageHandlers[0] = (encoder, decoder, ...rest) => {
      const asks = decoder.arr[decoder.pos] === 0;                 // step 1: the answer, sent once this returns, is what the server lacks
      if (decoder.arr[decoder.pos] === 1 && !doc.store.clients.size) this.whole(decoding.readVarUint8Array(decoding.createDecoder(decoder.arr.subarray(decoder.pos + 1))));
      else sync(encoder, decoder, ...rest);
      if (asks) queueMicrotask(() => { this.answered = true; this.settle(); });
    };
    provider.messageHandlers[FENCE] = (_encoder, decoder) => this.stored(decoding.readVarUint(decoder));
    provider.messageHandlers[NOTE] = (_encoder, decoder) => {
      try { this.info = JSON.parse(decoding.readVarString(decoder)) as Info; } catch { return; }
      this.hear.info(this.info);
    };
    doc.on('update', (_update: Uint8Array, origin: unknown) => { if (origin !== provider && this.own(origin)) this.typed(); });
    provider.on('sync', (synced: boolean) => { if (synced) { this.once = true; this.hear.synced(); this.settle(); } });
    provider.on('connection-close', (event: CloseEvent | null) => this.closed(event));
    provider.on('closed', ({ code }: { code: number }) => this.end(ending(code, this.over)));
    this.watch = window.setInterval(() => this.look(), 1000);
    window.addEventListener('online', this.online);
    document.addEventListener('visibilitychange', this.online);
  }

  /** Whether writing has ended by this device's clock. */
  get over(): boolean { return !!this.info?.closes_at && Date.parse(this.info.closes_at) <= Date.now() + 2000; }

  connect(): void { this.provider.connect(); }

  destroy(): void {
    clearInterval(this.watch); clearTimeout(this.timer);
    window.removeEventListener('online', this.online);
    document.removeEventListener('visibilitychange', this.online);
    this.provider.destroy();
    this.awareness.destroy();
  }

  /** Connects at once instead of after the wait, where there is no connection. */
  now(): void {
    const { provider } = this;
    if (document.hidden || !provider.shouldConnect || provider.ws) return;
    this.attempt = 0;
    provider.shouldConnect = false;                                 // so that the waiting attempt finds nothing to do
    provider.connect();
  }

  /** Closes a connection that says nothing, and makes another. */
  private renew(): void {
    if (!this.provider.shouldConnect) return;
    this.provider.disconnect();
    this.provider.connect();
  }

  /** Sends a fence soon, as one is owed for what was typed. */
  fence(): void {
    if (!this.ready || this.fences.covered) return;
    const quiet = Math.max(0, Math.min(QUIET_MS, this.firstTyped + LONGEST_MS - Date.now()));
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.send(), quiet);
  }

  /** Sends a fence now. */
  send(): void {
    clearTimeout(this.timer);
    const { ws } = this.provider;
    if (!this.ready || ws?.readyState !== WebSocket.OPEN) return;
    this.firstTyped = 0;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, FENCE);
    encoding.writeVarUint(encoder, this.fences.next(Date.now(), this.hear.seen()));
    ws.send(encoding.toUint8Array(encoder) as Uint8Array<ArrayBuffer>);
  }

  /** The whole document, of which nothing was here. Y would write it out once more for those who wait for updates; they are given what came. */
  private whole(update: Uint8Array): void {
    const { doc, provider } = this, waiting = doc._observers.get('update');
    if (waiting) doc._observers.delete('update');
    try { Y.applyUpdate(doc, update, provider); } finally { if (waiting) doc._observers.set('update', waiting); }
    for (const tell of [...waiting ?? []]) tell(update, provider, doc);
    provider.synced = true;
  }

  private typed(): void {
    this.fences.change();
    this.firstTyped ||= Date.now();
    this.fence();
    this.hear.changed();
  }

  private settle(): void {
    if (this.ready || !this.answered || !this.provider.synced) return;
    this.ready = true; this.attempt = 0;
    this.send();
    this.hear.changed();
  }

  private stored(n: number): void {
    const done = this.fences.answer(n);
    this.late = false;
    if (done) this.hear.stored(done.seen, !this.fences.dirty);
    this.hear.changed();
  }

  private look(): void {
    const waiting = this.fences.waiting(Date.now()), late = waiting > LATE_MS;
    if (late !== this.late) { this.late = late; this.hear.changed(); }
    if (waiting > DEAD_MS) this.renew();
  }

  private closed(event: CloseEvent | null): void {
    const { provider } = this, code = event?.code ?? 0;
    this.ready = this.answered = this.late = false;
    this.fences.lost();
    provider.wsUnsuccessfulReconnects = 30;                         // so that the wait is the one given here
    provider.maxBackoffTime = event ? wait(this.attempt++, code) : 0;
    this.hear.changed();
    if (event && !provider.wsconnected && !provider.synced && this.attempt > 1 && Date.now() - this.probed > PROBE_MS * Number(this.once)) void this.probe();
  }

  /** The socket cannot be opened: asks for the page, whose answer tells a refusal from a lost connection. */
  private async probe(): Promise<void> {
    this.probed = Date.now();
    const answer = await fetch(this.page, { headers: { Accept: 'application/json' }, redirect: 'manual', cache: 'no-store' }).catch(() => null);
    if (!answer || this.ready) return;
    const status = answer.type === 'opaqueredirect' ? 401 : answer.status;
    if ([401, 403, 404].includes(status)) { this.provider.disconnect(); this.end(ending(status, this.over)); }
    else if (answer.ok && this.attempt >= 3) this.hear.blocked();
  }

  private end(why: Ending): void {
    this.ready = false;
    this.hear.ended(why);
  }
}
