-- Run by `pandoc lua`: many texts in one process, a job as JSON on stdin, the answer as JSON on stdout.
--   {"read": [text, …], "format": f}   ->  [{"ast": json} or {"error": message}, …]
--   {"write": [json, …]}               ->  [{"html", "text"} or {"error"}, …]
-- In place of its TeX a formula has its two forms, parted by a control character.
-- An AST travels as a string of JSON: pandoc reads and writes those itself, faster than Lua tables.

local job = pandoc.json.decode(io.read('a'), false)

-- Without a language pandoc writes no line numbers, whose ids would clash between pieces on one page.
local for_html = {
  CodeBlock = function(code)
    local numbers = code.attributes.numbers
    return pandoc.CodeBlock(code.text, pandoc.Attr('', {}, numbers and { numbers = numbers } or {}))
  end,
  Math = function(maths) return pandoc.RawInline('html', maths.text:match('^(.*)\31')) end,
}

local for_text = {
  Math = function(maths) return pandoc.Str(maths.text:match('\31(.*)$')) end,
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
    html = write(doc, 'html5', { for_html }, { wrap_text = 'none' }),
    text = write(doc, 'plain', { for_text }, { wrap_text = 'none' }),
  }
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
  answer = pandoc.List(job.write):map(function(json) return guarded(piece, json) end)
end
io.write(pandoc.json.encode(answer))
