declare module "quietude:islands" {
  export const islands: Readonly<Record<string, () => Promise<{ default: (host: HTMLElement) => void | Promise<void> }>>>;
}
