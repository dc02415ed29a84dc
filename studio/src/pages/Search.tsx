// Searches for values of settings: who trained, who copied whom, what was tried, and the schedule that won.
import { searchApi, type SearchSummary } from '../api/search';
import { t, tOr, type Word } from '../i18n';
import { BestSoFar, Figures } from '../parts/search/BestSoFar';
import { Members } from '../parts/search/Members';
import { NewSearch } from '../parts/search/NewSearch';
import { Ribbons } from '../parts/search/Ribbons';
import { Traces } from '../parts/search/Traces';
import { Winner } from '../parts/search/Winner';
import { plain } from '../parts/data/plain';
import { openSearch, search, searchId } from '../state/searches';
import { fail, searches } from '../state/store';

const titleOf = (id: string) => tOr(`scene.${id}`, id);

export function SearchPage() {
  const found = search.value;
  const now = searches.value.find((s) => s.id === searchId.value) ?? found;
  const hasReports = found !== null && found.reports.length > 0;
  return (
    <div class="search">
      <header>
        <h1>{t('search.title')}</h1>
        <p class="lead">{t('search.lead')}</p>
        {searches.value.length > 0 && (
          <nav class="those" aria-label={t('search.list')}>
            {searches.value.map((s) => (
              <button key={s.id} type="button" aria-current={s.id === searchId.value ? 'true' : undefined} onClick={() => openSearch(s.id)}>
                {titleOf(s.id)} <small>{s.method} · {t(`search.status.${s.status}` as Word)}</small>
              </button>
            ))}
          </nav>
        )}
        <NewSearch isOpen={searches.value.length === 0} />
      </header>
      {now && <Progress now={now} />}
      {hasReports && (
        <>
          <section>
            <h2>{t('search.ribbons')}</h2>
            <p class="muted">{t(found.method === 'pbt' ? 'search.ribbons.about' : 'search.ribbons.aboutPlain')}</p>
            <Ribbons key={found.id} found={found} />
            <Figures id={found.id} kind="members" />
          </section>
          <div class="stack">
            <section>
              <h2>{t('search.winner')}</h2>
              <p class="muted">{t('search.winner.about')}</p>
              <Winner found={found} />
            </section>
            <section>
              <h2>{t('search.best')}</h2>
              <BestSoFar found={found} />
            </section>
          </div>
          <section class="span">
            <h2>{t('search.traces')}</h2>
            <p class="muted">{t('search.traces.about')}</p>
            <Traces found={found} />
            <Figures id={found.id} kind="traces" />
          </section>
          <section class="span">
            <h2>{t('search.members')}</h2>
            <Members key={found.id} found={found} />
          </section>
        </>
      )}
    </div>
  );
}

function Progress({ now }: { now: SearchSummary }) {
  const command = (word: 'stop' | 'resume') => void searchApi.command(now.id, word).catch(fail);
  const total = now.total || now.spent;
  return (
    <section class="progress span">
      <div class="bar">
        <h2 class="name">{titleOf(now.id)}</h2>
        <div class="does">
          {now.status === 'running' && <button type="button" onClick={() => command('stop')}>{t('search.stop')}</button>}
          {now.status === 'interrupted' && now.is_live && <button type="button" class="primary" onClick={() => command('resume')}>{t('search.resume')}</button>}
        </div>
      </div>
      <progress max={Math.max(total, 1)} value={now.spent} aria-label={t('search.progress')} />
      <p class="muted" role="status" data-testid="search-progress">
        {t(`search.status.${now.status}` as Word)} · {t('search.count', { method: t(`search.method.${now.method}` as Word), members: now.members })} ·{' '}
        {t('search.spent', { spent: now.spent, total })}
      </p>
      {now.best && (
        <p class="leader">
          {t('search.leader', { member: now.best.member, epoch: now.best.epoch })}{' '}
          <strong data-testid="best-score" data-value={now.best.score}>{now.score} {plain(now.best.score)}</strong>
        </p>
      )}
      {now.message && <p class="notice bad" role="alert">{now.message}</p>}
    </section>
  );
}
