// Commands of siunitx and physics, as macros of Temml: each says in TeX what the package prints.

var decimalComma = false; // whether numbers of siunitx have a comma, as the paper's language has

function refuse(message, token) { throw new temml.ParseError(message, token); }

// The tokens of an argument as TeX; a command is set off from a letter behind it.
function asTex(tokens) {
  return tokens.slice().reverse().map(function (token) {
    return /^\\[A-Za-z]+$/.test(token.text) ? token.text + ' ' : token.text;
  }).join('');
}

function nextIs(context, text) { context.consumeSpaces(); return context.future().text === text; }

function argument(context) { return asTex(context.consumeArg().tokens); }

// An argument in brackets, or null.
function option(context) {
  if (!nextIs(context, '[')) return null;
  context.popToken();
  return asTex(context.consumeArg([']']).tokens);
}

function star(context) { return nextIs(context, '*') && Boolean(context.popToken()); }

// What stands between a bracket and its like, brackets of the same kind inside counted.
function bracketed(context) {
  var open = context.popToken().text, close = { '(': ')', '[': ']', '|': '|' }[open], depth = 1, found = [];
  for (;;) {
    var token = context.popToken();
    if (token.text === 'EOF') refuse("Expected '" + close + "', got 'EOF'", token);
    if (token.text === close && --depth === 0) break;
    if (token.text === open) depth++;
    found.unshift(token);
  }
  return [open, asTex(found), close];
}

// siunitx

var PREFIXES = {
  quecto: 'q', ronto: 'r', yocto: 'y', zepto: 'z', atto: 'a', femto: 'f', pico: 'p', nano: 'n', micro: '\\text{µ}',
  milli: 'm', centi: 'c', deci: 'd', deca: 'da', deka: 'da', hecto: 'h', kilo: 'k', mega: 'M', giga: 'G', tera: 'T',
  peta: 'P', exa: 'E', zetta: 'Z', yotta: 'Y', ronna: 'R', quetta: 'Q', kibi: 'Ki', mebi: 'Mi', gibi: 'Gi',
  tebi: 'Ti', pebi: 'Pi', exbi: 'Ei'
};
var UNITS = {
  metre: 'm', meter: 'm', gram: 'g', kilogram: 'kg', second: 's', ampere: 'A', kelvin: 'K', mole: 'mol',
  candela: 'cd', hertz: 'Hz', newton: 'N', pascal: 'Pa', joule: 'J', watt: 'W', coulomb: 'C', volt: 'V', farad: 'F',
  ohm: '\\Omega', siemens: 'S', weber: 'Wb', tesla: 'T', henry: 'H', lumen: 'lm', lux: 'lx', becquerel: 'Bq',
  gray: 'Gy', sievert: 'Sv', katal: 'kat', degreeCelsius: '{}^{\\circ}\\mathrm{C}', celsius: '{}^{\\circ}\\mathrm{C}',
  radian: 'rad', steradian: 'sr', minute: 'min', hour: 'h', day: 'd', litre: 'L', liter: 'L', tonne: 't', bar: 'bar',
  electronvolt: 'eV', dalton: 'Da', percent: '\\%', decibel: 'dB', bel: 'B', neper: 'Np', hectare: 'ha',
  astronomicalunit: 'au', angstrom: '\\text{Å}', byte: 'B', bit: 'bit', degree: '{}^{\\circ}', arcminute: '{}^{\\prime}',
  arcsecond: '{}^{\\prime\\prime}', mmHg: 'mmHg', barn: 'b', knot: 'kn', nauticalmile: 'M', atomicmassunit: 'u'
};
var SHORT = ['m', 'g', 's', 'A', 'K', 'mol', 'Hz', 'N', 'Pa', 'J', 'W', 'V', 'C', 'F', 'H', 'eV', 'L', 'l', 'T', 'S', 'Bq'];

// A unit by an abbreviation such as \km, \us or \MHz; null if it is none.
function abbreviated(name) {
  var letters = { u: '\\text{µ}' };
  for (var prefix in PREFIXES) if (PREFIXES[prefix].length === 1) letters[PREFIXES[prefix]] = PREFIXES[prefix];
  for (var i = 0; i < SHORT.length; i++) {
    var unit = SHORT[i], rest = name.slice(0, name.length - unit.length);
    if (name.slice(rest.length) === unit && (rest === '' || letters[rest])) return (letters[rest] || '') + unit;
  }
  return name.length > 3 && name.slice(-3) === 'ohm' && letters[name.slice(0, -3)]
    ? letters[name.slice(0, -3)] + '\\Omega' : null;
}

function upright(unit) { return /^[{\\]/.test(unit) && !/^\\text/.test(unit) ? unit : '\\mathrm{' + unit + '}'; }

// A unit's tokens in the order in which they are written, as TeX.
function unitOf(tokens, mode) {
  var above = [], below = [], at = 0, per = false, power = null, prefix = '';
  function group() { // what stands in braces behind a command
    var depth = 0, found = '';
    if (at < tokens.length && tokens[at].text !== '{') return tokens[at++].text;
    for (; at < tokens.length; at++) {
      if (tokens[at].text === '{' && depth++ === 0) continue;
      if (tokens[at].text === '}' && --depth === 0) { at++; break; }
      found += tokens[at].text;
    }
    return found;
  }
  function put(unit, token) {
    (per ? below : above).push({ unit: unit, power: power || '1' });
    per = false; power = null; prefix = '';
  }
  function last(token) {
    var list = tokens.perLast ? below : above;
    if (!list.length) refuse(token.text + ' stands behind no unit', token);
    return list[list.length - 1];
  }
  while (at < tokens.length) {
    var token = tokens[at++], name = token.text.slice(1);
    if (token.text === '\\per') per = true;
    else if (token.text === '\\square') power = '2';
    else if (token.text === '\\cubic') power = '3';
    else if (token.text === '\\raiseto') power = group();
    else if (token.text === '\\squared') last(token).power = '2';
    else if (token.text === '\\cubed') last(token).power = '3';
    else if (token.text === '\\tothe') last(token).power = group();
    else if (token.text === '\\of') last(token).unit += '_{\\mathrm{' + group() + '}}';
    else if (PREFIXES[name] && token.text[0] === '\\') prefix = PREFIXES[name];
    else if (token.text[0] === '\\' && /[A-Za-z]/.test(name)) {
      var unit = UNITS[name] || abbreviated(name);
      if (!unit) refuse(token.text + ' is no unit that is known', token);
      tokens.perLast = per;
      put(/^\{\}/.test(unit) ? unit : '\\mathrm{' + prefix + unit + '}');
    } else if (token.text !== ' ') refuse(token.text + ' stands between units', token);
  }
  if (per || power || prefix) refuse('a unit is missing at the end', tokens[tokens.length - 1]);
  function product(list, negative) {
    return list.map(function (one) {
      var power = negative ? '-' + one.power : one.power;
      return power === '1' ? one.unit : one.unit + '^{' + power + '}';
    });
  }
  if (mode === 'symbol' && below.length) {
    var under = product(below).join('\\,');
    return (product(above).join('\\,') || '1') + '/' + (below.length > 1 ? '(' + under + ')' : under);
  }
  if (mode === 'fraction' && below.length) {
    return '\\frac{' + (product(above).join('\\,') || '1') + '}{' + product(below).join('\\,') + '}';
  }
  return product(above).concat(product(below, true)).join('\\,');
}

// A unit that is typed as text, as in m/s^2 or kg.m.
function typedUnit(text) {
  var parts = text.replace(/[\s~]+/g, '.').split(/([./])/);
  return parts.map(function (part) {
    if (part === '.') return '\\,';
    if (part === '/') return '/';
    var match = /^([^^_]*)(.*)$/.exec(part);
    return (match[1] ? '\\mathrm{' + match[1] + '}' : '') + match[2];
  }).join('');
}

function unit(context, mode) {
  var tokens = context.consumeArg().tokens.slice().reverse();
  var macros = tokens.some(function (token) { return /^\\[A-Za-z]/.test(token.text); });
  if (macros) return unitOf(tokens, mode);
  return typedUnit(asTex(tokens.slice().reverse()));
}

function mode(context) {
  var given = option(context);
  if (given === null) return null;
  var match = /^\s*per-mode\s*=\s*(symbol|fraction|power|reciprocal)\s*$/.exec(given);
  if (!match) refuse('the option [' + given.trim() + '] is not known; per-mode = symbol or fraction is', context.future());
  return match[1];
}

function grouped(digits, fromLeft) {
  if (digits.length < 5) return digits;
  return fromLeft ? digits.replace(/(\d{3})(?=\d)/g, '$1\\,') : digits.replace(/\B(?=(\d{3})+$)/g, '\\,');
}

function numberOf(text, token) {
  var plain = text.replace(/\\(?:,|!|;|:)|\s|~|\{\}/g, '').replace(/\{,\}/g, ',').replace(/\\pm/g, '+-');
  var match = /^([<>]|\\[lg]eq?|\\approx|\\sim)?([+-])?(\d*)(?:[.,](\d+))?(?:\((\d+)\))?(?:\+-(\d+(?:[.,]\d+)?))?(?:[eEdD]([+-]?\d+))?$/
    .exec(plain);
  if (!match || !(match[3] || match[4] || match[7])) {
    if (/^(?:[A-Za-z]|\\[A-Za-z]+)$/.test(plain)) return text; // a letter that stands for a number
    refuse(text.trim() + ' is no number', token);
  }
  var sign = decimalComma ? '{,}' : '.';
  var mantissa = match[3] || match[4] ? grouped(match[3] || '0', false) + (match[4] ? sign + grouped(match[4], true) : '') : '';
  var spread = (match[5] ? '(' + match[5] + ')' : '') + (match[6] ? '\\pm ' + match[6].replace(/[.,]/, sign) : '');
  var head = (match[1] || '') + ' ' + (match[2] === '-' ? '{-}' : match[2] ? '{+}' : '');
  var many = match[6] && match[7] ? ['(', ')'] : ['', ''];
  var power = match[7] ? (mantissa ? '\\times ' : '') + '10^{' + match[7].replace(/^\+/, '') + '}' : '';
  return head + many[0] + mantissa + spread + many[1] + power;
}

function number(context) {
  var token = context.future();
  return numberOf(argument(context), token);
}

function quantity(context) {
  var per = mode(context), value = number(context);
  var brackets = /\\pm/.test(value) ? ['(', ')'] : ['', ''];
  var measure = unit(context, per);
  return '{' + brackets[0] + value + brackets[1] + (/^\{\}\^\{\\(circ|prime)[^C]*\}$/.test(measure) ? '' : '\\,') + measure + '}';
}

var define = temml.__defineMacro;
define('\\num', function (context) { mode(context); return '{' + number(context) + '}'; });
define('\\si', function (context) { return '{' + unit(context, mode(context)) + '}'; });
define('\\unit', function (context) { return '{' + unit(context, mode(context)) + '}'; });
define('\\SI', quantity);
define('\\qty', function (context) {
  context.consumeSpaces();
  if (!/^[([|]$/.test(context.future().text)) return nextIs(context, '{') ? quantity(context) : refuse('\\qty lacks its number', context.future());
  if (context.future().text === '[') return quantity(context);
  var inside = bracketed(context);
  return '\\left' + inside[0] + inside[1] + '\\right' + inside[2];
});
define('\\ang', function (context) {
  var token = context.future(), marks = ['^{\\circ}', '^{\\prime}', '^{\\prime\\prime}'];
  return '{' + argument(context).split(';').map(function (part, n) {
    return part.trim() ? numberOf(part, token) + marks[n] : '';
  }).join('') + '}';
});

// physics

function fenced(name, left, right, others) {
  var names = [name].concat(others || []);
  names.forEach(function (one) {
    define('\\' + one, function (context) {
      var plain = star(context), inside = argument(context);
      return plain ? left + inside + right : '\\left' + left + inside + '\\right' + right;
    });
  });
}
fenced('abs', '|', '|', ['absolutevalue', 'vqty']);
fenced('norm', '\\Vert ', '\\Vert ', []);
fenced('pqty', '(', ')');
fenced('bqty', '[', ']');
fenced('Bqty', '\\{', '\\}');
fenced('eval', '.', '|', ['evaluated']);

function pair(names, left, right) {
  names.forEach(function (name) {
    define('\\' + name, function (context) {
      var one = argument(context), other = argument(context);
      return '\\left' + left + one + ',' + other + '\\right' + right;
    });
  });
}
pair(['comm', 'commutator'], '[', ']');
pair(['acomm', 'anticommutator', 'poissonbracket'], '\\{', '\\}');

function derivative(names, d) {
  names.forEach(function (name) {
    define('\\' + name, function (context) {
      var power = option(context), first = argument(context), others = [];
      while (nextIs(context, '{') && others.length < (name === 'dv' || name === 'derivative' ? 1 : 2)) others.push(argument(context));
      var raised = power === null ? '' : '^{' + power + '}';
      if (!others.length) return '\\frac{' + d + raised + '}{' + d + ' ' + first + raised + '}';
      if (others.length === 2) return '\\frac{' + d + '^2 ' + first + '}{' + d + ' ' + others[0] + d + ' ' + others[1] + '}';
      return '\\frac{' + d + raised + ' ' + first + '}{' + d + ' ' + others[0] + raised + '}';
    });
  });
}
derivative(['dv', 'derivative'], '\\mathrm{d}');
derivative(['pdv', 'partialderivative'], '\\partial');
['dd', 'differential'].forEach(function (name) {
  define('\\' + name, function (context) {
    var power = option(context), raised = power === null ? '' : '^{' + power + '}';
    return nextIs(context, '{') ? '\\,\\mathrm{d}' + raised + '{' + argument(context) + '}' : '\\mathrm{d}' + raised + ' ';
  });
});

function between(names, write) {
  names.forEach(function (name) { define('\\' + name, write); });
}
var LEFT = '\\left\\langle ', RIGHT = '\\right\\rangle ';
between(['braket', 'innerproduct', 'ip'], function (context) {
  var one = argument(context);
  if (!nextIs(context, '{')) return '\\mathinner{\\langle ' + one + '\\rangle }';
  return LEFT + one + '\\middle|' + argument(context) + RIGHT;
});
between(['ketbra', 'dyad', 'outerproduct'], function (context) {
  var one = argument(context), other = nextIs(context, '{') ? argument(context) : one;
  return '\\left|' + one + RIGHT + LEFT + other + '\\right|';
});
between(['expval', 'expectationvalue', 'ev'], function (context) {
  var one = argument(context);
  if (!nextIs(context, '{')) return LEFT + one + RIGHT;
  var state = argument(context);
  return LEFT + state + '\\middle|' + one + '\\middle|' + state + RIGHT;
});
between(['mel', 'matrixel', 'matrixelement'], function (context) {
  var parts = [argument(context), argument(context), argument(context)];
  return LEFT + parts.join('\\middle|') + RIGHT;
});
between(['order'], function (context) { return '\\mathcal{O}\\left(' + argument(context) + '\\right)'; });
between(['vb', 'vectorbold'], function (context) { return (star(context) ? '\\boldsymbol{' : '\\mathbf{') + argument(context) + '}'; });
between(['va', 'vectorarrow'], function (context) { return '\\vec{' + (star(context) ? '\\boldsymbol{' : '\\mathbf{') + argument(context) + '}}'; });
between(['vu', 'vectorunit'], function (context) { return '\\hat{' + (star(context) ? '\\boldsymbol{' : '\\mathbf{') + argument(context) + '}}'; });
between(['qq'], function (context) { return '\\quad\\text{' + argument(context) + '}\\quad '; });

var MATRICES = { '(': 'pmatrix', '[': 'bmatrix', '|': 'vmatrix' };
between(['mqty', 'matrixquantity'], function (context) {
  context.consumeSpaces();
  var kind = MATRICES[context.future().text] || 'matrix';
  var inside = kind === 'matrix' ? argument(context) : bracketed(context)[1];
  return '\\begin{' + kind + '}' + inside + '\\end{' + kind + '}';
});
[['pmqty', 'pmatrix'], ['bmqty', 'bmatrix'], ['vmqty', 'vmatrix']].forEach(function (pair) {
  define('\\' + pair[0], function (context) { return '\\begin{' + pair[1] + '}' + argument(context) + '\\end{' + pair[1] + '}'; });
});

var WORDS = {
  grad: '\\boldsymbol{\\nabla}', gradient: '\\boldsymbol{\\nabla}', divergence: '\\boldsymbol{\\nabla}\\cdot ',
  curl: '\\boldsymbol{\\nabla}\\times ', laplacian: '\\nabla^2 ', vdot: '\\mathbin{\\boldsymbol{\\cdot}}',
  cross: '\\times ', dotproduct: '\\mathbin{\\boldsymbol{\\cdot}}', crossproduct: '\\times ',
  tr: '\\operatorname{tr}', Tr: '\\operatorname{Tr}', rank: '\\operatorname{rank}', erf: '\\operatorname{erf}',
  Res: '\\operatorname{Res}', principalvalue: '\\mathcal{P}', pv: '\\mathcal{P}'
};
for (var word in WORDS) define('\\' + word, WORDS[word]);

// mathtools: \prescript{above}{below}{base}. Temml takes the two the other way round.
define('\\prescript', '\\pres@cript{_{#2}^{#1}}{}{#3}');
