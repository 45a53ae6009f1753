// Runs before the first paint: what the device remembers for a visitor who has not signed in.
const page = document.documentElement;
const theme = page.dataset["theme"] === "auto" ? sessionStorage.getItem("theme") : null;
if (theme === "light" || theme === "dark") page.dataset["theme"] = theme;
