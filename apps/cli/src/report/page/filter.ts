/** The boxes above the monitors: which are shown, and in which order. */
export interface Filter {
  /** Shows all again, where something hides this one. */
  reveal(article: HTMLElement): void;
}

export function createFilter(list: HTMLElement, rows: readonly HTMLElement[]): Filter {
  const text = byId<HTMLInputElement>('filter');
  const alerting = byId<HTMLInputElement>('alerting');
  const sort = byId<HTMLSelectElement>('sort');
  const shown = byId('shown');
  const none = byId('none');
  const articles = Array.from(list.querySelectorAll<HTMLElement>('.monitor'));

  const apply = (): void => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hidden = new Set<string>();
    for (const article of articles) {
      const found = words.every((word) => article.dataset.search!.includes(word));
      const isShown = found && (!alerting.checked || article.dataset.alerts !== '0');
      article.hidden = !isShown;
      if (!isShown) hidden.add(article.id);
    }
    for (const row of rows) row.hidden = hidden.has(row.dataset.monitor!);
    const count = articles.length - hidden.size;
    shown.textContent = hidden.size === 0 ? `${count}` : `${count} of ${articles.length}`;
    none.hidden = count > 0;
  };
  const order = (): void => {
    const by = sort.value;
    const number = (article: HTMLElement): number => Number(article.dataset[by]);
    const name = (article: HTMLElement): string => article.querySelector('h3')!.textContent ?? '';
    const sorted = articles.toSorted((a, b) =>
      by === 'name' ? name(a).localeCompare(name(b)) : number(a) - number(b),
    );
    list.append(...sorted);
  };
  text.addEventListener('input', apply);
  alerting.addEventListener('change', apply);
  sort.addEventListener('change', order);
  return {
    reveal(article) {
      if (!article.hidden) return;
      text.value = '';
      alerting.checked = false;
      apply();
    },
  };
}

export function byId<Type extends HTMLElement = HTMLElement>(id: string): Type {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element as Type;
}
