// The pages in their groups: a row where there is room, else behind a button.
import { useEffect, useRef, useState } from 'preact/hooks';
import { t, type Word } from '../i18n';
import { kGroups } from '../state/pages';
import { page } from '../state/store';
import { Icon } from './Icon';

export function PageMenu() {
  const [isOpen, setIsOpen] = useState(false);
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const leave = (event: Event) => {
      if (!place.current?.contains(event.target as Node)) setIsOpen(false);
    };
    addEventListener('pointerdown', leave);
    addEventListener('focusin', leave);
    return () => {
      removeEventListener('pointerdown', leave);
      removeEventListener('focusin', leave);
    };
  }, [isOpen]);
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen) return;
    event.preventDefault();
    setIsOpen(false);
    place.current?.querySelector<HTMLElement>('.opener')?.focus();
  };
  return (
    <nav ref={place} class={`pages ${isOpen ? 'open' : ''}`} aria-label={t('nav.pages')} onKeyDown={onKey}>
      <button type="button" class="opener" aria-expanded={isOpen} aria-controls="page-groups" onClick={() => setIsOpen(!isOpen)}>
        <Icon name="menu" />
        {t(`page.${page.value}` as Word)}
      </button>
      <div id="page-groups" class="groups">
        {kGroups.map((group) => (
          <div key={group.name} class="group" role="group" aria-label={t(`group.${group.name}` as Word)}>
            <span class="group-name" aria-hidden="true">{t(`group.${group.name}` as Word)}</span>
            {group.pages.map((name) => (
              <button
                key={name}
                type="button"
                aria-current={page.value === name ? 'page' : undefined}
                onClick={() => ((page.value = name), setIsOpen(false))}
              >
                {t(`page.${name}` as Word)}
              </button>
            ))}
          </div>
        ))}
      </div>
    </nav>
  );
}
