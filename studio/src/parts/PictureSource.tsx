// Where the image comes from: a sample, a file of one's own, numbers pasted, or drawn.
import { useRef, useState } from 'preact/hooks';
import { labs } from '../api/labs';
import { t, tOr } from '../i18n';
import { choosePicture, dimensions, image, offered, pictureName, rowsOf } from '../state/window';
import { fail } from '../state/store';

const kMost = 64;

// Rows of numbers, as a table or a list in text; null when it is none.
export function readNumbers(text: string, isSignal: boolean): number[][] | null {
  const rows = text
    .trim()
    .split(/\r?\n|;/)
    .map((line) => line.replace(/[[\]]/g, ' ').trim().split(/[\s,]+/).filter(Boolean).map(Number))
    .filter((row) => row.length > 0);
  const all = isSignal ? [rows.flat()] : rows;
  const width = all[0]?.length ?? 0;
  const isWhole = width > 0 && width <= kMost && all.length <= kMost && all.every((r) => r.length === width && r.every(Number.isFinite));
  return isWhole ? all : null;
}

export function PictureSource({ isDrawing, onDraw }: { isDrawing: boolean; onDraw: (on: boolean) => void }) {
  const file = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [isBad, setIsBad] = useState(false);
  const isSignal = dimensions.value === 1;
  const take = async (place: HTMLInputElement) => {
    const chosen = place.files?.[0];
    if (!chosen) return;
    try {
      choosePicture(await labs.picture(chosen));
    } catch (error) {
      fail(error as Error);
    }
    place.value = ''; // so that the same file can be taken once more
  };
  const paste = () => {
    const rows = readNumbers(text, isSignal);
    setIsBad(!rows);
    if (rows) choosePicture({ rows: rows.length, cols: rows[0]!.length, values: rows.flat() });
  };
  const blank = () => {
    const rows = isSignal ? 1 : 12;
    const cols = isSignal ? 16 : 12;
    choosePicture({ rows, cols, values: new Array(rows * cols).fill(0) });
    onDraw(true);
  };
  return (
    <div class="source">
      <label class="field">
        <span>{t('conv.picture')}</span>
        <select value={pictureName.value} onChange={(e) => choosePicture(offered.value!.pictures.find((p) => p.name === e.currentTarget.value)!)}>
          {pictureName.value === '' && <option value="">{t('conv.own')}</option>}
          {(offered.value?.pictures ?? []).map((p) => <option key={p.name} value={p.name}>{tOr(`picture.${p.name}`, p.name)}</option>)}
        </select>
      </label>
      {!isSignal && (
        <>
          <button type="button" onClick={() => file.current!.click()}>{t('conv.upload')}</button>
          <input ref={file} type="file" class="hidden" tabIndex={-1} accept=".png,.pgm,.ppm,.pnm" aria-label={t('conv.upload')} onChange={(e) => void take(e.currentTarget)} />
        </>
      )}
      <button type="button" aria-pressed={isDrawing} onClick={() => onDraw(!isDrawing)}>{t('conv.draw')}</button>
      <button type="button" onClick={blank}>{t('conv.blank')}</button>
      <details onToggle={(e) => e.currentTarget.open && setText(rowsOf(image.value).map((r) => r.map((v) => Number(v.toPrecision(4))).join(' ')).join('\n'))}>
        <summary>{t('conv.numbers')}</summary>
        <textarea rows={6} value={text} aria-label={t('conv.numbers')} aria-invalid={isBad} onInput={(e) => setText(e.currentTarget.value)} />
        <button type="button" onClick={paste}>{t('conv.use')}</button>
        {isBad && <p role="alert" class="bad">{t('conv.badNumbers')}</p>}
      </details>
    </div>
  );
}
