-- What pandoc read, made plain enough for a note: no raw HTML, no pictures, links only to the web and to mail addresses,
-- tables whose cells fit on a line. Every word stays; a picture leaves its description.

local between = { pandoc.Space(), pandoc.Str '/', pandoc.Space() }

-- Blocks of a cell or a footnote as one run of text: paragraphs, items and lines one after the other, slashes between them.
local function joined(blocks)
  local out = pandoc.Inlines {}
  local function add(inlines)
    if #inlines == 0 then return end
    if #out > 0 then out:extend(between) end
    for _, inline in ipairs(inlines) do
      if inline.t == 'LineBreak' then
        out:extend(between)
      elseif inline.t == 'SoftBreak' then
        out:insert(pandoc.Space())
      else
        out:insert(inline)
      end
    end
  end
  local function walk(list)
    for _, block in ipairs(list) do
      if block.t == 'Para' or block.t == 'Plain' or block.t == 'Header' then
        add(block.content)
      elseif block.t == 'BulletList' or block.t == 'OrderedList' then
        for _, item in ipairs(block.content) do walk(item) end
      elseif block.t == 'BlockQuote' or block.t == 'Div' then
        walk(block.content)
      elseif block.t == 'CodeBlock' then
        add { pandoc.Code((block.text:gsub('%s+', ' '))) }
      elseif block.t ~= 'RawBlock' and block.t ~= 'HorizontalRule' then
        local text = pandoc.utils.stringify(block)
        if text ~= '' then add { pandoc.Str(text) } end
      end
    end
  end
  walk(blocks)
  return out
end

local function cell(contents)
  if #contents == 0 then return contents end
  if #contents == 1 and contents[1].t == 'Plain' and #contents[1].content < 2 then return contents end
  local flat = joined(contents)
  return #flat > 0 and pandoc.Blocks { pandoc.Plain(flat) } or pandoc.Blocks {}
end

local function simple(el)
  local ok, table = pcall(pandoc.utils.to_simple_table, el)
  if not ok then return nil end
  for column, heading in ipairs(table.headers) do table.headers[column] = cell(heading) end
  for _, row in ipairs(table.rows) do
    for column, contents in ipairs(row) do row[column] = cell(contents) end
  end
  local bare = pandoc.SimpleTable({}, table.aligns, {}, table.headers, table.rows)
  for column = 1, #table.aligns do bare.widths[column] = 0 end
  local caption = joined(el.caption.long)
  local out = pandoc.Blocks {}
  if #caption > 0 then out:insert(pandoc.Para(caption)) end
  if #table.rows == 0 and #table.headers > 0 then
    for _, heading in ipairs(table.headers) do out:extend(heading) end
  elseif #table.aligns == 1 then -- a box around text: the text is what matters
    for _, body in ipairs(el.bodies) do
      for _, row in ipairs(body.body) do
        for _, each in ipairs(row.cells) do out:extend(each.contents) end
      end
    end
    for index = #el.head.rows, 1, -1 do
      for _, each in ipairs(el.head.rows[index].cells) do
        for place = #each.contents, 1, -1 do out:insert(1, each.contents[place]) end
      end
    end
  else
    out:insert(pandoc.utils.from_simple_table(bare))
  end
  return out
end

local inline_rules = {
  Link = function(el)
    local target = el.target:lower()
    if target:match '^https?://' or target:match '^mailto:' then
      return pandoc.Link(el.content, el.target)
    end
    return el.content
  end,
  Image = function(el) return el.caption end,
  Span = function(el) return el.content end,
  Underline = function(el) return el.content end,
  SmallCaps = function(el) return el.content end,
  Superscript = function(el) return el.content end,
  Subscript = function(el) return el.content end,
  Cite = function(el) return el.content end,
  Math = function(el) return pandoc.Code(el.text) end,
  RawInline = function() return {} end,
  Note = function(el)
    local out = pandoc.Inlines { pandoc.Str ' (' }
    out:extend(joined(el.content))
    out:insert(pandoc.Str ')')
    return out
  end,
}

-- A list whose items are one paragraph each (with lists below, perhaps) is a tight list, whatever the program says.
local function tight(list)
  for _, item in ipairs(list.content) do
    local paragraphs = 0
    for _, block in ipairs(item) do
      if block.t == 'Para' then paragraphs = paragraphs + 1 end
    end
    if paragraphs > 1 then return nil end
  end
  for _, item in ipairs(list.content) do
    for place, block in ipairs(item) do
      if block.t == 'Para' then item[place] = pandoc.Plain(block.content) end
    end
  end
  return list
end

local block_rules = {
  BulletList = tight,
  OrderedList = tight,
  Div = function(el) return el.content end,
  RawBlock = function() return {} end,
  Figure = function(el) return el.content end,
  Header = function(el) return pandoc.Header(el.level, el.content) end,
  CodeBlock = function(el) return pandoc.CodeBlock(el.text) end,
  DefinitionList = function(el)
    local out = pandoc.Blocks {}
    for _, item in ipairs(el.content) do
      out:insert(pandoc.Para { pandoc.Strong(item[1]) })
      for _, definition in ipairs(item[2]) do out:extend(definition) end
    end
    return out
  end,
  Table = simple,
}

local function whole(doc)
  -- Title, subtitle and the rest of a document's front page are text that its writer sees.
  local front = pandoc.Blocks {}
  local function add(value, as)
    local kind = pandoc.utils.type(value)
    if kind == 'Inlines' and #value > 0 then
      front:insert(as(value))
    elseif kind == 'Blocks' then
      front:extend(value)
    elseif kind == 'List' then
      for _, each in ipairs(value) do add(each, as) end
    end
  end
  local function heading(inlines) return pandoc.Header(1, inlines) end
  add(doc.meta.title, heading)
  for _, name in ipairs { 'subtitle', 'author', 'date', 'abstract' } do add(doc.meta[name], pandoc.Para) end
  front:extend(doc.blocks)
  return pandoc.Pandoc(front, {})
end

return { { Pandoc = whole }, inline_rules, block_rules }
