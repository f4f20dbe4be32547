// The toolbar of both note editors: one stop for Tab, arrows inside; buttons say their name to `act`.

export function toolbar(form: HTMLFormElement, act: (name: string) => void): void {
  const bar = form.querySelector<HTMLElement>('[role="toolbar"]');
  const buttons = (): HTMLButtonElement[] => [...bar?.querySelectorAll<HTMLButtonElement>('button') ?? []].filter(b => !b.hidden);
  const reach = (i: number): void => buttons().forEach((b, n) => { b.tabIndex = n === i ? 0 : -1; });
  reach(0);
  bar?.addEventListener('pointerdown', event => { if ((event.target as Element).closest('button')) event.preventDefault(); });     // the text keeps the focus, and a phone its keyboard
  bar?.addEventListener('click', event => {
    const button = (event.target as Element).closest<HTMLButtonElement>('[data-md]');
    if (button) { reach(buttons().indexOf(button)); act(button.dataset['md'] ?? ''); }
  });
  bar?.addEventListener('keydown', event => {
    const all = buttons(), at = all.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const i = (to + all.length) % all.length;
    reach(i); all[i]?.focus();
  });
}
