// What the window does at one place, number by number; and how many places there are.
import type { Axis, Convolved } from '../api/labs';
import { numberLabel, wholeNumber } from '../draw/number';
import { t } from '../i18n';
import { operation } from '../state/window';
import { Formula } from './Formula';
import { Marked } from './TimeBar';

const kMostWritten = 25;

const tex = (v: number) => numberLabel(v).replaceAll('\u2212', '-').replaceAll('\u00d7', '\\times ');
const held = (v: number) => (v < 0 ? `(${tex(v)})` : tex(v));

export function WindowProducts({ found }: { found: Convolved }) {
  const { taps, value, at } = found.window;
  const place = t('conv.at', { row: at[0] + 1, col: at[1] + 1 });
  const left = found.output.rows === 1 && found.rows.in === 1 ? `y_{${at[1] + 1}}` : `y_{${at[0] + 1},${at[1] + 1}}`;
  return (
    <section class="panel products" aria-label={place}>
      <h2>{place}</h2>
      <div class="scrolls" tabIndex={0} role="group" aria-label={t('conv.products')}>
        {taps.length <= kMostWritten && <Formula display tex={sumOf(found, left)} />}
      </div>
      <p class="whole" data-testid="window-value">{wholeNumber(value)}</p>
      {operation.value === 'convolution' && taps.length > 1 && (
        <div class="scrolls" tabIndex={0} role="group" aria-label={t('conv.table')}>
          <table class="numbers taps">
            <tbody>
              <tr><th scope="row">{t('conv.reads')}</th>{taps.map((tap, i) => <td key={i} class={tap.source ? '' : 'outside'}><Marked text={numberLabel(tap.x)} /></td>)}</tr>
              <tr><th scope="row">{t('conv.times')}</th>{taps.map((tap, i) => <td key={i}><Marked text={numberLabel(tap.weight)} /></td>)}</tr>
              <tr><th scope="row">{t('conv.product')}</th>{taps.map((tap, i) => <td key={i}><b><Marked text={numberLabel(tap.product)} /></b></td>)}</tr>
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

// "y = 0.2 · 1 + ... = 3", "y = max(1, 2, 3, 4) = 4", "y = (1 + 2 + 3 + 4) / 4 = 2.5".
function sumOf(found: Convolved, left: string): string {
  const { taps, value } = found.window;
  if (operation.value === 'max') return `${left}=\\max(${taps.filter((p) => p.read).map((p) => tex(p.x)).join(',\\,')})=${tex(value)}`;
  if (operation.value === 'average') return `${left}=\\frac{${taps.map((p) => tex(p.x)).join('+').replaceAll('+-', '-')}}{${taps.length}}=${tex(value)}`;
  const lines: string[] = [];
  for (let i = 0; i < taps.length; i += found.cols.kernel)
    lines.push(taps.slice(i, i + found.cols.kernel).map((p) => `${held(p.x)}\\cdot${held(p.weight)}`).join('+'));
  return `\\begin{aligned}${left}={}&${lines.join('\\\\&+')}\\\\={}&${tex(value)}\\end{aligned}`;
}

export function SizeFormula({ found }: { found: Convolved }) {
  const isSignal = found.rows.in === 1;
  const axes: [string, Axis][] = isSignal ? [['', found.cols]] : [[t('conv.height'), found.rows], [t('conv.width'), found.cols]];
  const unread = found.unread.rows.length + found.unread.cols.length;
  return (
    <section class="panel sizes">
      <h2>{t('conv.size')}</h2>
      <div class="scrolls" tabIndex={0} role="group" aria-label={t('conv.size')}>
        <Formula display tex={String.raw`n_{\text{out}}=\left\lfloor\frac{n+p_1+p_2-d\,(k-1)-1}{s}\right\rfloor+1`} />
        {axes.map(([name, a]) => (
          <p key={name} class="numbers-line">
            <span class="muted">{name}</span>
            <Formula tex={String.raw`\left\lfloor\frac{${a.in}+${a.before}+${a.after}-${a.dilation}\,(${a.kernel}-1)-1}{${a.stride}}\right\rfloor+1=\mathbf{${a.out}}`} />
          </p>
        ))}
      </div>
      <p class="muted">{t('conv.letters')}</p>
      {unread > 0 && <p class="note">{t('conv.unread', { n: [...found.unread.rows.map((r) => t('conv.row', { n: r + 1 })), ...found.unread.cols.map((c) => t('conv.col', { n: c + 1 }))].slice(0, 12).join(', ') })}</p>}
    </section>
  );
}
