// Other names of symbols, as in plain TeX, KaTeX and HTML, and commands of plain TeX.

var SAME = {
  '\\aleph': 'alef alefsym', '\\bullet': 'bull', '\\clubsuit': 'clubs', '\\diamondsuit': 'diamonds',
  '\\heartsuit': 'hearts', '\\spadesuit': 'spades', '\\mathbb{C}': 'C cnums Complex', '\\mathbb{N}': 'N natnums',
  '\\mathbb{Q}': 'Q', '\\mathbb{R}': 'R Reals reals', '\\mathbb{Z}': 'Z', '\\ddagger': 'Dagger',
  '\\Downarrow': 'Darr dArr', '\\downarrow': 'darr', '\\Uparrow': 'Uarr uArr', '\\uparrow': 'uarr',
  '\\Leftarrow': 'Larr lArr', '\\leftarrow': 'larr', '\\Rightarrow': 'Rarr rArr', '\\rightarrow': 'rarr',
  '\\Leftrightarrow': 'Harr hArr Lrarr lrArr', '\\leftrightarrow': 'harr lrarr', '\\emptyset': 'empty',
  '\\exists': 'exist', '\\Im ': 'image', '\\Re ': 'real', '\\infty': 'infin', '\\in ': 'isin', '\\langle ': 'lang',
  '\\rangle ': 'rang', '\\pm ': 'plusmn', '\\cdot ': 'sdot', '\\S ': 'sect', '\\subset ': 'sub',
  '\\subseteq ': 'sube', '\\supseteq ': 'supe', '\\vartheta ': 'thetasym', '\\wp ': 'weierp', '\\vert ': 'arrowvert',
  '\\Vert ': 'Arrowvert', '\\land ': 'and', '\\lor ': 'or', '\\partial ': 'part', '\\text{€}': 'geneuro geneuronarrow geneurowide officialeuro',
  '\\text{Ϝ}': 'Digamma', '\\text{ϛ}': 'varstigma', '\\mathstrut ': 'strut', '\\it ': 'sl', '\\Longrightarrow ': 'LongRightarrow',
  '\\mathrel{\\sim\\mathord{:}}': 'simcolon', '\\mathrel{\\sim\\mathord{:}\\mathord{:}}': 'simcoloncolon',
  '\\mathrel{\\approx\\mathord{:}}': 'approxcolon', '\\mathrel{\\approx\\mathord{:}\\mathord{:}}': 'approxcoloncolon',
  '\\mathrel{\\mathord{:}\\mathord{-}}': 'colonminus', '\\mathrel{\\mathord{-}\\mathord{:}}': 'minuscolon',
  '\\mathrel{\\mathord{:}\\mathord{:}\\mathord{-}}': 'coloncolonminus',
  '\\mathrel{\\mathord{-}\\mathord{:}\\mathord{:}}': 'minuscoloncolon',
  '\\text{#1}': 'mbox', '\\textit{#1}': 'textsl', '\\mskip{#1}': 'mspace', '#2{#3}': 'skew',
  '\\begin{matrix}#1\\end{matrix}': 'matrix', '\\begin{pmatrix}#1\\end{pmatrix}': 'pmatrix',
  '\\begin{cases}#1\\end{cases}': 'cases', '\\begin{gathered}#1\\end{gathered}': 'displaylines',
  '\\begin{aligned}#1\\end{aligned}': 'eqalign', '\\ce{#1}': 'cee cf'
};
for (var meaning in SAME) SAME[meaning].split(' ').forEach(function (name) { define('\\' + name, meaning); });

// \root 3 \of x and \buildrel d \over \to
define('\\root', function (context) {
  var parts = context.consumeArgs(2, [[], ['\\of'], []]);
  return '\\sqrt[' + asTex(parts[0]) + ']{' + asTex(parts[1]) + '}';
});
define('\\buildrel', function (context) {
  var parts = context.consumeArgs(2, [[], ['\\over'], []]);
  return '\\stackrel{' + asTex(parts[0]) + '}{' + asTex(parts[1]) + '}';
});
define('\\DeclareMathOperator', function (context) {
  var limits = star(context) ? '*' : '', name = argument(context).trim();
  return '\\def' + name + '{\\operatorname' + limits + '{' + argument(context) + '}}';
});

// What stands behind a switch such as \bfseries, up to the end of its group.
function restOfGroup(context) {
  var found = [], depth = 0;
  for (;;) {
    var token = context.popToken();
    if (token.text === 'EOF' || (token.text === '}' && depth === 0)) { context.pushToken(token); break; }
    depth += token.text === '{' ? 1 : token.text === '}' ? -1 : 0;
    found.unshift(token);
  }
  return asTex(found);
}
var SWITCHES = {
  bfseries: 'textbf', em: 'emph', itshape: 'textit', slshape: 'textit', md: 'textmd', mdseries: 'textmd',
  normalfont: 'textnormal', up: 'textup', upshape: 'textup', sc: 'textsc', scshape: 'textsc', mit: 'mathnormal',
  scr: 'mathscr', ttfamily: 'texttt', sffamily: 'textsf', rmfamily: 'textrm'
};
Object.keys(SWITCHES).forEach(function (name) {
  define('\\' + name, function (context) { return '\\' + SWITCHES[name] + '{' + restOfGroup(context) + '}'; });
});

// What browsers alone know to do something with: on paper it is the formula inside.
function inside(names, which) {
  names.split(' ').forEach(function (name) {
    define('\\' + name, function (context) { return [argument(context), argument(context)][which]; });
  });
}
inside('class cssId htmlClass htmlId htmlData href mmlToken', 1);
inside('mathtip texttip', 0);
define('\\url', function (context) { return '\\texttt{' + argument(context).replace(/([_#%&])/g, '\\$1') + '}'; });
define('\\require', function (context) { argument(context); return ''; });
define('\\leftroot', function (context) { argument(context); return ''; });
define('\\uproot', function (context) { argument(context); return ''; });
define('\\skew', function (context) { argument(context); return argument(context) + '{' + argument(context) + '}'; });
define('\\bbox', function (context) {
  var given = option(context);
  if (given !== null) refuse('\\bbox with [' + given + '] cannot be set', context.future());
  return '{' + argument(context) + '}';
});
define('\\array', function (context) { return '\\begin{matrix}' + argument(context) + '\\end{matrix}'; });
['eqalignno', 'leqalignno'].forEach(function (name) {
  define('\\' + name, function (context) {
    var token = context.future(), rows = argument(context);
    if (rows.split('\\cr').some(function (row) { return row.split('&').length > 2; })) refuse('\\' + name + ' with numbers cannot be set; write align with \\tag', token);
    return '\\begin{aligned}' + rows + '\\end{aligned}';
  });
});
define('\\setlength', function (context) {
  var token = context.future(), name = argument(context).trim(), length = argument(context);
  if (name !== '\\arraycolsep') refuse(name + ' is no length that can be set', token);
  return '\\def\\arraycolsep{' + length + '}';
});
define('\\Space', function (context) { var wide = argument(context); argument(context); argument(context); return '\\hspace{' + wide + '}'; });
define('\\Rule', function (context) {
  var token = context.future(), wide = argument(context), high = argument(context), deep = argument(context);
  if (parseFloat(deep) !== 0) refuse('\\Rule with a depth cannot be set; write \\rule', token);
  return '\\rule{' + wide + '}{' + high + '}';
});
define('\\unicode', function (context) {
  var token = context.future(), code = argument(context).trim();
  var match = /^x([0-9A-Fa-f]{1,6})$/.exec(code);
  var number = match ? parseInt(match[1], 16) : parseInt(code, 10);
  if (!(number >= 32 && number < 0x110000)) refuse(code + ' is no number of a character', token);
  return '\\text{' + String.fromCodePoint(number) + '}';
});
define('\\hbox', function (context) {
  var token = context.future(), width = '';
  while (!nextIs(context, '{') && context.future().text !== 'EOF') width += context.popToken().text;
  var words = '\\text{' + argument(context) + '}', to = /^to([\d.]+[a-z]{2})$/.exec(width.replace(/\s/g, ''));
  if (width && !to) refuse('\\hbox ' + width + ' cannot be set; write \\text', token);
  return to ? '\\mathrlap{' + words + '}\\hspace{' + to[1] + '}' : words;
});
define('\\bigominus', '\\mathop{\\vcenter{\\Large{\\ominus}}}');
define('\\bigoslash', '\\mathop{\\vcenter{\\Large{\\oslash}}}');
define('\\minuso', '\\mathbin{⦵}');
define('\\bracevert', '\\mathord{⎪}');
define('\\l', 'ł'); // Temml takes it for the capital
// mathtools since 2022
define('\\coloneq', '\\coloneqq ');
define('\\Coloneq', '\\Coloneqq ');
define('\\eqcolon', '\\eqqcolon ');
define('\\Eqcolon', '\\Eqqcolon ');
define('\\lq', '\\text{‘}');
define('\\KaTeX', '\\text{KaTeX}');
