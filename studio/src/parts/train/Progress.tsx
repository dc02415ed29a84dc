// How far the training is, how long it will take, and what can be done about it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { trainApi } from '../../api/train';
import { t, tOr, type Word } from '../../i18n';
import { beginText } from '../../state/draft';
import { isPlaying as isFollowed, pause, play, resume, setRate } from '../../state/playing';
import { batches, fail, goTo, lastStep, page, run, runId } from '../../state/store';

// Steps a second, over the last seconds.
function usePace(step: number, isPlaying: boolean): number {
  const seen = useRef<{ at: number; step: number }[]>([]);
  const [pace, setPace] = useState(0);
  useEffect(() => {
    if (!isPlaying) {
      seen.current = [];
      setPace(0);
      return;
    }
    const now = performance.now();
    seen.current = [...seen.current.filter((s) => now - s.at < 4000), { at: now, step }];
    const first = seen.current[0]!;
    if (now - first.at > 400) setPace((1000 * (step - first.step)) / (now - first.at));
  }, [step, isPlaying]);
  return pace;
}

function timeText(seconds: number): string {
  if (seconds < 90) return t('train.seconds', { n: Math.max(1, Math.round(seconds)) });
  return seconds < 5400 ? t('train.minutes', { n: Math.round(seconds / 60) }) : t('train.hours', { n: (seconds / 3600).toFixed(1) });
}

// As fast as it can, and the page shows the latest step.
export function trainOn(): void {
  goTo(lastStep.value);
  setRate(0);
  play();
}

export function Progress() {
  const now = run.value;
  const isPlaying = now?.status === 'playing';
  const pace = usePace(now?.step ?? 0, isPlaying);
  if (!now) return null;
  const isLive = ['playing', 'paused'].includes(now.status);
  const command = (word: string) => void api.command(now.id, { do: word }).catch(fail);
  const hold = () => (isFollowed.value ? pause() : command('pause'));
  const again = async () => {
    try {
      const { toml } = await trainApi.report(now.id);
      await beginText(toml, runId.value);
      page.value = 'data';
    } catch (error) {
      fail(error as Error);
    }
  };
  const left = pace > 0 ? (now.steps - now.step) / pace : 0;
  return (
    <section class="progress">
      <div class="bar">
        <h1>{tOr(`scene.${now.id}`, now.id)}</h1>
        <div class="does">
          {isLive && (
            <button type="button" class={isPlaying ? '' : 'primary'} onClick={isPlaying ? hold : trainOn}>
              {t(isPlaying ? 'train.hold' : now.step > 0 ? 'train.goOn' : 'train.go')}
            </button>
          )}
          {isLive && (
            <button type="button" onClick={() => command('stop')}>
              {t('train.stop')}
            </button>
          )}
          {now.checkpoint !== undefined && (
            <button type="button" class="primary" onClick={() => void resume()}>
              {t('train.resume')}
            </button>
          )}
          <button type="button" onClick={() => void again()}>
            {t('train.again')}
          </button>
        </div>
      </div>
      <progress max={Math.max(now.steps, 1)} value={now.steps > 0 ? now.step : 1} aria-label={t('train.progress')} />
      <p class="muted" role="status" data-testid="progress">
        {t(`status.${now.status}` as Word)} · {t('train.epochOf', { epoch: Math.floor(now.step / batches.value), epochs: Math.ceil(now.steps / batches.value) })} ·{' '}
        {t('train.stepOf', { step: now.step.toLocaleString('en'), steps: now.steps.toLocaleString('en') })}
        {left > 0 && <> · {t('train.left', { time: timeText(left) })}</>}
      </p>
      {now.status === 'interrupted' && (
        <p class="notice" data-testid="cut-short">
          {now.checkpoint === undefined ? t('train.noCheckpoint', { step: now.step.toLocaleString('en') }) : t('train.cutShort', { step: now.step.toLocaleString('en'), checkpoint: now.checkpoint.toLocaleString('en') })}
        </p>
      )}
      {now.message && (
        <p class="notice bad" role="alert">
          {now.message}
        </p>
      )}
    </section>
  );
}
