import { language, t } from '../i18n';
import { isDark, toggleTheme } from '../state/theme';
import { Icon } from './Icon';
import { isHelpOpen } from './Keys';
import { PageMenu } from './PageMenu';

export function TopBar() {
  return (
    <header class="top">
      <div class="brand">
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
          <g stroke="var(--accent)" stroke-width="2">
            <path d="M8 8 22 16M8 24 22 16" />
          </g>
          <circle cx="8" cy="8" r="4.5" fill="#f26d5b" />
          <circle cx="8" cy="24" r="4.5" fill="#4c9bff" />
          <circle cx="23" cy="16" r="5.5" fill="#ffa534" />
        </svg>
        <span>Isinglass</span>
      </div>
      <PageMenu />
      <div class="tools">
        <button
          type="button"
          class="quiet"
          lang={language.value === 'en' ? 'zh-Hans' : 'en'}
          title={t('nav.languageName')}
          onClick={() => (language.value = language.value === 'en' ? 'zh' : 'en')}
        >
          {t('nav.language')}
        </button>
        <button type="button" class="quiet icon" aria-label={t('nav.theme')} title={t('nav.theme')} onClick={toggleTheme}>
          <Icon name={isDark.value ? 'sun' : 'moon'} />
        </button>
        <button
          type="button"
          class="quiet icon"
          aria-label={t('nav.help')}
          title={`${t('nav.help')} (?)`}
          onClick={() => (isHelpOpen.value = true)}
        >
          <Icon name="keyboard" />
        </button>
      </div>
    </header>
  );
}
