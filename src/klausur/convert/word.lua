-- Run by `pandoc lua` with the path of a docx: its blocks one by one, as JSON on standard output.
--   [{"html", "text", "kind": Para | Header | Table | CodeBlock | item, "label": numbering of a list, "bold": yes}, …]

local file = io.open(arg[1], 'rb')
local doc = pandoc.read(file:read('a'), 'docx')
file:close()

-- Word has formulas of its own; signs in its words, as in C:\(x\), begin none
doc = doc:walk{ Str = function(str)
  if str.text:match('[\\$]') then return pandoc.Span({ str }, { class = 'tex2jax_ignore' }) end
end }

local found = pandoc.List{}

local function html(blocks)
  return pandoc.write(pandoc.Pandoc(blocks), 'html', pandoc.WriterOptions{ html_math_method = 'mathjax', wrap_text = 'none' })
end

local function bold(block)
  local first = block.content and block.content[1]
  return first ~= nil and first.t == 'Strong'
end

local function add(blocks, kind, label)
  local first = blocks[1]
  found:insert{
    html = html(blocks),
    text = pandoc.utils.stringify(pandoc.Pandoc(blocks)),
    kind = kind,
    label = label or '',
    bold = first ~= nil and (first.t == 'Para' or first.t == 'Plain') and bold(first),
  }
end

local function walk(blocks, depth)
  for _, block in ipairs(blocks) do
    if block.t == 'OrderedList' or block.t == 'BulletList' then
      local style = block.t == 'OrderedList' and block.listAttributes.style or 'Bullet'
      for _, item in ipairs(block.content) do
        local own, inner = pandoc.List{}, pandoc.List{}
        for _, part in ipairs(item) do
          if part.t == 'OrderedList' or part.t == 'BulletList' then inner:insert(part) else own:insert(part) end
        end
        add(own, 'item', tostring(style) .. depth)
        walk(inner, depth + 1)
      end
    elseif block.t == 'Div' or block.t == 'BlockQuote' then
      walk(block.content, depth)
    else
      add(pandoc.List{ block }, block.t)
    end
  end
end

-- paragraphs in the styles of a title are no blocks to pandoc
for _, name in ipairs{ 'title', 'subtitle', 'author', 'date', 'abstract' } do
  local said = doc.meta[name]
  for _, each in ipairs(pandoc.utils.type(said) == 'List' and said or { said }) do
    local kind = pandoc.utils.type(each)
    if kind == 'Blocks' then walk(each, 0)
    elseif kind == 'Inlines' then add(pandoc.List{ pandoc.Para(each) }, 'Para') end
  end
end
walk(doc.blocks, 0)
io.write(pandoc.json.encode(found))
