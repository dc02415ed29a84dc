import { t, tOr, type Word } from '../i18n';
import { openRun, page, runId, runs } from '../state/store';

export function RunList() {
  return (
    <aside class="runs" aria-label={t('nav.runs')}>
      <h2>{t('nav.runs')}</h2>
      {runs.value.length === 0 && <p class="muted">{t('nav.noRuns')}</p>}
      <ul>
        {runs.value.map((run) => (
          <li key={run.id}>
            <button
              type="button"
              aria-current={run.id === runId.value ? 'true' : undefined}
              onClick={() => void openRun(run.id, { page: page.value })}
            >
              <span class="name">{tOr(`scene.${run.id}`, run.id)}</span>
              <span class={`status ${run.status}`}>
                <i aria-hidden="true" />
                {t(`status.${run.status}` as Word)}
              </span>
              {run.parent && (
                <span class="parent">
                  {run.parent.run ? t('branch.of', { run: tOr(`scene.${run.parent.run}`, run.parent.run), step: run.parent.step }) : t('branch.ofGone', { step: run.parent.step })}
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      <button type="button" class="quiet more" onClick={() => (page.value = 'gallery')}>
        + {t('page.gallery')}
      </button>
    </aside>
  );
}
