// What the server refused, shown beside each field as the templates show it, without leaving the page.
import { element, icon } from "./dom";

export type Refusals = Readonly<Record<string, readonly string[]>>;

function fault(text: string): HTMLElement {
  return element("p", { class: "field__error" }, icon("circle-alert"), element("span", {}, text));
}

export function clearRefusals(form: HTMLFormElement): void {
  for (const shown of form.querySelectorAll("[data-refusal]")) shown.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => !id.endsWith("_refusal"));
    if (described.join("") === "") field.removeAttribute("aria-describedby");
    else field.setAttribute("aria-describedby", described.join(" "));
  }
}

/** Show refusals by field, and go to the first; those of no field stand at the top. */
export function showRefusals(form: HTMLFormElement, refusals: Refusals): void {
  clearRefusals(form);
  const wrong: HTMLElement[] = [];
  for (const [name, texts] of Object.entries(refusals)) {
    const field = form.querySelector<HTMLElement>(`[name="${name}_shown"]`) ?? form.querySelector<HTMLElement>(`[name="${name}"]:not([type=hidden])`);
    const id = `${field?.id ?? name}_refusal`;
    const said = element("div", { id, "data-refusal": true, ...(field === null ? { role: "alert" } : {}) }, ...texts.map(fault));
    const host = field?.closest(".field");
    if (field === null || host == null) form.prepend(said);
    else {
      host.append(said);
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
      field.closest("details")?.setAttribute("open", "");
      wrong.push(field);
    }
  }
  const inOrder = wrong.sort((one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  inOrder[0]?.focus();
}
