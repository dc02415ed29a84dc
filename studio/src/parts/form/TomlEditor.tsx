// The experiment as the text that a file would hold, written by the form or by hand.
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n';
import { draft, writeText } from '../../state/draft';

export function TomlEditor() {
  const place = useRef<HTMLTextAreaElement>(null);
  const text = draft.value?.toml ?? '';
  const problem = draft.value?.problem;
  useEffect(() => {
    if (place.current && document.activeElement !== place.current) place.current.value = text;
  }, [text]);
  const lines = text.split('\n').length;
  const download = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([draft.value?.toml ?? ''], { type: 'application/toml' }));
    link.download = 'experiment.toml';
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <div class="toml">
      <div class="bar">
        <label for="toml">{t('form.toml')}</label>
        <button type="button" class="quiet" onClick={download}>
          {t('form.save')}
        </button>
      </div>
      <div class="editor">
        <pre class="line-numbers" aria-hidden="true">
          {Array.from({ length: lines }, (_, i) => (
            <span key={i} class={problem?.line === i + 1 ? 'bad' : ''}>
              {i + 1}
            </span>
          ))}
        </pre>
        <textarea
          id="toml"
          ref={place}
          spellcheck={false}
          autocomplete="off"
          wrap="off"
          rows={Math.min(Math.max(lines + 1, 8), 34)}
          defaultValue={text}
          aria-describedby="toml-problem"
          onInput={(event) => writeText(event.currentTarget.value)}
          onBlur={(event) => (event.currentTarget.value = draft.value?.toml ?? '')}
        />
      </div>
      <p id="toml-problem" class={problem ? 'problem' : 'good'} role="status" data-testid="verdict">
        {problem ? `${problem.line ? `${t('form.line', { n: problem.line })}: ` : ''}${problem.message}` : t('form.right')}
      </p>
    </div>
  );
}
