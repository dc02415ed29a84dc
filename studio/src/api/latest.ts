// Answers of which only the newest counts: one request at a time, and while it is under way only the last wish is kept.
export function latest<K, V>(ask: (key: K) => Promise<V>, take: (value: V, key: K) => void, fail: (e: Error) => void) {
  let busy = false;
  let wish: { key: K } | null = null;
  const pump = async () => {
    if (busy) return;
    busy = true;
    while (wish) {
      const { key } = wish;
      wish = null;
      try {
        const value = await ask(key);
        take(value, key);
      } catch (error) {
        if (!wish) fail(error as Error);
      }
    }
    busy = false;
  };
  return (key: K) => {
    wish = { key };
    void pump();
  };
}
