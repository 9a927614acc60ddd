-- Run by `pandoc lua`: many texts in one process, a job as JSON on stdin, the answer as JSON on stdout.
--   {"read": [text, …], "format": f}   ->  [{"ast": json} or {"error": message}, …]
--   {"write": [json, …], "maths": […]} ->  {"pieces": [{"html", "text"} or {"error"}, …], "maths": [typst or "", …]}
-- An AST travels as a string of JSON: pandoc reads and writes those itself, faster than Lua tables.

local job = pandoc.json.decode(io.read('a'), false)

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
