// What is pasted from Word, Google Docs or a web page, as clean Markdown: headings, lists, bold, italic, links, tables; no styles, no tracking
// links, nothing that runs. Works on the nodes of a parsed document (DOMParser runs no scripts and fetches nothing); pure otherwise.

/** The few things of a DOM node that are needed. */
export interface Node_ { nodeType: number; nodeName: string; nodeValue: string | null; childNodes: ArrayLike<Node_>; getAttribute?(name: string): string | null }

const SKIP = new Set(['SCRIPT', 'STYLE', 'HEAD', 'TITLE', 'META', 'LINK', 'TEMPLATE', 'NOSCRIPT', 'IFRAME', 'OBJECT', 'SVG', 'MATH', 'BUTTON', 'INPUT', 'SELECT', 'TEXTAREA', 'XML']);
const BLOCK = new Set(['P', 'DIV', 'SECTION', 'ARTICLE', 'HEADER', 'FOOTER', 'MAIN', 'ASIDE', 'NAV', 'UL', 'OL', 'LI', 'TABLE', 'BLOCKQUOTE', 'PRE', 'HR', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'DL', 'DT', 'DD', 'FIGURE', 'FIGCAPTION', 'FORM', 'ADDRESS', 'CENTER', 'DETAILS', 'SUMMARY', 'BODY', 'HTML']);
const TRACKING = /^(utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_hs(enc|mi)|vero_\w+|oly_\w+_id|wickedid|s_cid|mkt_tok|ved|ei|usg|sca_esv|si)$/i;
const DEEP = 60;

/** The same HTML with its styles and handlers as mere data: the page's policy would stop and report them, though nothing of it is ever shown. */
export const inert = (html: string): string => html.replace(/<[a-z][^>]*>/gi, tag => tag.replace(/\s(style|on[a-z]+)(?=\s*=)/gi, ' data-$1'));

const kids = (node: Node_): Node_[] => Array.from(node.childNodes);
const attribute = (node: Node_, name: string): string => node.getAttribute?.(name) ?? '';
const style = (node: Node_, name: string): string => new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]+)`, 'i').exec(attribute(node, 'data-style') || attribute(node, 'style'))?.[1]?.trim().toLowerCase() ?? '';
const textIn = (node: Node_): string => node.nodeType === 3 ? node.nodeValue ?? '' : kids(node).map(textIn).join('');

/** The address a link really leads to, or '' for one that must not be kept. */
export function cleanLink(href: string): string {
  let url: URL;
  try { url = new URL(href.trim()); } catch { return ''; }
  for (let i = 0; i < 3; i++) {                                     // what wraps links to count who follows them
    const inner = /(^|\.)google\.[a-z.]+$/.test(url.hostname) && url.pathname === '/url' ? url.searchParams.get('q') ?? url.searchParams.get('url')
      : /\.safelinks\.protection\.outlook\.com$/.test(url.hostname) ? url.searchParams.get('url')
        : /(^|\.)(l|lm)\.facebook\.com$/.test(url.hostname) && url.pathname === '/l.php' ? url.searchParams.get('u') : null;
    if (!inner) break;
    try { url = new URL(inner); } catch { return ''; }
  }
  if (!['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol)) return '';
  const drop = [...url.searchParams.keys()].filter(key => TRACKING.test(key));
  drop.forEach(key => url.searchParams.delete(key));
  const plain = url.href === `${href.trim()}/` ? href.trim() : url.href;
  return plain.replace(/[()\s<>]/g, c => `%${c.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`);
}

/** Text that says the same in Markdown. Only what would be read as a sign gets a backslash. */
export const escape = (text: string): string => text
  .replace(/\\(?=[\\`*_{}[\]()#+\-.!|<>~])/g, '\\\\').replace(/`/g, '\\`').replace(/\*(?=\S)|(?<=\S)\*/g, '\\*')
  .replace(/(?<![\p{L}\p{N}])_(?=\S)|(?<=\S)_(?![\p{L}\p{N}])/gu, '\\_').replace(/<(?=[a-z/!?])/gi, '\\<').replace(/\[(?=[^\]]*\]\()/g, '\\[').replace(/~~/g, '\\~~');
const escapeStart = (line: string): string => line.replace(/^(\s*)(#{1,6}(?= )|[-+*](?= )|>|={3,}$|-{3,}$)/, '$1\\$2').replace(/^(\s*\d{1,9})([.)])(?= )/, '$1\\$2');

interface Marks { bold: boolean; italic: boolean; strike: boolean; code: boolean; link: string }
type Run = Marks & { text: string };
const PLAIN: Marks = { bold: false, italic: false, strike: false, code: false, link: '' };

/** What marks an element sets, on top of those around it. */
function marksOf(node: Node_, around: Marks): Marks {
  const name = node.nodeName.toUpperCase(), weight = style(node, 'font-weight'), slant = style(node, 'font-style');
  const bold = weight ? /^(bold|bolder|[6-9]\d\d)/.test(weight) : name === 'B' || name === 'STRONG' || around.bold;
  const italic = slant ? /^(italic|oblique)/.test(slant) : name === 'I' || name === 'EM' || name === 'CITE' || around.italic;
  const strike = name === 'S' || name === 'DEL' || name === 'STRIKE' || /line-through/.test(style(node, 'text-decoration') + style(node, 'text-decoration-line')) || around.strike;
  const code = ['CODE', 'KBD', 'SAMP', 'TT'].includes(name) || around.code;
  return { bold, italic, strike, code, link: name === 'A' ? cleanLink(attribute(node, 'href')) || around.link : around.link };
}

const hidden = (node: Node_): boolean => style(node, 'display') === 'none' || style(node, 'visibility') === 'hidden' || style(node, 'mso-hide') === 'all';

function runs(node: Node_, marks: Marks, out: Run[], depth: number): void {
  if (node.nodeType === 3) { out.push({ ...marks, text: (node.nodeValue ?? '').replace(/[ \t\r\n\f]+/g, ' ').replace(/\u00a0/g, ' ').replace(/[\u200b\u2060\ufeff]/g, '') }); return; }
  if (node.nodeType !== 1 || SKIP.has(node.nodeName.toUpperCase()) || hidden(node) || depth > DEEP) return;
  if (/ignore/.test(style(node, 'mso-list'))) return;               // Word's bullets are text of their own
  if (node.nodeName.toUpperCase() === 'BR') { out.push({ ...PLAIN, text: '\n' }); return; }
  const inside = marksOf(node, marks);
  for (const kid of kids(node)) runs(kid, inside, out, depth + 1);
}

const same = (a: Run, b: Run): boolean => a.bold === b.bold && a.italic === b.italic && a.strike === b.strike && a.code === b.code && a.link === b.link;

/** Runs of text as one line of Markdown; line breaks inside stay. `loud`: the block is bold by itself (a heading). */
function inline(some: Run[], loud = false): string {
  const joined: Run[] = [];
  for (const run of some.map(r => loud ? { ...r, bold: false } : r)) {
    const last = joined.at(-1);
    if (last && (same(last, run) || (!run.text.trim() && run.text !== '\n' && last.text !== '\n'))) last.text += run.text; else if (run.text) joined.push({ ...run });
  }
  const parts: string[] = [];
  for (let i = 0; i < joined.length;) {                             // what shares a link is inside one pair of brackets
    const { link } = joined[i]!;
    const start = i;
    while (i < joined.length && joined[i]!.link === link) i++;
    const words = joined.slice(start, i).map(run => dress(run)).join('');
    if (!link || !words.trim()) { parts.push(words); continue; }
    const [, lead = '', core = '', tail = ''] = /^(\s*)([^]*?)(\s*)$/.exec(words) ?? [];
    const bare = joined.slice(start, i).map(run => run.text).join('').trim();
    parts.push(lead + (bare === link || `mailto:${bare}` === link || `${bare}/` === link ? `<${link.replace(/^mailto:/, '')}>` : `[${core.replace(/\n/g, ' ')}](${link})`) + tail);
  }
  return parts.join('').replace(/ *\n */g, '\n').replace(/ {2,}/g, ' ').trim();
}

function dress(run: Run): string {
  const [, lead = '', core = '', tail = ''] = /^(\s*)([^]*?)(\s*)$/.exec(run.text) ?? [];
  if (!core) return run.text;
  if (run.code) return `${lead}${core.includes('`') ? '`` ' + core + ' ``' : '`' + core + '`'}${tail}`;
  const sign = (run.bold ? '**' : '') + (run.italic ? '*' : '');
  const open = (run.strike ? '~~' : '') + sign, shut = [...sign].reverse().join('') + (run.strike ? '~~' : '');
  return lead + open + escape(core) + shut + tail;
}

interface Block { kind: 'text' | 'item' | 'raw'; text: string; level: number; marker: string; list: number }

class Writer {
  readonly blocks: Block[] = [];
  pictures = 0;
  private lists = 0;

  walk(node: Node_, level: number, marks: Marks, depth = 0): void {
    let loose: Run[] = [];
    const flush = (): void => { const text = inline(loose); loose = []; if (text) this.add('text', text.split('\n').map(escapeStart).join('\n'), level); };
    for (const kid of kids(node)) {
      const name = kid.nodeName.toUpperCase();
      if (kid.nodeType === 1 && (SKIP.has(name) || hidden(kid) || depth > DEEP)) continue;
      if (name === 'IMG') { this.pictures += 1; continue; }
      if (kid.nodeType === 1 && (BLOCK.has(name) || kids(kid).some(inner => this.holdsBlock(inner, depth)))) { flush(); this.block(kid, name, level, marksOf(kid, marks), depth + 1); }
      else runs(kid, marks, loose, depth + 1);
    }
    flush();
  }

  private holdsBlock(node: Node_, depth: number): boolean {
    return node.nodeType === 1 && (BLOCK.has(node.nodeName.toUpperCase()) || (depth < DEEP && kids(node).some(kid => this.holdsBlock(kid, depth + 1))));
  }

  private block(node: Node_, name: string, level: number, marks: Marks, depth: number): void {
    const kind = attribute(node, 'class');
    const heading = /^H([1-6])$/.exec(name)?.[1] ?? (/\bMsoTitle\b/.test(kind) ? '1' : /\bMsoHeading(\d)/.exec(kind)?.[1]);
    if (heading) { const text = inline(collect(node, { ...marks, bold: false }), true).replace(/\n+/g, ' '); if (text) this.add('text', `${'#'.repeat(Math.min(6, Math.max(2, Number(heading))))} ${text}`, 0); return; }
    const word = /\blevel(\d)/.exec(style(node, 'mso-list'));
    if (name === 'P' && word) { this.wordItem(node, Number(word[1]), marks); return; }
    if (name === 'UL' || name === 'OL') { this.list(node, name === 'OL', level, marks, depth); return; }
    if (name === 'TABLE') { this.table(node); return; }
    if (name === 'HR') { this.add('raw', '---', 0); return; }
    if (name === 'PRE') { const text = textIn(node).replace(/\n+$/, ''); this.add('raw', `\`\`\`\n${text}\n\`\`\``, 0); return; }
    if (name === 'BLOCKQUOTE') {
      const inner = new Writer();
      inner.walk(node, 0, marks, depth);
      this.pictures += inner.pictures;
      const text = inner.toString();
      if (text) this.add('raw', text.split('\n').map(line => `> ${line}`.trimEnd()).join('\n'), 0);
      return;
    }
    this.walk(node, level, marks, depth);
  }

  /** Word writes items of lists as paragraphs that say at what level they are; the bullet is text in an element of its own. */
  private wordItem(node: Node_, level: number, marks: Marks): void {
    const sign = kids(node).map(kid => ignored(kid)).join('').trim(), last = this.blocks.at(-1);
    const text = inline(collect(node, marks)).replace(/\n+/g, ' ');
    if (text) this.add('item', text, level - 1, /^\(?[\da-z]{1,4}[.)]/i.test(sign) ? '1.' : '-', last?.kind === 'item' ? last.list : ++this.lists);
  }

  private list(node: Node_, ordered: boolean, level: number, marks: Marks, depth: number): void {
    const own = level ? this.blocks.at(-1)?.list ?? ++this.lists : ++this.lists;
    for (const kid of kids(node)) {
      const name = kid.nodeName.toUpperCase();
      if (name === 'UL' || name === 'OL') this.list(kid, name === 'OL', level + 1, marks, depth + 1);         // Google Docs nests without an item
      if (name !== 'LI') continue;
      const inner = new Writer(), nested = kids(kid).filter(n => ['UL', 'OL'].includes(n.nodeName.toUpperCase()));
      inner.walk({ nodeType: 1, nodeName: 'LI', nodeValue: null, childNodes: kids(kid).filter(n => !nested.includes(n)) }, 0, marksOf(kid, marks), depth + 1);
      this.pictures += inner.pictures;
      const done = kids(kid).map(box).find(Boolean) ?? (/^(true|false)$/.test(attribute(kid, 'aria-checked')) ? attribute(kid, 'aria-checked') : '');
      const text = inner.blocks.map(b => b.text).join('\n').replace(/\n+/g, ' ').trim();
      if (text) this.add('item', (done ? `[${done === 'true' ? 'x' : ' '}] ` : '') + text, level, ordered ? '1.' : '-', own);
      for (const one of nested) this.list(one, one.nodeName.toUpperCase() === 'OL', level + 1, marks, depth + 1);
    }
  }

  private table(node: Node_): void {
    const rows: Node_[] = [];
    const find = (at: Node_): void => { for (const kid of kids(at)) { const name = kid.nodeName.toUpperCase(); if (name === 'TR') rows.push(kid); else if (['TBODY', 'THEAD', 'TFOOT'].includes(name)) find(kid); } };
    find(node);
    const cells = rows.map(row => kids(row).filter(c => ['TD', 'TH'].includes(c.nodeName.toUpperCase())));
    const wide = Math.max(0, ...cells.map(c => c.length));
    if (wide < 2) { for (const one of cells.flat()) this.walk(one, 0, PLAIN); return; }                      // a table that only holds the page together
    const lines = cells.map(row => row.map(c => { const w = new Writer(); w.walk(c, 0, PLAIN); this.pictures += w.pictures; return w.blocks.map(b => b.text).join(' ').replace(/\s*\n\s*/g, ' ').replace(/\|/g, '\\|'); }));
    const line = (row: string[]): string => `| ${Array.from({ length: wide }, (_, i) => row[i] ?? '').join(' | ')} |`;
    const head = (lines[0] ?? []).map(c => c.replace(/^\*\*([^*]+)\*\*$/, '$1'));
    this.add('raw', [line(head), `|${' --- |'.repeat(wide)}`, ...lines.slice(1).map(line)].join('\n'), 0);
  }

  private add(kind: Block['kind'], text: string, level: number, marker = '', list = 0): void { this.blocks.push({ kind, text, level, marker, list }); }

  toString(): string {
    let out = '';
    const counts: number[] = [];
    for (const [i, block] of this.blocks.entries()) {
      const before = this.blocks[i - 1], together = block.kind === 'item' && before?.kind === 'item' && before.list === block.list;
      if (before) out += together ? '\n' : '\n\n';
      if (block.kind !== 'item') { out += block.text; continue; }
      if (!together) counts.length = 0;
      counts.length = Math.min(counts.length, block.level + 1);
      counts[block.level] = (counts[block.level] ?? 0) + 1;
      out += `${'    '.repeat(Math.min(block.level, 5))}${block.marker === '1.' ? `${counts[block.level]}.` : '-'} ${block.text}`;
    }
    return out;
  }
}

const collect = (node: Node_, marks: Marks): Run[] => { const found: Run[] = []; for (const kid of kids(node)) runs(kid, marks, found, 0); return found; };
const ignored = (node: Node_): string => node.nodeType === 1 && /ignore/.test(style(node, 'mso-list')) ? textIn(node) : kids(node).map(ignored).join('');
const box = (node: Node_): string => node.nodeName.toUpperCase() === 'INPUT' && attribute(node, 'type') === 'checkbox' ? String(node.getAttribute?.('checked') != null) : node.nodeType === 1 ? kids(node).map(box).find(Boolean) ?? '' : '';

/** Markdown for a parsed document, and how many pictures were left out of it. Null when it says no more than its plain text. */
export function convert(body: Node_, plain: string): { text: string; pictures: number } | null {
  const writer = new Writer();
  writer.walk(body, 0, PLAIN);
  const text = writer.toString().replace(/\n{3,}/g, '\n\n').trim();
  const bare = (words: string): string => words.replace(/\\(?=[^\p{L}\p{N}\s])/gu, '').replace(/\s+/g, ' ').trim();
  if (!text || bare(text) === bare(plain)) return null;
  return { text, pictures: writer.pictures };
}
