// Runs inside the engine, behind Temml: TeX in; its parse tree with characters in place of names, and MathML, out.

var characters = new Map();

// What a symbol such as \alpha looks like. Temml's own table is not to be reached, so one is drawn and read.
function character(name, mode) {
  if (name.length < 2 && name !== '-' && name !== '*') return name;
  var key = mode + name;
  if (!characters.has(key)) {
    var found = null;
    try {
      var drawn = temml.renderToString(mode === 'text' ? '\\text{' + name + '}' : name, { throwOnError: true });
      var words = drawn.replace(/<[^>]*>/g, '').replace(/[\u2061\u200b]/g, '');
      found = words.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');
    } catch (error) {}
    characters.set(key, found);
  }
  return characters.get(key);
}

var SYMBOLS = { mathord: 1, textord: 1, atom: 1, spacing: 1 };
var DELIMITERS = ['left', 'right', 'delim', 'leftDelim', 'rightDelim'];

function named(key, value) {
  if (key === 'loc' || key === 'token') return undefined;
  if (value === null || typeof value !== 'object' || !value.type) return value;
  if (SYMBOLS[value.type] && value.char === undefined) {
    value.char = value.text.charAt(0) === '\\' || value.text === '-' || value.text === '*'
      ? character(value.text, value.mode) : value.text;
  } else if (value.type === 'op' && value.symbol) {
    value.char = character(value.name, 'math');
  } else {
    for (var i = 0; i < DELIMITERS.length; i++) {
      var at = DELIMITERS[i];
      if (typeof value[at] === 'string' && value[at] !== '.') value[at] = character(value[at], 'math');
    }
  }
  return value;
}

function read(tex, display, macros, comma) {
  decimalComma = comma;
  var options = function () {
    return { displayMode: display, throwOnError: true, maxSize: [50, 50], macros: JSON.parse(macros) };
  };
  try {
    var tree = temml.__parse(tex, options());
    var shown = options();
    // Temml writes what stands over a letter as a superscript behind it; over a relation it does not.
    shown.macros['\\overset'] = shown.macros['\\overset'] || '\\stackrel{#1}{#2}';
    return JSON.stringify({ tree: tree, mathml: temml.renderToString(tex, shown) }, named);
  } catch (error) {
    if (error instanceof InternalError || error instanceof RangeError) throw error; // time, memory or depth
    if (error.name !== 'ParseError') return JSON.stringify({ error: 'Incomplete', at: null });
    return JSON.stringify({ error: String(error.message), at: error.position === undefined ? null : error.position });
  }
}
