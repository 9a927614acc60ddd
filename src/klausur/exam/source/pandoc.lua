-- Run by `pandoc lua`: many texts in one process, a job as JSON on stdin, the answer as JSON on stdout.
--   {"read": [text, …], "format": f}   ->  [{"ast": json} or {"error": message}, …]
--   {"write": [json, …], "maths": […]} ->  {"pieces": [{"typst", "html", "text"} or {"error"}, …], "maths": [typst or "", …]}
-- An AST travels as a string of JSON: pandoc reads and writes those itself, faster than Lua tables.

local job = pandoc.json.decode(io.read('a'), false)

local function typst_string(text)
  return '"' .. text:gsub('[\\"]', '\\%0'):gsub('[\r\n]', ' ') .. '"'
end

local function picture(image)
  local parts = { typst_string('/' .. image.src) }
  for _, name in ipairs({ 'width', 'height' }) do
    if image.attributes[name] then
      table.insert(parts, name .. ': ' .. image.attributes[name])
    end
  end
  if #parts == 3 then table.insert(parts, 'fit: "contain"') end -- else it would be cropped
  table.insert(parts, 'alt: ' .. typst_string(pandoc.utils.stringify(image.caption)))
  return 'image(' .. table.concat(parts, ', ') .. ')'
end

local function lone_picture(block)
  if #block.content == 1 and block.content[1].t == 'Image' then
    return pandoc.RawBlock('typst', '#align(center, ' .. picture(block.content[1]) .. ')')
  end
end

-- The figure stands at the side where it is written: before the text on the left, after it on the right.
local function beside(div)
  if not div.classes:includes('beside') then return nil end
  local blocks = div.content
  local left = blocks[1].content ~= nil and #blocks[1].content == 1 and blocks[1].content[1].t == 'Image'
  local image = blocks:remove(left and 1 or #blocks).content[1]
  local width = image.attributes.width
  image.attributes.width = '100%'
  local columns = left and width .. ', 1fr' or '1fr, ' .. width
  local open = '#grid(columns: (' .. columns .. '), column-gutter: 6mm, '
  local before = open .. (left and picture(image) .. ', [' or '[')
  local after = left and '])' or '], ' .. picture(image) .. ')'
  blocks:insert(1, pandoc.RawBlock('typst', before))
  blocks:insert(pandoc.RawBlock('typst', after))
  return blocks
end

-- The template need not know pandoc's own names: pictures and rules become plain Typst.
local for_typst = {
  { Div = beside },
  { Para = lone_picture, Plain = lone_picture },
  {
    Image = function(image) return pandoc.RawInline('typst', '#box(' .. picture(image) .. ')') end,
    HorizontalRule = function() return pandoc.RawBlock('typst', '#line(length: 100%)') end,
  },
}

-- Without a language pandoc writes no line numbers, whose ids would clash between pieces on one page.
local for_html = {
  CodeBlock = function(code) return pandoc.CodeBlock(code.text) end,
}

local function write(doc, format, filters, options)
  for _, filter in ipairs(filters) do
    doc = doc:walk(filter)
  end
  return pandoc.write(doc, format, pandoc.WriterOptions(options))
end

local function piece(json)
  local doc = pandoc.read(json, 'json')
  return {
    typst = write(doc, 'typst', for_typst, { wrap_text = 'none' }),
    html = write(doc, 'html5', { for_html }, { wrap_text = 'none', html_math_method = 'mathml' }),
    text = write(doc, 'plain', {}, { wrap_text = 'none' }),
  }
end

-- A formula as Typst, or nothing: what pandoc cannot turn into Typst or MathML it leaves as escaped TeX.
local function formula(maths)
  local kind = maths.display and pandoc.DisplayMath or pandoc.InlineMath
  local doc = pandoc.Pandoc({ pandoc.Plain({ pandoc.Math(kind, maths.tex) }) })
  local typst = pandoc.write(doc, 'typst')
  local html = pandoc.write(doc, 'html5', pandoc.WriterOptions({ html_math_method = 'mathml' }))
  return typst:sub(1, 1) == '$' and html:find('<math', 1, true) and typst:gsub('%s+$', '') or ''
end

local function guarded(work, argument)
  local done, result = pcall(work, argument)
  return done and result or { error = tostring(result) }
end

local answer
if job.read then
  answer = pandoc.List(job.read):map(function(text)
    return guarded(function(it) return { ast = pandoc.write(pandoc.read(it, job.format), 'json') } end, text)
  end)
else
  answer = {
    pieces = pandoc.List(job.write):map(function(json) return guarded(piece, json) end),
    maths = pandoc.List(job.maths):map(formula),
  }
end
io.write(pandoc.json.encode(answer))
