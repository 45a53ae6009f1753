// A button that keeps the lines of a list as a text file: data-island="keep-text", data-from="id of the list", data-name="file.txt".

import { element, need } from "../lib/dom";

export default function start(host: HTMLElement): void {
  host.addEventListener("click", () => {
    const items = [...need(`#${host.dataset["from"] ?? ""}`).querySelectorAll("li")];
    const text = items.map((item) => item.textContent.trim()).join("\n");
    const address = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }));
    const link = element("a");
    link.href = address;
    link.download = host.dataset["name"] ?? "quietude.txt";
    link.click();
    URL.revokeObjectURL(address);
  });
}
