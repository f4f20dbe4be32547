// Word's, Google Docs' and web pages' HTML as Markdown. The parser here is enough for these texts; a browser brings its own.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { convert, cleanLink, escape, inert } = await load('note_paste.ts');
const EMPTY = new Set(['BR', 'HR', 'IMG', 'INPUT', 'META', 'LINK', 'COL']);
const letters = text => text.replace(/&(nbsp|amp|lt|gt|quot|#(\d+));/g, (_all, name, code) => code ? String.fromCodePoint(Number(code)) : { nbsp: '\u00a0', amp: '&', lt: '<', gt: '>', quot: '"' }[name]);

function parse(html) {
  const top = { nodeType: 1, nodeName: 'BODY', nodeValue: null, childNodes: [], getAttribute: () => null }, open = [top];
  for (const [, tag, text] of html.replace(/<!--[^]*?-->|<!\[[^>]*>/g, '').matchAll(/<(\/?[a-z][^>]*)>|([^<]+)/gi)) {
    if (text) { open.at(-1).childNodes.push({ nodeType: 3, nodeName: '#text', nodeValue: letters(text), childNodes: [] }); continue; }
    const name = /^\/?([\w:]+)/.exec(tag)[1].toUpperCase();
    if (tag.startsWith('/')) { const at = open.map(o => o.nodeName).lastIndexOf(name); if (at > 0) open.length = at; continue; }
    const has = Object.fromEntries([...tag.matchAll(/([\w-]+)=(?:"([^"]*)"|'([^']*)'|(\S+))/g)].map(([, k, a, b, c]) => [k.toLowerCase(), letters(a ?? b ?? c)]));
    const node = { nodeType: 1, nodeName: name, nodeValue: null, childNodes: [], getAttribute: key => has[key] ?? null };
    open.at(-1).childNodes.push(node);
    if (!EMPTY.has(name) && !tag.endsWith('/')) open.push(node);
  }
  return top;
}
const paste = (html, plain = '') => convert(parse(inert(html)), plain)?.text ?? null;

test('Google Docs', () => {
  assert.equal(paste(`<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h1 dir="ltr" style="line-height:1.38"><span style="font-size:20pt;font-weight:400">Bins</span></h1>
<p dir="ltr"><span style="font-weight:400">We </span><span style="font-weight:700">agreed</span><span style="font-weight:400;font-style:italic"> mostly</span><span> to </span><a href="https://www.google.com/url?q=https://example.org/lids?utm_source%3Ddocs%26page%3D2&amp;sa=D" style="text-decoration:none"><span style="color:#15c;text-decoration:underline">buy lids</span></a><span>.</span></p><br>
<ul style="margin:0"><li dir="ltr" style="list-style-type:disc" aria-level="1"><p dir="ltr" role="presentation"><span>one</span></p></li><ul><li aria-level="2"><p><span>inner</span></p></li></ul><li><p><span>two</span></p></li></ul>
<ol><li><p>first</p></li><li><p>second</p></li></ol></b>`),
  '## Bins\n\nWe **agreed** *mostly* to [buy lids](https://example.org/lids?page=2).\n\n- one\n    - inner\n- two\n\n1. first\n2. second');
});

test('Word', () => {
  assert.equal(paste(`<html xmlns:o="urn:x"><head><style>p.MsoNormal {margin:0}</style><title>x</title></head><body lang=EN-GB><!--StartFragment-->
<p class=MsoTitle>The <b>plan</b><o:p></o:p></p><h2 style='mso-x:1'>Costs<o:p></o:p></h2>
<p class=MsoNormal>A line
that wraps<o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='margin-left:18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>Lids<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp;</span></span>Green <i>ones</i></p>
<p class=MsoNormal>Then</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>One</p><p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span>Two</p>
<table class=MsoTableGrid border=1><tr><td><p><b>Who</b></p></td><td><p><b>What</b></p></td></tr><tr><td><p>Ada</p></td><td><p>a|b</p><p>c</p></td></tr></table><!--EndFragment--></body></html>`),
  '## The plan\n\n## Costs\n\nA line that wraps\n\n- Lids\n    - Green *ones*\n\nThen\n\n1. One\n2. Two\n\n| Who | What |\n| --- | --- |\n| Ada | a\\|b c |');
});

test('nothing that runs or follows', () => {
  assert.equal(paste('<p>a <a href="javascript:alert(1)">b</a><script>alert(1)</script><span style="display:none">hidden</span><img src="https://t.example/pixel"> <b>c</b></p>'), 'a b **c**');
  assert.equal(convert(parse('<p>x</p><p><img src="a"></p><p><b>y</b></p>'), '').pictures, 1);
  assert.equal(cleanLink('https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa&data=1'), 'https://example.org/a');
  assert.equal(cleanLink('https://example.org/?utm_source=x&fbclid=2&id=3'), 'https://example.org/?id=3');
  assert.equal(cleanLink('https://example.org/a (b)'), 'https://example.org/a%20%28b%29');
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///c:/x', 'no']) assert.equal(cleanLink(bad), '');
});

test('what is only text stays for the browser to paste', () => {
  assert.equal(paste('<p>one</p><p>two</p>', 'one\n\ntwo'), null);
  assert.equal(paste('<span style="color:red">just words</span>', 'just words'), null);
  assert.equal(paste('', ''), null);
});

test('marks, breaks and signs', () => {
  assert.equal(paste('<p><b>a</b><b>b</b> <i><b>c</b></i> <s>d</s> <code>e</code></p>'), '**ab** ***c*** ~~d~~ `e`');
  assert.equal(paste('<p><b> spaced </b>out<br>next</p>'), '**spaced** out\nnext');
  assert.equal(paste('<blockquote><p>said</p><p>twice</p></blockquote><hr><pre>x  y\nz</pre>'), '> said\n>\n> twice\n\n---\n\n```\nx  y\nz\n```');
  assert.equal(paste('<ul><li><input type="checkbox" checked=""> done</li><li>plain <b>b</b></li></ul>'), '- [x] done\n- plain **b**');
  assert.equal(paste('<p># not a heading <b>x</b></p><p>1. no <b>y</b></p>'), '\\# not a heading **x**\n\n1\\. no **y**');
  assert.equal(escape('2 * 3 snake_case *x* _y_ <b> a[1](b)'), '2 * 3 snake_case \\*x\\* \\_y\\_ \\<b> a\\[1](b)');
  assert.equal(paste('<a href="https://example.org/">https://example.org</a> <b>b</b>'), '<https://example.org/> **b**');
  assert.equal(paste('<table><tr><td><p>only <b>layout</b></p></td></tr></table>'), 'only **layout**');
});

test('deep nonsense ends', () => {
  assert.ok(paste('<div>'.repeat(3000) + '<b>x</b>' + '</div>'.repeat(3000)) !== undefined);
});
