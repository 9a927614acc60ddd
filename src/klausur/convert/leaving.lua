-- Run by `pandoc lua`: HTML out of an exam into another form, as JSON on stdin and stdout.
--   [{"text": html, "to": format}, …]  ->  [words, …]
-- Formulas are words without meaning here; they are put back by who asked.

local job = pandoc.json.decode(io.read('a'), false)
local answer = pandoc.List(job):map(function(asked)
  local doc = pandoc.read(asked.text, 'html', pandoc.ReaderOptions{}, {})
  if asked.to == 'latex' then
    -- pandoc leaves the sign as it is in words, where TeX has a quotation mark
    doc = doc:walk{ Str = function(str)
      if not str.text:find('`', 1, true) then return nil end
      local parts = pandoc.Inlines{}
      for words, sign in str.text:gmatch('([^`]*)(`?)') do
        if words ~= '' then parts:insert(pandoc.Str(words)) end
        if sign ~= '' then parts:insert(pandoc.RawInline('latex', '\\textasciigrave{}')) end
      end
      return parts
    end }
  end
  return pandoc.write(doc, asked.to, pandoc.WriterOptions{ wrap_text = 'none' })
end)
io.write(pandoc.json.encode(answer))
