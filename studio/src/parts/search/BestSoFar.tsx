// How soon a search was good: the best score so far against the epochs of all members together, searches side by side.
import { useEffect, useState } from 'preact/hooks';
import { searchApi, type SearchDocument } from '../../api/search';
import { t } from '../../i18n';
import { around } from '../../draw/scale';
import { isDark } from '../../state/theme';
import { fail, searches } from '../../state/store';
import { Plot } from '../Plot';

const kOthers = ['#3f8ff5', '#2c9c62', '#9a63dd', '#c9820c', '#d0418c'];

export function BestSoFar({ found }: { found: SearchDocument }) {
  const [chosen, setChosen] = useState<Record<string, SearchDocument | null>>({});  // null: being read
  useEffect(() => setChosen({}), [found.id]);
  const others = Object.values(chosen).filter((s) => s !== null);
  const rest = searches.value.filter((s) => s.id !== found.id && s.score === found.score && s.best);
  const toggle = async (id: string, on: boolean) => {
    const drop = ({ [id]: _, ...without }: typeof chosen) => without;
    setChosen((now) => (on ? { ...drop(now), [id]: null } : drop(now)));
    if (!on) return;
    try {
      const read = await searchApi.look(id);
      setChosen((now) => (id in now ? { ...now, [id]: read } : now));
    } catch (error) {
      setChosen(drop);
      fail(error as Error);
    }
  };
  const own = isDark.value ? '#ff9a4d' : '#b8430b';
  const all = [found, ...others];
  const colour = (i: number) => (i === 0 ? own : kOthers[(i - 1) % kOthers.length]!);
  const end = Math.max(...all.map((s) => s.curve.epochs[s.curve.epochs.length - 1] ?? 1));
  return (
    <>
      {rest.length > 0 && (
        <fieldset class="choices">
          <legend>{t('search.beside')}</legend>
          {rest.map((s) => (
            <label key={s.id}>
              <input type="checkbox" checked={s.id in chosen} onChange={(event) => void toggle(s.id, event.currentTarget.checked)} />
              {s.id} ({s.method})
            </label>
          ))}
        </fieldset>
      )}
      <Plot
        label={t('search.best')}
        x={[0, end]}
        y={around(all.flatMap((s) => s.curve.best))}
        height={260}
        lines={all.map((s, i) => ({ name: s.id, x: s.curve.epochs, y: s.curve.best, colour: colour(i) }))}
        xName={t('search.allEpochs')}
        yName={found.score}
      />
      <ul class="lines">
        {all.map((s, i) => (
          <li key={s.id}>
            <i style={{ '--colour': colour(i) }} aria-hidden="true" />
            {s.id} ({s.method})
          </li>
        ))}
      </ul>
      <Figures id={found.id} kind="best" beside={others.map((o) => o.id)} />
    </>
  );
}

// The same picture as the command line draws it, for print.
export const Figures = ({ id, kind, beside = [] }: { id: string; kind: string; beside?: string[] }) => (
  <p class="files">
    {['svg', 'png'].map((format) => (
      <a key={format} href={searchApi.figure(id, kind, format, beside)} download={`${id}-${kind}.${format}`} aria-label={`${t('search.picture')} ${format.toUpperCase()}`}>
        {format.toUpperCase()}
      </a>
    ))}
  </p>
);
