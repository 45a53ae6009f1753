// A button that prints the page: data-island="print", hidden until it works.

export default function start(host: HTMLElement): void {
  host.hidden = false;
  host.addEventListener("click", () => window.print());
}
