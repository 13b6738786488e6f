// Draws what a program printed on a terminal as an SVG: text and ANSI colours on standard input, SVG on standard output.
//   CLICOLOR_FORCE=1 COLUMNS=100 ./clew investigate --since 15m | node docs/images/terminal-svg.mjs "clew investigate" > report.svg
// The first argument is the title. Further ones choose lines: 'FROM..TO', two regular expressions over the text without colours, from the first line that
// matches FROM to the one before the next that matches TO.
import { readFileSync } from 'node:fs';

const cell = { width: 8.4, height: 18 };
const margin = { x: 18, top: 46, bottom: 16 };
const normal = { colour: '#c9d1d9', bold: false, dim: false, underline: false };
const background = '#0d1117';
const palette = [
  '#6e7681', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#c9d1d9',
  '#8b949e', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#f0f6fc',
];

/** The style after one SGR sequence (ECMA-48 8.3.117, with the 256-colour and RGB forms terminals agree on). */
function restyle(style, parameters) {
  let next = { ...style };
  for (let i = 0; i < parameters.length; i++) {
    const code = parameters[i];
    if (code === 0) next = { ...normal };
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 24) next.underline = false;
    else if (code === 39) next.colour = normal.colour;
    else if (code >= 30 && code <= 37) next.colour = palette[code - 30];
    else if (code >= 90 && code <= 97) next.colour = palette[code - 82];
    else if (code === 38 && parameters[i + 1] === 5) { next.colour = indexed(parameters[i + 2]); i += 2; }
    else if (code === 38 && parameters[i + 1] === 2) { next.colour = `rgb(${parameters.slice(i + 2, i + 5).join(',')})`; i += 4; }
  }
  return next;
}

function indexed(number) {
  if (number < 16) return palette[number];
  if (number >= 232) return `rgb(${Array(3).fill(8 + (number - 232) * 10).join(',')})`;
  const level = (n) => (n === 0 ? 0 : 55 + n * 40);
  const cube = number - 16;
  return `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level).join(',')})`;
}

/** A line as runs of one style each; the style goes on into the next line. */
function runs(line, style) {
  const result = [];
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    const sequence = /^\u001b\[([0-9;]*)m$/.exec(part);
    if (sequence) style = restyle(style, sequence[1] === '' ? [0] : sequence[1].split(';').map(Number));
    else if (part !== '') result.push({ text: part.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, ''), style });
  }
  return { result, style };
}

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const plain = (line) => line.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');

/** The lines from the first that matches one expression to the one before the first after it that matches the other. */
function cut(lines, range) {
  const [from, to] = range.split('..').map((expression) => new RegExp(expression));
  const start = lines.findIndex((line) => from.test(plain(line)));
  const length = lines.slice(start + 1).findIndex((line) => to.test(plain(line)));
  if (start < 0 || length < 0) throw new Error(`no lines from and to ${range}`);
  const found = lines.slice(start, start + 1 + length);
  while (plain(found.at(-1)).trim() === '') found.pop();
  return found;
}

const [title = '', ...ranges] = process.argv.slice(2);
const all = readFileSync(0, 'utf8').replace(/\r/g, '').trimEnd().split('\n');
const lines = ranges.length === 0 ? all : ranges.flatMap((range, i) => [...(i === 0 ? [] : ['', '\u001b[2m…\u001b[0m', '']), ...cut(all, range)]);

const columns = Math.max(...lines.map((line) => [...plain(line)].length));
const width = Math.ceil(columns * cell.width + 2 * margin.x);
const height = margin.top + lines.length * cell.height + margin.bottom;
const out = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">`,
  `<rect width="${width}" height="${height}" rx="10" fill="${background}"/>`,
  ...['#ff5f57', '#febc2e', '#28c840'].map((colour, i) => `<circle cx="${22 + i * 20}" cy="22" r="6" fill="${colour}"/>`),
  `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">`,
  `<text x="${width / 2}" y="27" text-anchor="middle" fill="#8b949e">${escape(title)}</text>`,
];
let style = normal;
lines.forEach((line, row) => {
  const parts = runs(line, style);
  style = parts.style;
  let column = 0;
  for (const run of parts.result) {
    const length = [...run.text].length;
    // Every word is placed on its own, so that columns stay columns in whatever font there is.
    for (const word of run.text.matchAll(/\S+/g)) {
      const at = column + [...run.text.slice(0, word.index)].length;
      const attributes = [
        `x="${(margin.x + at * cell.width).toFixed(1)}"`,
        `y="${margin.top + row * cell.height + 13}"`,
        `textLength="${([...word[0]].length * cell.width).toFixed(1)}"`,
        'lengthAdjust="spacingAndGlyphs"',
        `fill="${run.style.colour}"`,
        run.style.bold ? 'font-weight="bold"' : '',
        run.style.dim ? 'opacity="0.65"' : '',
        run.style.underline ? 'text-decoration="underline"' : '',
      ].filter(Boolean);
      out.push(`<text ${attributes.join(' ')}>${escape(word[0])}</text>`);
    }
    column += length;
  }
});
out.push('</g>', '</svg>', '');
process.stdout.write(out.join('\n'));
