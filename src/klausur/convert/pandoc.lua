-- Run by `pandoc lua`: many texts in one process, a job as JSON on stdin, the answer as JSON on stdout.
--   [{"text", "format"}, …]  ->  [{"markdown", "pictures": [{"src", "alt", "size"}], "raw": [text, …],
--                                  "changed": [words, …]} or {"error": message}, …]
-- Formulas and blanks are words without meaning here; pictures become such words. What Klausur's Markdown does
-- not have is written in what it has, and said.

local TO = 'commonmark_x-smart-raw_html-raw_attribute-attributes-bracketed_spans-fenced_divs-footnotes-gfm_auto_identifiers-emoji-alerts'

local function guarded(work, argument)
  local done, result = pcall(work, argument)
  return done and result or { error = tostring(result) }
end

local function convert(asked)
  local pictures, raw, changed = pandoc.List{}, pandoc.List{}, pandoc.List{}

  local function say(words)
    if not changed:includes(words) then changed:insert(words) end
  end

  local function unread(element)
    if not element.text:match('^%s*<!%-%-') and element.text:match('%S') then
      raw:insert(element.text)
    end
    return {}
  end

  local function flat(blocks)
    local inlines = pandoc.utils.blocks_to_inlines(blocks, { pandoc.LineBreak() })
    return { pandoc.Plain(inlines:map(function(x)
      return (x.t == 'LineBreak' or x.t == 'SoftBreak') and pandoc.Space() or x
    end)) }
  end

  local function rows(list)
    for _, row in ipairs(list) do
      for _, cell in ipairs(row.cells) do
        if cell.col_span > 1 or cell.row_span > 1 then say('cells of a table that were joined') end
        cell.contents = flat(cell.contents)
        while cell.col_span > 1 do
          cell.col_span = cell.col_span - 1
          row.cells:insert(pandoc.Cell({}))
        end
        cell.row_span = 1
      end
    end
  end

  -- the paragraphs of a text whose author parted them by line ends
  local function parted(block)
    local parts, current = pandoc.List{}, pandoc.Inlines{}
    local function close()
      while #current > 0 and (current[1].t == 'LineBreak' or current[1].t == 'SoftBreak' or current[1].t == 'Space') do
        current:remove(1)
      end
      while #current > 0 and (current[#current].t == 'LineBreak' or current[#current].t == 'SoftBreak' or current[#current].t == 'Space') do
        current:remove(#current)
      end
      if #current > 0 then parts:insert(current) end
      current = pandoc.Inlines{}
    end
    for at, inline in ipairs(block.content) do
      local last = current[#current]
      if inline.t == 'LineBreak' and last and last.t == 'LineBreak' then
        close()
      elseif not ((inline.t == 'SoftBreak' or inline.t == 'Space') and last and last.t == 'LineBreak') then
        current:insert(inline)
      end
    end
    close()
    return parts
  end

  local function paragraphs(block)
    local parts = parted(block)
    if block.t == 'Plain' and #parts < 2 then
      return parts:map(function(inlines) return pandoc.Plain(inlines) end)
    end
    return parts:map(function(inlines) return pandoc.Para(inlines) end)
  end

  local function filled(x)
    if not pandoc.utils.stringify(x.content):gsub('\u{a0}', ''):match('%S') then return x.content end
    return x
  end

  local filter = {
    Para = paragraphs,
    Plain = paragraphs,
    Header = function(h)
      say('headings within a text, now in bold')
      return pandoc.Para{ pandoc.Strong(h.content) }
    end,
    Image = function(image)
      pictures:insert{
        src = image.src,
        -- pandoc's own word for what LaTeX says nothing of
        alt = asked.format:match('^latex') and '' or pandoc.utils.stringify(image.caption),
        width = image.attributes.width or '',
        height = image.attributes.height or '',
      }
      return pandoc.Str(string.format('qzp%04dzq', #pictures))
    end,
    Figure = function(figure)
      local blocks = pandoc.Blocks(figure.content)
      blocks:extend(figure.caption.long)
      return blocks
    end,
    Note = function(note)
      say('a footnote, now in the text')
      local inside = pandoc.utils.blocks_to_inlines(note.content)
      return pandoc.Inlines{ pandoc.Str(' ('), table.unpack(inside) } .. pandoc.Inlines{ pandoc.Str(')') }
    end,
    RawInline = unread,
    RawBlock = unread,
    Span = function(span) return span.content end,
    Div = function(div) return div.content end,
    Underline = function(x)
      -- a line to write on
      if not pandoc.utils.stringify(x.content):gsub('\u{a0}', ''):match('%S') then return pandoc.Str('_____') end
      return pandoc.Emph(x.content)
    end,
    Emph = filled,
    Strong = filled,
    SmallCaps = function(x) return x.content end,
    Link = function(link)
      if link.target:match('^https?://') or link.target:match('^mailto:') then
        return pandoc.Link(link.content, link.target)
      end
      if link.target ~= '' and not link.target:match('^#') then
        say('a link to ' .. link.target:sub(1, 60) .. ', now its words alone')
      end
      return link.content
    end,
    Code = function(code) return pandoc.Code((code.text:gsub('\u{e016}', '`'))) end,
    CodeBlock = function(code)
      local class = code.classes[1]
      -- with a language it is fenced; indented code would run into a list
      return pandoc.CodeBlock(code.text, { class = class or 'text' })
    end,
    LineBlock = function(block)
      local inlines = pandoc.Inlines{}
      for at, line in ipairs(block.content) do
        if at > 1 then inlines:insert(pandoc.LineBreak()) end
        inlines:extend(line)
      end
      return pandoc.Para(inlines)
    end,
    Table = function(t)
      rows(t.head.rows)
      for _, body in ipairs(t.bodies) do
        rows(body.head)
        rows(body.body)
      end
      rows(t.foot.rows)
      if #t.head.rows == 0 then
        for _, body in ipairs(t.bodies) do
          if #body.body > 0 then
            t.head.rows = { body.body[1] }
            body.body:remove(1)
            break
          end
        end
      end
      local widths = pandoc.List(t.colspecs):map(function(spec) return { spec[1], nil } end)
      t.colspecs = widths
      local caption = t.caption.long
      t.caption = { long = {} }
      t.attr = pandoc.Attr()
      if #caption > 0 then return pandoc.Blocks(caption) .. pandoc.Blocks{ t } end
      return t
    end,
    Str = function(str)
      -- signs that Klausur's Markdown would read; they come back as they are told in HTML. A backslash ahead of
      -- a sign loses that sign in pandoc's own writing, an ampersand comes back as what it begins, and two
      -- dashes as one longer
      local text = str.text:gsub('%[', '\u{e010}'):gsub('%]', '\u{e011}'):gsub('{', '\u{e012}'):gsub('}', '\u{e013}')
      text = text:gsub('\\', '\u{e014}'):gsub('&', '\u{e015}')
      text = text:gsub('%-%-+', function(dashes) return ('\u{e017}'):rep(#dashes) end)
      return pandoc.Str(text)
    end,
  }
  -- an empty list of files: the reader sees no file, whatever a text asks it to include
  local doc = pandoc.read(asked.text, asked.format, pandoc.ReaderOptions{}, {})
  doc = doc:walk(filter)
  local words = pandoc.write(doc, TO, { wrap_text = 'none', columns = 10000 })
  return { markdown = words, pictures = pictures, raw = raw, changed = changed }
end

local job = pandoc.json.decode(io.read('a'), false)
io.write(pandoc.json.encode(pandoc.List(job):map(function(asked) return guarded(convert, asked) end)))
