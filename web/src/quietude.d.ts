declare module "quietude:islands" {
  export const islands: Readonly<Record<string, () => Promise<{ default: (host: HTMLElement) => void | Promise<void> }>>>;
}
declare module "quietude:guard" {
  const rules: import("./lib/guard/engine").RuleBook;
  export default rules;
}
