// The unmodified y-websocket provider against a running site: `node reference.mjs <ws address> <session> <cookie A> <cookie B>`.
// Two editors, one of them away for a while; prints what both have at the end, as JSON.
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

const [address, session, ...cookies] = process.argv.slice(2)
const deadline = setTimeout(() => { console.error('too slow'); process.exit(1) }, 40_000)

function editor(cookie) {
  class WithCookie extends WebSocket { constructor(url) { super(url, { headers: { Cookie: `folkmoot=${cookie}` } }) } }
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(address, session, doc, { WebSocketPolyfill: WithCookie, disableBc: true })
  return { doc, provider, text: doc.getText('text') }
}

const until = async (true_) => { while (!true_()) await new Promise((done) => setTimeout(done, 20)) }

const [ada, ben] = cookies.map(editor)
await until(() => ada.provider.synced && ben.provider.synced)
ada.text.insert(0, 'Ada 😀 ')
await until(() => ben.text.toString().startsWith('Ada'))
ben.provider.disconnect()
ben.text.insert(0, 'offline ')
ada.text.insert(0, 'meanwhile ')
ben.provider.connect()
await until(() => ada.text.toString().includes('offline') && ben.text.toString() === ada.text.toString())
ada.provider.awareness.setLocalStateField('user', { name: 'somebody else', color: '#000000' })
await new Promise((done) => setTimeout(done, 300))
const people = [...ben.provider.awareness.getStates().keys()].length
const seconds = Number(process.env.SILENT ?? 0)
let closed = 0
ada.provider.on('connection-close', () => { closed += 1 })
if (seconds) {  // a silent reader stays connected
  clearTimeout(deadline)
  await new Promise((done) => setTimeout(done, seconds * 1000))
}
console.log(JSON.stringify({ ada: ada.text.toString(), ben: ben.text.toString(), people, closed }))
process.exit(0)
