// Attachments of entries: the chooser of files, and the brush that blurs a photograph.
export default async function start(host: HTMLElement): Promise<void> {
  const part = host.classList.contains("blur") ? await import("./blur") : await import("./chooser");
  await part.default(host);
}
