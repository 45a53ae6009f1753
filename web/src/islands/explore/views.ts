// Saved views: kept, renamed and deleted from one menu; a deletion can be undone.
import { need } from "../../lib/dom";
import { send } from "../../lib/send";
import { toast } from "../../lib/toast";
import { t } from "../../lib/words";
import type { Session } from "./session";

export function startViews(session: Session, address: string): void {
  const panel = need("[data-views]", session.root);
  const post = async (target: string, fields: Readonly<Record<string, string>>): Promise<boolean> => {
    try {
      const answer = await send(target, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "text/html, application/json" } });
      panel.innerHTML = await answer.text();
      return true;
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), { tone: "error" });
      return false;
    }
  };
  panel.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement)) return;
    event.preventDefault();
    const form = event.target;
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    const kind = form.dataset["viewForm"];
    const target = kind === "save" ? address : form.action;
    const sent = kind === "save" ? { ...fields, query: session.answer.query } : fields;
    void post(target, sent).then((isDone) => {
      if (!isDone) return;
      if (kind === "save") toast(t("View saved"), { tone: "success" });
      if (kind === "delete") toast(t("View deleted"), { undo: () => void post(form.dataset["undo"] ?? "", {}) });
      panel.querySelector<HTMLElement>("input")?.focus();
    });
  });
  panel.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const link = target?.closest<HTMLAnchorElement>("[data-open-view]");
    const rename = target?.closest<HTMLButtonElement>("[data-rename]");
    if (link != null && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      panel.closest("details")?.removeAttribute("open");
      void session.ask(new URL(link.href).search.slice(1), [], "push");
    } else if (rename != null) {
      const item = rename.closest("li");
      if (item === null) return;
      for (const part of item.querySelectorAll<HTMLElement>("[data-reading], [data-renaming]")) part.hidden = !part.hidden;
      item.querySelector<HTMLInputElement>("[data-renaming] input")?.select();
    }
  });
}
